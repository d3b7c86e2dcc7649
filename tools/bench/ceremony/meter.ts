import type { Transport } from "@countersign/client";

/** What it took up to now, of all parties together. */
export interface Reading {
  /** CPU of this process, in ms: the parties', not the relay's. */
  readonly cpuMs: number;
  /** Requests to the relay. */
  readonly requests: number;
  /** Bytes of texts to the relay. */
  readonly bytes: number;
  /** CPU inside the protocol of the ceremony, in ms. */
  readonly protocolMs: number;
}

/** Counts what a run takes. */
export class Meter {
  #requests = 0;
  #bytes = 0;
  #protocolMs = 0;

  /** A transport whose texts to the relay are counted. Each is one request. */
  count(transport: Transport): Transport {
    return {
      connect: (url, protocols, handlers) => {
        const connection = transport.connect(url, protocols, handlers);
        const send = (text: string) => {
          this.#requests += 1;
          this.#bytes += text.length;
          connection.send(text);
        };
        return { send, close: () => connection.close() };
      },
    };
  }

  /** Runs a step of a protocol, which has to be synchronous. */
  inProtocol<T>(run: () => T): T {
    const before = cpuMs();
    const made = run();
    this.#protocolMs += cpuMs() - before;
    return made;
  }

  read(): Reading {
    const counted = { requests: this.#requests, bytes: this.#bytes, protocolMs: this.#protocolMs };
    return { cpuMs: cpuMs(), ...counted };
  }
}

/** CPU of this process so far, in ms. */
export function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

/** What was taken between two readings. */
export function difference(from: Reading, to: Reading): Reading {
  return {
    cpuMs: to.cpuMs - from.cpuMs,
    requests: to.requests - from.requests,
    bytes: to.bytes - from.bytes,
    protocolMs: to.protocolMs - from.protocolMs,
  };
}

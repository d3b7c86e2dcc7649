import type { TestDaemon } from "./daemons.ts";

/** A message of a round trip, as it is on its way. */
export interface Said {
  readonly type?: string;
  readonly [name: string]: unknown;
  readonly commitments?: readonly { readonly input: number; readonly nonce: string }[];
  readonly partials?: readonly { readonly input: number; readonly partial: string }[];
}

/** The way out of a daemon's session. */
function wireOf(daemon: TestDaemon, id: string) {
  type Wire = { send(message: { bytes: Uint8Array; to: number; round: number }): void };
  return (daemon.service.find(id).session as unknown as { options: { wire: Wire } }).options.wire;
}

/** Messages of round trips that a daemon sends from now on. */
export function spy(daemon: TestDaemon, id: string): Said[] {
  const wire = wireOf(daemon, id);
  const said: Said[] = [];
  const send = wire.send.bind(wire);
  wire.send = (message) => {
    if (message.round === 1) said.push(JSON.parse(new TextDecoder().decode(message.bytes)).payload);
    send(message);
  };
  return said;
}

/** Changes what a daemon says in round trips, until it is undone. */
export function tamper(daemon: TestDaemon, id: string, change: (said: Said) => object): () => void {
  const wire = wireOf(daemon, id);
  const send = wire.send.bind(wire);
  wire.send = (message) => {
    if (message.round !== 1) return send(message);
    const { payload } = JSON.parse(new TextDecoder().decode(message.bytes));
    send({ ...message, bytes: new TextEncoder().encode(JSON.stringify({ payload: change(payload) })) });
  };
  return () => {
    wire.send = send;
  };
}

/** A daemon says something in round trips. */
export function say(daemon: TestDaemon, id: string, payload: object): void {
  wireOf(daemon, id).send({ bytes: new TextEncoder().encode(JSON.stringify({ payload })), to: 0, round: 1 });
}

import { Buffer } from "node:buffer";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import type { Clock } from "@countersign/client";
import { createPeerGroup, type PeerGroupInput, type PeerGroupOutput } from "@countersign/handshake";
import type { Backend } from "@countersign/noise";
import { WebSocket } from "ws";
import { sharedClock } from "../ceremony/shared-clock.ts";
import { acquaintances, type Person, random } from "./people.ts";

const VERSIONS = Uint8Array.of(1);
const session = randomUUID();

/**
 * The machines of the same parties without the client round them, and without our relay: nothing is written down, and
 * what a party says in one turn of the loop is one text for the peer's relay. Everything that the protocol does is there.
 */
export async function ourMachines(port: number, count: number, backend: Backend) {
  const { people, pinsOf } = acquaintances(count);
  const clock = sharedClock(count);
  const parameters = { group: random(16), kind: "sign", parties: count, threshold: count } as const;
  const sockets = people.map(
    ({ number }) => new WebSocket(`ws://127.0.0.1:${port}/${number}`, { perMessageDeflate: false }),
  );
  await Promise.all(sockets.map((socket) => once(socket, "open")));
  return {
    /** From the first packet to the last message of the second round. */
    run: async (body: Uint8Array): Promise<void> => {
      const meeting = { ...parameters, session: random(16) };
      const eids = new Map(people.map(({ number }) => [number, random(32)]));
      const parties = people.map((self, at) => {
        const machine = createPeerGroup({
          parameters: meeting,
          self: { ...selfOf(self), eid: eids.get(self.number) ?? random(32) },
          trust: { type: "pins", pins: pinsOf(self.number) },
          randomBytes: random,
          backend,
        });
        const socket = sockets[at];
        if (socket === undefined) throw new Error("no such party");
        return new Party(machine, { socket, body, count, clock });
      });
      for (const [at, party] of parties.entries()) {
        for (const [number, eid] of eids) {
          if (number !== at + 1) party.feed({ type: "member", number, eid, versions: VERSIONS });
        }
      }
      await Promise.all(parties.map(({ done }) => done));
      for (const party of parties) party.stop();
    },
    close: () => {
      for (const socket of sockets) socket.close();
    },
  };
}

function selfOf({ number, label, identity }: Person) {
  const { noiseStatic, ed25519 } = identity;
  return { number, label, identity: { noiseStatic, ed25519: ed25519.publicKey } };
}

interface PartyOptions {
  readonly socket: WebSocket;
  readonly body: Uint8Array;
  readonly count: number;
  readonly clock: Clock;
}

class Party {
  readonly done: Promise<void>;
  readonly #machine: ReturnType<typeof createPeerGroup>;
  readonly #options: PartyOptions;
  readonly #received = [0, 0, 0];
  readonly #inputs: PeerGroupInput[] = [];
  #isRunning = false;
  #envelopes: { to: number; body: string }[] = [];
  #wake: (() => void) | undefined;
  #round = 0;
  #finish: () => void = () => {};

  constructor(machine: ReturnType<typeof createPeerGroup>, options: PartyOptions) {
    this.#machine = machine;
    this.#options = options;
    this.done = new Promise((resolve) => {
      this.#finish = resolve;
    });
    options.socket.on("message", this.#heard);
  }

  stop(): void {
    this.#wake?.();
    this.#options.socket.off("message", this.#heard);
  }

  readonly #heard = (data: { toString(): string }): void => {
    const { params } = JSON.parse(data.toString()) as { params: { from: number; bodies: readonly string[] } };
    for (const body of params.bodies) {
      this.feed({ type: "packet", from: params.from, bytes: new Uint8Array(Buffer.from(body, "base64url")) });
    }
  };

  feed(input: PeerGroupInput): void {
    this.#inputs.push(input);
    if (this.#isRunning) return;
    this.#isRunning = true;
    for (let next = this.#inputs.shift(); next !== undefined; next = this.#inputs.shift()) {
      for (const output of this.#machine.step(next, this.#options.clock.now())) this.#act(output);
    }
    this.#isRunning = false;
  }

  #act(output: PeerGroupOutput): void {
    switch (output.type) {
      case "send":
        return this.#post(output.to, output.bytes);
      case "persist":
        return this.feed({ type: "persisted", id: output.id });
      case "wake":
        this.#wake?.();
        this.#wake = output.at === undefined ? undefined : this.#wakeAt(output.at);
        return;
      case "ready":
        return this.#say();
      case "message":
        this.#received[output.round] = (this.#received[output.round] ?? 0) + 1;
        return this.#goOn();
      case "failed":
        throw new Error(`the session failed: ${output.code}`);
    }
  }

  #wakeAt(ms: number): () => void {
    return this.#options.clock.wakeAt(ms, () => this.feed({ type: "time" }));
  }

  #goOn(): void {
    const all = this.#options.count - 1;
    if (this.#round === 1 && this.#received[1] === all) this.#say();
    if (this.#round === 2 && this.#received[2] === all) this.#finish();
  }

  #say(): void {
    this.#round += 1;
    this.feed({ type: "send", to: 0, round: this.#round, bytes: this.#options.body });
    this.#goOn();
  }

  #post(to: number, bytes: Uint8Array): void {
    if (this.#envelopes.length === 0) setImmediate(() => this.#flush());
    this.#envelopes.push({ to, body: Buffer.from(bytes).toString("base64url") });
  }

  #flush(): void {
    const params = { session, envelopes: this.#envelopes.splice(0) };
    this.#options.socket.send(JSON.stringify({ jsonrpc: "2.0", method: "Session.message", params }));
  }
}

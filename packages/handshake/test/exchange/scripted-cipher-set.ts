import { concat, readU64, refused, u64 } from "@countersign/wire";
import type { Accepted, CipherSet, Incoming, Run, RunResult } from "../../src/exchange/cipher-set.ts";

/**
 * A cipher set without cryptography for tests of the exchange machine: a packet is `kind(1) ‖ at(8) ‖ salt`, and its kind
 * says what the receiving run is to make of it. A message has its salt for a type.
 */
export const Kind = { opening: 0, reply: 1, guess: 2, message: 3, bad: 4, badGuess: 5, fault: 6 } as const;
export type Kind = (typeof Kind)[keyof typeof Kind];

const RESPONDER = 0x80;

/** Makes a packet as the initiator or the responder of an exchange sends it. */
export function packet(kind: Kind, at: bigint, { responder = false, salt = 0 } = {}): Uint8Array {
  return concat(Uint8Array.of(kind | (responder ? RESPONDER : 0)), u64(at), Uint8Array.of(salt));
}

/** How a run begins as responder: waiting for more, with a message at once, or not at all. */
export type Opening = "reply" | "message" | "bad";

export class ScriptedCipherSet implements CipherSet<string> {
  readonly csid = 0x0f;
  readonly atCap = 1n << 32n;
  readonly lasting = false;
  /** Runs whose secrets were erased. */
  readonly wiped: number[] = [];
  opening: Opening = "reply";
  /** What the next yes of the application makes of a run. */
  standing: Accepted<string>["standing"] = "live";
  private runs = 0;
  /** What tests count is no state of a cipher set, and hidden from whoever compares states. */
  #answers = 0;

  /** Openings that were computed. */
  get answers(): number {
    return this.#answers;
  }

  read(body: Uint8Array) {
    if (body.length !== 10) return refused("wire.malformed", "not a scripted packet");
    const [kind = 0] = body;
    const sender = (kind & RESPONDER) === 0 ? ("initiator" as const) : ("responder" as const);
    const opening = kind === Kind.opening;
    const incoming = { exch: body.slice(0, 16), at: readU64(body, 1), opening, sender, authentic: false, body };
    return { ok: true as const, value: incoming };
  }

  call(at: bigint) {
    return { run: this.run(at), flight: [packet(Kind.opening, at)] };
  }

  answer({ at, body }: Incoming) {
    this.#answers++;
    if (this.opening === "bad") return { run: undefined, result: { type: "bad", code: "scripted.bad" } as const };
    const run = this.run(at);
    if (this.opening === "message") return { run, result: messageOf(body) };
    const flight = [packet(Kind.reply, at, { responder: true, salt: 77 })];
    return { run, result: { type: "reply", flight, guess: false } as const };
  }

  renew(): void {}

  private run(at: bigint): Run<string> {
    const id = ++this.runs;
    return {
      consume: ({ body }) => resultOf((body[0] ?? 0) & ~RESPONDER, at, body),
      accept: () => {
        const { standing } = this;
        const flight = standing === "live" ? [] : [packet(Kind.message, at, { salt: 99 })];
        const keys = { ...secrets, sendToken: new Uint8Array(16).fill(id), receiveToken: new Uint8Array(16).fill(id) };
        return { flight, keys, peer: "peer", standing, greet: standing === "live" };
      },
      wipe: () => this.wiped.push(id),
    };
  }
}

const secrets = { sendKey: new Uint8Array(32).fill(1), receiveKey: new Uint8Array(32).fill(2) };

function messageOf(body: Uint8Array) {
  const message = { type: `type ${body[9]}`, head: {}, body: new Uint8Array(0) };
  return { type: "message", message, peer: "peer" } as const;
}

function resultOf(kind: number, at: bigint, body: Uint8Array): RunResult<string> {
  const flight = [packet(Kind.reply, at, { salt: 99 })];
  switch (kind) {
    case Kind.reply:
      return { type: "reply", flight, guess: false };
    case Kind.guess:
      return { type: "reply", flight, guess: true };
    case Kind.message:
      return messageOf(body);
    case Kind.badGuess:
      return { type: "bad-guess", code: "scripted.bad-guess" };
    case Kind.fault:
      return { type: "fault", code: "peer.protocol", detail: "scripted" };
    default:
      return { type: "bad", code: "scripted.bad" };
  }
}

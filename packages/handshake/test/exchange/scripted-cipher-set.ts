import { concat, readU64, refused, u64 } from "@countersign/wire";
import type { CipherSet, Incoming, Run, RunResult } from "../../src/exchange/cipher-set.ts";

/**
 * A cipher set without cryptography for tests of the exchange machine: a packet is `kind(1) ‖ at(8) ‖ salt`, and its kind
 * says what the receiving run is to make of it.
 */
export const Kind = { opening: 0, reply: 1, guess: 2, complete: 3, last: 4, bad: 5, badGuess: 6, refused: 7 } as const;
export type Kind = (typeof Kind)[keyof typeof Kind];

const RESPONDER = 0x80;

/** Makes a packet as the initiator or the responder of an exchange sends it. */
export function packet(kind: Kind, at: bigint, { responder = false, salt = 0 } = {}): Uint8Array {
  return concat(Uint8Array.of(kind | (responder ? RESPONDER : 0)), u64(at), Uint8Array.of(salt));
}

/** How a run begins as responder: waiting for more, with keys at once, or not at all. */
export type Opening = "reply" | "complete" | "bad";

export class ScriptedCipherSet implements CipherSet<string> {
  readonly csid = 0x0f;
  /** Runs whose secrets were erased. */
  readonly wiped: number[] = [];
  opening: Opening = "reply";
  private runs = 0;

  read(body: Uint8Array) {
    if (body.length !== 10) return refused("wire.malformed", "not a scripted packet");
    const [kind = 0] = body;
    const sender = (kind & RESPONDER) === 0 ? ("initiator" as const) : ("responder" as const);
    const incoming = { exch: body.slice(0, 16), at: readU64(body, 1), opening: kind === Kind.opening, sender, body };
    return { ok: true as const, value: incoming };
  }

  call(at: bigint) {
    return { run: this.run(), flight: [packet(Kind.opening, at)] };
  }

  answer(opening: Incoming) {
    if (this.opening === "bad") return { run: undefined, result: { type: "bad", code: "scripted.bad" } as const };
    const run = this.run();
    const flight = [packet(Kind.reply, opening.at, { responder: true, salt: 77 })];
    if (this.opening === "reply") return { run, result: { type: "reply", flight, guess: false } as const };
    return { run, result: { type: "complete", flight, keys, peer: "peer" } as const };
  }

  private run(): Run<string> {
    const id = ++this.runs;
    return {
      exch: new Uint8Array(16).fill(id),
      consume: ({ body, at }) => resultOf((body[0] ?? 0) & ~RESPONDER, at),
      wipe: () => this.wiped.push(id),
    };
  }
}

const keys = {
  sendKey: new Uint8Array(32).fill(1),
  receiveKey: new Uint8Array(32).fill(2),
  sendToken: new Uint8Array(16).fill(3),
  receiveToken: new Uint8Array(16).fill(4),
};

function resultOf(kind: number, at: bigint): RunResult<string> {
  const flight = [packet(Kind.complete, at, { salt: 99 })];
  switch (kind) {
    case Kind.reply:
      return { type: "reply", flight, guess: false };
    case Kind.guess:
      return { type: "reply", flight, guess: true };
    case Kind.complete:
      return { type: "complete", flight, keys, peer: "peer" };
    case Kind.last:
      return { type: "complete", flight: [], keys, peer: "peer" };
    case Kind.badGuess:
      return { type: "bad-guess", code: "scripted.bad-guess" };
    case Kind.refused:
      return { type: "refused", code: "peer.protocol", detail: "scripted" };
    default:
      return { type: "bad", code: "scripted.bad" };
  }
}

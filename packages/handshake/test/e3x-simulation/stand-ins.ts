import { accepted, concat, decodeUtf8, equalBytes, readU64, refused, u64, utf8 } from "@countersign/wire";
import type { Role } from "../../src/exchange/at.ts";
import type { Accepted, CipherSet, ExchangeKeys, Incoming, Run, RunResult } from "../../src/exchange/cipher-set.ts";
import type { HandshakeMessage } from "../../src/exchange/message-group.ts";
import { routingToken } from "../../src/routing-token.ts";

// Cipher sets that cost next to nothing: keys of an exchange are both ephemeral "keys" side by side, and what proves a
// sender is a checksum that the simulated relay does not know how to make.

export interface StandInIncoming extends Incoming {
  readonly message: HandshakeMessage;
}

export type StandIn = CipherSet<string, StandInIncoming> & {
  /** What would have been a scalar multiplication so far. */
  readonly multiplications: number;
};

export interface StandInOptions {
  readonly randomBytes: (length: number) => Uint8Array;
}

const EXCH = 16;
const MAC = 8;

export function message(type: string): HandshakeMessage {
  return { type, head: {}, body: new Uint8Array(0) };
}

/** Two 32-bit checksums (FNV-1a) of these bytes. */
export function checksum(...parts: readonly Uint8Array[]): Uint8Array {
  let [a, b] = [0x811c9dc5, 0x050c5d1f];
  for (const part of parts) {
    for (const byte of part) {
      a = Math.imul(a ^ byte, 0x01000193);
      b = Math.imul(b ^ byte, 0x01000193) ^ (a >>> 15);
    }
  }
  return u64((BigInt(a >>> 0) << 32n) | BigInt(b >>> 0));
}

function sealed(body: Uint8Array): Uint8Array {
  return concat(checksum(utf8("the pair's secret"), body), body);
}

function opened(bytes: Uint8Array): Uint8Array | undefined {
  if (bytes.length < MAC + EXCH + 8) return undefined;
  const body = bytes.subarray(MAC);
  return equalBytes(sealed(body).subarray(0, MAC), bytes.subarray(0, MAC)) ? body : undefined;
}

function keysOf(own: Uint8Array, peer: Uint8Array): ExchangeKeys {
  const tokens = { sendToken: routingToken(peer), receiveToken: routingToken(own) };
  return { sendKey: concat(own, peer), receiveKey: concat(peer, own), ...tokens };
}

/** Of the kind of 0x3a: an exchange lasts, packets prove their sender, one packet for each message. */
export function lastingStandIn({ randomBytes }: StandInOptions): StandIn {
  let current: Uint8Array | undefined;
  let multiplications = 0;
  const known = new Set<string>();
  const own = () => {
    current ??= randomBytes(EXCH);
    return current;
  };
  const flightOf = (at: bigint, messages: readonly HandshakeMessage[]) =>
    messages.map(({ type }) => sealed(concat(own(), u64(at), utf8(type))));
  const runOf = (role: Role, at: bigint): Run<string, StandInIncoming> => {
    let peer: Uint8Array | undefined;
    return {
      consume({ exch, message }): RunResult<string> {
        if (peer !== undefined && !equalBytes(peer, exch)) return { type: "bad", code: "exchange.exch" };
        peer = exch;
        return { type: "message", message, peer: "peer" };
      },
      accept(messages): Accepted<string> {
        const flight = role === "responder" ? flightOf(at, messages) : [];
        const keys = keysOf(own(), peer ?? new Uint8Array(EXCH));
        return { flight, keys, peer: "peer", standing: "live", greet: false };
      },
      wipe() {
        peer = undefined;
      },
    };
  };
  return {
    csid: 0x0e,
    atCap: undefined,
    lasting: true,
    get multiplications() {
      return multiplications;
    },
    read(bytes) {
      const body = opened(bytes);
      if (body === undefined) return refused("wire.malformed", "not authentic");
      const exch = body.slice(0, EXCH);
      // One's own, sent back: its secret is of the other end's key.
      if (current !== undefined && equalBytes(exch, current)) return refused("wire.malformed", "reflected");
      const type = decodeUtf8(body.subarray(EXCH + 8));
      if (!type.ok) return type;
      if (!known.has(exch.join())) multiplications++;
      known.add(exch.join());
      const at = readU64(body, EXCH);
      const proven = { opening: true, sender: undefined, authentic: true } as const;
      return accepted({ exch, at, ...proven, body: bytes, message: message(type.value) });
    },
    call: (at, messages) => ({ run: runOf("initiator", at), flight: flightOf(at, messages) }),
    answer(opening) {
      const run = runOf("responder", opening.at);
      return { run, result: run.consume(opening) as Exclude<RunResult<string>, { type: "bad" }> };
    },
    renew() {
      current = undefined;
      known.clear();
    },
  };
}

const STEP = EXCH + 8;
const REFERENCE = STEP + 1;

/** Of the kind of re-links of 0x43: an exchange for each handshake, an opening and an answer that belongs to it. */
export function singleStandIn({ randomBytes }: StandInOptions): StandIn {
  let multiplications = 0;
  const packet = (own: Uint8Array, at: bigint, step: number, reference: Uint8Array) =>
    sealed(concat(own, u64(at), Uint8Array.of(step), reference));
  const runOf = (role: Role, at: bigint): { run: Run<string, StandInIncoming>; opening: Uint8Array } => {
    const own = randomBytes(EXCH);
    let peer: Uint8Array | undefined;
    const opening = packet(own, at, 1, new Uint8Array(EXCH));
    const run: Run<string, StandInIncoming> = {
      consume({ exch, body, message }): RunResult<string> {
        if (peer !== undefined) return { type: "bad", code: "exchange.step" };
        multiplications++;
        const inner = opened(body);
        const fits = role === "responder" || equalBytes(inner?.subarray(REFERENCE) ?? own.subarray(1), own);
        if (inner === undefined || !fits) return { type: "bad", code: "exchange.exch" };
        peer = exch;
        return { type: "message", message, peer: "peer" };
      },
      accept(): Accepted<string> {
        const from = peer ?? new Uint8Array(EXCH);
        const last = role === "initiator";
        const flight = last ? [] : [packet(own, at, 2, from)];
        const keys = keysOf(own, from);
        return { flight, keys, peer: "peer", standing: last ? "live" : "tentative", greet: last };
      },
      wipe() {},
    };
    return { run, opening };
  };
  return {
    csid: 0x0f,
    atCap: 1n << 32n,
    lasting: false,
    get multiplications() {
      return multiplications;
    },
    read(bytes) {
      if (bytes.length !== MAC + REFERENCE + EXCH) return refused("wire.malformed", "not of this length");
      const body = bytes.subarray(MAC);
      const opening = body[STEP] === 1;
      return accepted({
        exch: body.slice(0, EXCH),
        at: readU64(body, EXCH),
        opening,
        sender: opening ? "initiator" : "responder",
        authentic: false,
        body: bytes,
        message: message("link"),
      });
    },
    call(at) {
      const { run, opening } = runOf("initiator", at);
      return { run, flight: [opening] };
    },
    answer(opening) {
      const { run } = runOf("responder", opening.at);
      const result = run.consume(opening);
      return result.type === "bad" ? { run: undefined, result } : { run, result };
    },
    renew() {},
  };
}

/** The `at` that stands in a stand-in's packet. */
export function atOf(bytes: Uint8Array): bigint {
  return readU64(bytes, MAC + EXCH);
}

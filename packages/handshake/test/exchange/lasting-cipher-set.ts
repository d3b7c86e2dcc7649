import { accepted, concat, decodeUtf8, encodeHex, readU64, refused, u64, utf8 } from "@countersign/wire";
import type { Role } from "../../src/exchange/at.ts";
import type { Accepted, BadPacket, CipherSet, Incoming, RunResult } from "../../src/exchange/cipher-set.ts";
import type { HandshakeMessage } from "../../src/exchange/message-group.ts";
import { routingToken } from "../../src/routing-token.ts";

export interface LastingIncoming extends Incoming {
  readonly message: HandshakeMessage;
}

const BOGUS = encodeHex(new Uint8Array(16));

/** Makes a packet of the end of an exchange that has this EXCH. */
export function lastingPacket(exch: Uint8Array, at: bigint, type = "link"): Uint8Array {
  return concat(exch, u64(at), utf8(type));
}

export function message(type: string): HandshakeMessage {
  return { type, head: {}, body: new Uint8Array(0) };
}

/**
 * A cipher set without cryptography, of the kind that telehash's are: an exchange lasts over handshakes, a packet carries
 * one message and proves its sender. A body is `EXCH(16) ‖ at(8) ‖ type`; one that begins with zeros is bogus.
 */
export class LastingCipherSet implements CipherSet<string, LastingIncoming> {
  readonly csid = 0x0e;
  readonly atCap = undefined;
  readonly lasting = true;
  /** How often this end's ephemeral key was erased. */
  renewed = 0;
  private readonly name: string;
  private drawn = 0;
  /** What tests count is no state of a cipher set, and hidden from whoever compares states. */
  #consumed = 0;
  private current: Uint8Array | undefined;

  constructor(name: string) {
    this.name = name;
  }

  /** Packets of which a run was asked what they are. */
  get consumed(): number {
    return this.#consumed;
  }

  /** EXCH of this end, drawn when it is needed first. */
  get exch(): Uint8Array {
    this.current ??= utf8(`${this.name} ${++this.drawn}`.padEnd(16, "."));
    return this.current;
  }

  read(body: Uint8Array) {
    if (body.length < 24 || encodeHex(body.subarray(0, 16)) === BOGUS) return refused("wire.malformed", "bogus");
    const type = decodeUtf8(body.subarray(24));
    if (!type.ok) return type;
    return accepted({
      exch: body.slice(0, 16),
      at: readU64(body, 16),
      opening: true,
      sender: undefined,
      authentic: true,
      body,
      message: message(type.value),
    });
  }

  call(at: bigint, messages: readonly HandshakeMessage[]) {
    return { run: this.run("initiator", at), flight: this.flight(at, messages) };
  }

  answer(opening: LastingIncoming) {
    const run = this.run("responder", opening.at);
    return { run, result: run.consume(opening) };
  }

  renew(): void {
    this.current = undefined;
    this.renewed++;
  }

  private flight(at: bigint, messages: readonly HandshakeMessage[]): readonly Uint8Array[] {
    return messages.map(({ type }) => lastingPacket(this.exch, at, type));
  }

  private run(role: Role, at: bigint) {
    let peer = new Uint8Array(16);
    return {
      consume: (incoming: LastingIncoming): Exclude<RunResult<string>, BadPacket> => {
        this.#consumed++;
        peer = incoming.exch.slice();
        return { type: "message", message: incoming.message, peer: "peer" };
      },
      accept: (messages: readonly HandshakeMessage[]): Accepted<string> => {
        const flight = role === "responder" ? this.flight(at, messages) : [];
        const tokens = { sendToken: routingToken(peer), receiveToken: routingToken(this.exch) };
        const secret = { sendKey: new Uint8Array(32), receiveKey: new Uint8Array(32) };
        return { flight, keys: { ...secret, ...tokens }, peer: "peer", standing: "live", greet: false };
      },
      wipe: () => {},
    };
  }
}

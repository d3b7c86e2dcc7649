import type { SessionKind, SessionParameters } from "@countersign/handshake";
import {
  accepted,
  concat,
  type Decoded,
  equalBytes,
  lp,
  readU16,
  readU32,
  refused,
  u8,
  u16,
  u32,
} from "@countersign/wire";
import { sha256 } from "@noble/hashes/sha2.js";

/** Who sends a bundle, as a relay would introduce it. Public, and bound by the context of the handshake. */
export interface Introduction {
  readonly parameters: SessionParameters;
  readonly number: number;
  readonly eid: Uint8Array;
  readonly versions: Uint8Array;
}

/** How far one end is with the packets of one process of the other. */
export interface Seen {
  /** 8 bytes that the process has drawn. */
  readonly life: Uint8Array;
  /** Packets of it that were taken. */
  readonly count: number;
}

/** Packets on their way from one party to the other by hand (spec 0007, section 10.2). Nothing of it is secret. */
export interface Bundle {
  readonly from: Introduction;
  /** 8 bytes that the sender's process has drawn: it numbers its packets from 1. */
  readonly life: Uint8Array;
  /** Whether the sender wants to be shown that it was heard. */
  readonly asks: boolean;
  /** What the sender has of the receiver's; undefined for nothing. */
  readonly seen: Seen | undefined;
  /** The number of the first packet. */
  readonly first: number;
  readonly packets: readonly Uint8Array[];
}

/** Bytes that a bundle has at most. */
export const MOST_BUNDLE = 2 * 1024 * 1024;
export const LIFE_LENGTH = 8;

const MAGIC = Uint8Array.of(0x43, 0x53, 0x48, 0x01);
const KINDS: readonly SessionKind[] = ["keygen", "sign", "exchange"];
/** Bytes in front of `versions`, and those behind it that are in front of the packets. */
const HEAD = 4 + 16 + 16 + 1 + 2 + 2 + 2 + 32;
const TAIL = LIFE_LENGTH + 1 + LIFE_LENGTH + 4 + 4 + 2;
/** Of a packet: what was seen up to it fits into its field. */
const MOST_NUMBER = 0xff_ff_ff_ff;
/** Of SHA-256: against slips and cuts, and against nobody. */
const CHECKSUM = 8;
/** Bytes of a bundle without packets, beside `versions`. */
export const BUNDLE_FRAME = HEAD + 2 + TAIL + CHECKSUM;
/** Bytes around each packet. */
export const PACKET_FRAME = 4;

/** Writes a bundle. */
export function encodeBundle({ from, life, asks, seen, first, packets }: Bundle): Uint8Array {
  const { group, session, kind, parties, threshold } = from.parameters;
  const bytes = concat(
    MAGIC,
    group,
    session,
    u8(KINDS.indexOf(kind) + 1),
    u16(parties),
    u16(threshold),
    u16(from.number),
    from.eid,
    lp(from.versions),
    life,
    u8(asks ? 1 : 0),
    seen?.life ?? new Uint8Array(LIFE_LENGTH),
    u32(seen?.count ?? 0),
    u32(first),
    u16(packets.length),
    ...packets.flatMap((packet) => [u32(packet.length), packet]),
  );
  return concat(bytes, checksum(bytes));
}

/** Reads a bundle. What is in its packets is not looked at. */
export function decodeBundle(bytes: Uint8Array): Decoded<Bundle> {
  if (bytes.length > MOST_BUNDLE) return refused("wire.too-long", "more than 2 MiB");
  if (!equalBytes(bytes.subarray(0, 3), MAGIC.subarray(0, 3))) {
    return refused("wire.malformed", "not packets of cosign.handshake");
  }
  if (bytes[3] !== MAGIC[3]) return refused("wire.unknown-version", "packets of another version");
  const body = bytes.subarray(0, -CHECKSUM);
  if (bytes.length < BUNDLE_FRAME || !equalBytes(bytes.subarray(-CHECKSUM), checksum(body))) {
    return refused("wire.truncated", "the packets are cut off, or something in them was changed");
  }
  return decodeBody(body);
}

function decodeBody(bytes: Uint8Array): Decoded<Bundle> {
  const kind = KINDS[(bytes[36] ?? 0) - 1];
  const tail = HEAD + 2 + readU16(bytes, HEAD);
  if (kind === undefined || tail + TAIL > bytes.length) return malformed();
  const parameters = {
    group: bytes.slice(4, 20),
    session: bytes.slice(20, 36),
    kind,
    parties: readU16(bytes, 37),
    threshold: readU16(bytes, 39),
  };
  const from = {
    parameters,
    number: readU16(bytes, 41),
    eid: bytes.slice(43, HEAD),
    versions: bytes.slice(HEAD + 2, tail),
  };
  const asks = bytes[tail + 8] ?? 0;
  const seen = { life: bytes.slice(tail + 9, tail + 17), count: readU32(bytes, tail + 17) };
  const packets = decodePackets(bytes.subarray(tail + TAIL), readU16(bytes, tail + 25));
  const first = readU32(bytes, tail + 21);
  if (packets === undefined || asks > 1 || first + packets.length > MOST_NUMBER) return malformed();
  return accepted({
    from,
    life: bytes.slice(tail, tail + 8),
    asks: asks === 1,
    seen: seen.life.some((byte) => byte !== 0) ? seen : undefined,
    first,
    packets,
  });
}

function decodePackets(bytes: Uint8Array, count: number): Uint8Array[] | undefined {
  const packets: Uint8Array[] = [];
  let offset = 0;
  while (packets.length < count && offset + PACKET_FRAME <= bytes.length) {
    const begin = offset + PACKET_FRAME;
    offset = begin + readU32(bytes, offset);
    if (offset <= bytes.length) packets.push(bytes.slice(begin, offset));
  }
  return packets.length === count && offset === bytes.length ? packets : undefined;
}

function checksum(bytes: Uint8Array): Uint8Array {
  return sha256(bytes).subarray(0, CHECKSUM);
}

function malformed(): Decoded<never> {
  return refused("wire.malformed", "what is in the packets contradicts itself");
}

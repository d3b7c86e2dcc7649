import { randomBytes } from "node:crypto";
import { flood, type Kind, repeated, rotating } from "./receiver.ts";
import { identity, opening3a, receiver3a } from "./sides3a.ts";

const OPENINGS = 64;
/** LEN(2) and the CSID stand before the body. */
const HEAD = 3;

/** What can be sent to an endpoint as if from a peer that it knows; the first is a good handshake. */
export function kinds3a(): readonly Kind[] {
  const [own, peer] = [identity(), identity()];
  const [first = new Uint8Array(0), ...openings] = Array.from({ length: OPENINGS + 1 }, (_, n) =>
    opening3a(peer, own, 2n * BigInt(n)),
  );
  const known = () => receiver3a(own, [first]);
  const last = openings.at(-1) ?? first;
  const forged = (packet: Uint8Array) => edited(packet, packet.length - 1);
  const again = (name: string, expected: string, packet: Uint8Array, stepMs = 0) =>
    repeated({ name, expected, packet, receiver: known(), stepMs });
  return [
    rotating({
      name: "accepted: a new exchange",
      expected: "answer",
      packets: openings,
      receiver: known,
      stepMs: 1_000,
    }),
    again("too short", "cs3a.length", last.subarray(0, HEAD + 80), 1_000),
    again("forged, under the peer's ephemeral key", "cs3a.forged", forged(first)),
    again("forged, under another one, one at a time", "cs3a.forged", forged(last), 1_000),
    flood("forged, under another one", "endpoint.busy", forged(last), known()),
    again("recorded: the last one again, answered verbatim", "answer", first, 1_000),
    rotating({
      name: "recorded: of 63 exchanges, an old at each",
      expected: "exchange.old",
      packets: openings.slice(0, -1),
      receiver: () => receiver3a(own, [first, last]),
      stepMs: 1_000,
    }),
  ];
}

/** What can be sent to an endpoint by anybody; the first is a good handshake. */
export function kindsOfStrangers(): readonly Kind[] {
  const own = identity();
  const openings = Array.from({ length: OPENINGS }, () => opening3a(identity(), own));
  const [opening = new Uint8Array(0)] = openings;
  const nobody = () => receiver3a(own);
  const junk = Uint8Array.from([...opening.subarray(0, HEAD), ...randomBytes(opening.length - HEAD)]);
  return [
    rotating({ name: "accepted", expected: "answer", packets: openings, receiver: nobody, stepMs: 1_000 }),
    repeated({ name: "junk, one at a time", expected: "cs3a.forged", packet: junk, receiver: nobody(), stepMs: 1_000 }),
    flood("junk", "endpoint.busy", junk, nobody()),
  ];
}

function edited(packet: Uint8Array, offset: number): Uint8Array {
  const copy = packet.slice();
  copy[offset] = (copy[offset] ?? 0) ^ 1;
  return copy;
}

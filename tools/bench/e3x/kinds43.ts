import { clockAtRest, flood, type Kind, repeated, rotating } from "./receiver.ts";
import { type Mode, openings43, receiver43 } from "./sides43.ts";

const OPENINGS = 64;
/** Low byte of `at`, and the last byte, in a body of 0x43. */
const AT_LOW = 25;

/** What can be sent as an opening to an end that waits for one; the first is a good one. */
export function kinds43(mode: Mode): readonly Kind[] {
  const openings = openings43(mode, OPENINGS);
  const [opening = new Uint8Array(0)] = openings;
  const forged = edited(opening, opening.length - 1);
  const forgery = mode === "pair" ? "spake2.share-off-curve" : "noise.decrypt-failed";
  const fresh = () => receiver43(mode);
  const busy = fresh();
  busy(opening, clockAtRest());
  return [
    rotating({ name: "accepted", expected: "answer", packets: openings, receiver: fresh, stepMs: 2_000 }),
    repeated({
      name: "one byte short",
      expected: "wire.malformed",
      packet: opening.subarray(0, -1),
      receiver: fresh(),
    }),
    repeated({
      name: "of the wrong parity",
      expected: "exchange.parity",
      packet: edited(opening, AT_LOW),
      receiver: fresh(),
    }),
    repeated({
      name: "an old at",
      expected: "exchange.old",
      packet: opening,
      receiver: receiver43(mode, 1n << 40n),
    }),
    repeated({
      name: "while another one is half open",
      expected: "exchange.busy",
      packet: openings[1] ?? opening,
      receiver: busy,
    }),
    repeated({
      name: "forged, one at a time",
      expected: forgery,
      packet: forged,
      receiver: fresh(),
      stepMs: 200,
    }),
    flood("forged", "exchange.busy", forged, fresh()),
  ];
}

function edited(packet: Uint8Array, offset: number): Uint8Array {
  const copy = packet.slice();
  copy[offset] = (copy[offset] ?? 0) ^ 1;
  return copy;
}

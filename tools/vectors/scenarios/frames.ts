import { describe } from "../describe.ts";
import { concat, H, rekey, text, u8, u16, u64 } from "../protocol/bytes.ts";
import type { KindName } from "../protocol/wire.ts";
import { fixedRandom } from "../randomness.ts";
import type { Scenario } from "../scenario.ts";
import { frame, key, scenario, token } from "./frame.ts";

/** One frame of each kind, in an order in which one end can send them. */
function kinds(): Scenario {
  const bytes32 = (kind: KindName) => fixedRandom(`frames/${kind}`, 32);
  const frames = [
    frame("ACK", 0n, u64(0n)),
    frame("PAD", 1n, new Uint8Array(100)),
    frame("HS", 2n, text("a handshake message")),
    frame("APP", 3n, concat(u64(0n), text("a message"))),
    frame("SAS_COMMIT", 4n, concat(u64(1n), bytes32("SAS_COMMIT"))),
    frame("SAS_REVEAL", 5n, concat(u64(2n), bytes32("SAS_REVEAL"))),
    frame("SAS_OK", 6n, concat(u64(3n), bytes32("SAS_OK"))),
    frame("ECHO", 7n, concat(u64(4n), text("an echo"))),
    frame("CLOSE", 8n, concat(u8(0), u64(0n))),
  ];
  const title = "one frame of every kind but APPF";
  return scenario("kinds", title, "section 2", {
    key: describe(key),
    token: describe(token),
    first: "0",
    frames: frames.map((each) => describe({ ...each })),
  });
}

/** The shortest message that does not fit one frame. */
function longMessage(): Scenario {
  const content = Uint8Array.from({ length: 16_372 }, (_, i) => i % 251);
  const part = (index: number) =>
    concat(u64(0n), u16(index), u16(2), content.slice(index * 16_367, (index + 1) * 16_367));
  const packets = [0, 1].map((index) => frame("APPF", BigInt(index), part(index)).packet);
  return scenario("long-message", "a message in two parts", "section 9", {
    ...{ key: describe(key), token: describe(token), first: "0" },
    message: describe({ rule: "byte i is i mod 251", length: content.length, sha256: H(content) }),
    packets: packets.map(describe),
  });
}

/** Two frames at the boundary of two epochs. */
function rekeyed(epoch: bigint): Scenario {
  const keys = [key, rekey(key), rekey(rekey(key))];
  const of = (index: bigint) => keys[Number(index)] ?? key;
  const last = (epoch << 16n) + 65_535n;
  const frames = [
    frame("ECHO", last, concat(u64(0n), text("before")), of(epoch)),
    frame("ECHO", last + 1n, concat(u64(1n), text("after")), of(epoch + 1n)),
  ];
  const title = `the last frame of epoch ${epoch} and the first of epoch ${epoch + 1n}`;
  return scenario(`rekey-after-epoch-${epoch}`, title, "section 7", {
    ...{ keys: keys.map(describe), token: describe(token), first: describe(last), epoch: describe(epoch) },
    frames: frames.map((each) => describe({ ...each })),
  });
}

/** Frames of all kinds, and over the boundaries of epochs. */
export function frames(): readonly Scenario[] {
  return [kinds(), longMessage(), rekeyed(0n), rekeyed(1n)];
}

import { describe } from "../describe.ts";
import { concat, text, u8, u16, u64 } from "../protocol/bytes.ts";
import { framePlaintext } from "../protocol/wire.ts";
import { fixedRandom } from "../randomness.ts";
import type { Scenario } from "../scenario.ts";
import { codec, MAX, none, zero } from "./codec.ts";

function frames(): Scenario {
  const good = (kind: number, data: Uint8Array) => describe({ bytes: framePlaintext(kind, data), kind, data });
  const plain = framePlaintext(8, text("echo"));
  const grow = [59, 60, 251, 252, 1_019, 1_020].map((length) => good(1, new Uint8Array(length).fill(7)));
  return codec("frame", {
    title: "plaintexts of frames",
    section: "0004, section 2",
    accepted: [...Array.from({ length: 10 }, (_, kind) => good(kind, text("data"))), good(0, none), ...grow],
    refused: [
      [plain.slice(0, 4), "wire.truncated", "no length"],
      [framePlaintext(10, none), "wire.unknown-kind", "kind 0a"],
      [concat(u8(8), Uint8Array.of(0, 0, 0x3f, 0xfc), none), "wire.too-long", "data of 16,380 bytes"],
      [concat(u8(8), Uint8Array.of(0, 0, 0, 59)), "wire.truncated", "data that is not there"],
      [plain.slice(0, 63), "wire.padding", "63 bytes"],
      [concat(plain, new Uint8Array(192)), "wire.padding", "256 bytes where 64 are enough"],
      [concat(plain.slice(0, 63), u8(1)), "wire.padding", "padding that is not zero"],
    ],
  });
}

function frameData(): readonly Scenario[] {
  const [group, session] = [fixedRandom("codec/group", 16), fixedRandom("codec/session", 16)];
  const round = concat(group, session, u16(1), u16(2), u16(0), text("bytes"));
  return [
    codec("ack", {
      title: "data of ACK",
      section: "0004, section 2",
      accepted: [0n, 1n, MAX].map((next) => describe({ bytes: u64(next), next })),
      refused: [
        [new Uint8Array(7), "wire.truncated", "7 bytes"],
        [new Uint8Array(9), "wire.trailing", "9 bytes"],
      ],
    }),
    codec("close", {
      title: "data of CLOSE",
      section: "0004, section 2",
      accepted: [
        describe({ bytes: concat(zero, u64(5n)), reason: 0, next: 5n }),
        describe({ bytes: concat(u8(255), u64(MAX)), reason: 255, next: MAX }),
      ],
      refused: [
        [new Uint8Array(8), "wire.truncated", "8 bytes"],
        [new Uint8Array(10), "wire.trailing", "10 bytes"],
      ],
    }),
    codec("part", {
      title: "data of APPF",
      section: "0004, section 2",
      accepted: [
        describe({
          bytes: concat(u64(3n), u16(1), u16(2), text("part")),
          m: 3n,
          index: 1,
          count: 2,
          part: text("part"),
        }),
      ],
      refused: [
        [concat(u64(3n), u16(0), u16(2)), "wire.truncated", "an empty part"],
        [concat(u64(3n), u16(2), u16(2), zero), "wire.out-of-range", "a part behind the last one"],
        [concat(u64(3n), u16(0), u16(1), zero), "wire.out-of-range", "a single part"],
        [concat(u64(3n), u16(0), u16(0), zero), "wire.out-of-range", "no part"],
      ],
    }),
    codec("round-message", {
      title: "contents of APP",
      section: "0004, section 3",
      accepted: [
        describe({ bytes: round, group, session, round: 1, from: 2, to: 0, content: text("bytes") }),
        describe({ bytes: round.slice(0, 38), group, session, round: 1, from: 2, to: 0, content: none }),
      ],
      refused: [[round.slice(0, 37), "wire.truncated", "37 bytes"]],
    }),
  ];
}

/** What frames carry. */
export function frameCodecs(): readonly Scenario[] {
  return [frames(), ...frameData()];
}

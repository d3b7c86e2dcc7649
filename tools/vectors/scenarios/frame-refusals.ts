import { describe } from "../describe.ts";
import { concat, text, u8, u16, u64 } from "../protocol/bytes.ts";
import { framePacket, framePlaintext, KIND } from "../protocol/wire.ts";
import type { Scenario } from "../scenario.ts";
import { type Frame, frame, key, scenario, token } from "./frame.ts";
import { flip } from "./tamper.ts";

interface Bad {
  readonly title: string;
  readonly section: string;
  /** What the receiver takes in before. */
  readonly before?: readonly Frame[];
  /** The n that it expects first; 0 by default. */
  readonly first?: bigint;
  readonly packet: Uint8Array;
  readonly layer: "wire" | "channel" | "frame";
  readonly code: string;
}

function refused(name: string, { title, section, before = [], first = 0n, packet, layer, code }: Bad): Scenario {
  return scenario(`refused-${name}`, title, section, {
    ...{ key: describe(key), token: describe(token), first: describe(first) },
    before: before.map((each) => describe({ ...each })),
    packet: describe(packet),
    expect: { layer, code, outcome: layer === "frame" ? "end" : "drop" },
  });
}

/** Every way in which a frame is refused. */
export function frameRefusals(): readonly Scenario[] {
  const echo = frame("ECHO", 0n, concat(u64(0n), text("one")));
  const malformed = (plaintext: Uint8Array) => framePacket(key, token, 0n, plaintext);
  const good = framePlaintext(KIND.ECHO, u64(0n));
  const dropped = { section: "section 4", layer: "channel" } as const;
  const fault = { section: "sections 2 and 11", layer: "frame" } as const;
  const part = (index: number, count: number, bytes: Uint8Array) =>
    frame("APPF", 0n, concat(u64(0n), u16(index), u16(count), bytes)).packet;
  return [
    refused("tag", {
      title: "a frame with one bit changed",
      packet: flip(echo.packet, -1),
      code: "channel.unauthentic",
      ...dropped,
    }),
    refused("n", {
      title: "a frame under another n than it was sealed with",
      packet: flip(echo.packet, 2 + 16 + 7),
      code: "channel.unauthentic",
      ...dropped,
    }),
    refused("next-epoch", {
      title: "a frame of the next epoch under the key of this one",
      first: 65_535n,
      packet: frame("PAD", 65_536n, new Uint8Array(0)).packet,
      code: "channel.unauthentic",
      ...dropped,
    }),
    refused("token", {
      title: "a frame for another exchange",
      packet: flip(echo.packet, 2),
      section: "section 8",
      layer: "channel",
      code: "channel.unknown-token",
    }),
    refused("window", {
      title: "frame 64 where frame 0 is expected",
      packet: frame("PAD", 64n, new Uint8Array(0)).packet,
      code: "channel.beyond-window",
      ...dropped,
    }),
    refused("changed-repeat", {
      title: "frame 0 again, with another content",
      before: [echo],
      packet: frame("ECHO", 0n, concat(u64(0n), text("two"))).packet,
      code: "channel.stale",
      ...dropped,
    }),
    refused("length", {
      title: "a packet of a length that no frame has",
      packet: echo.packet.slice(0, -1),
      section: "section 1",
      layer: "wire",
      code: "wire.padding",
    }),
    refused("kind", {
      title: "an authentic frame of kind 0a",
      packet: malformed(framePlaintext(10, u64(0n))),
      code: "wire.unknown-kind",
      ...fault,
    }),
    refused("padding", {
      title: "an authentic frame whose padding is not zero",
      packet: malformed(flip(good, -1)),
      code: "wire.padding",
      ...fault,
    }),
    refused("padding-size", {
      title: "an authentic frame of 256 bytes where 64 are enough",
      packet: malformed(concat(good, new Uint8Array(192))),
      code: "wire.padding",
      ...fault,
    }),
    refused("data-length", {
      title: "an authentic frame that announces more than it holds",
      packet: malformed(concat(u8(8), Uint8Array.of(0, 0, 0, 200), new Uint8Array(59))),
      code: "wire.truncated",
      ...fault,
    }),
    refused("ack-length", {
      title: "an ACK of 9 bytes",
      packet: frame("ACK", 0n, new Uint8Array(9)).packet,
      code: "wire.trailing",
      ...fault,
    }),
    refused("close-length", {
      title: "a CLOSE of 8 bytes",
      packet: frame("CLOSE", 0n, new Uint8Array(8)).packet,
      code: "wire.truncated",
      ...fault,
    }),
    refused("ack-ahead", {
      title: "an ACK of a frame that was never sent",
      packet: frame("ACK", 0n, u64(1n)).packet,
      code: "channel.ack-ahead",
      ...fault,
    }),
    refused("gap", {
      title: "message 1 where message 0 is expected",
      packet: frame("ECHO", 0n, concat(u64(1n), text("two"))).packet,
      code: "channel.gap",
      section: "section 9",
      layer: "frame",
    }),
    refused("part-out-of-turn", {
      title: "the second part of a message first",
      packet: part(1, 2, u8(7)),
      code: "channel.parts",
      section: "section 9",
      layer: "frame",
    }),
    refused("part-not-full", {
      title: "a part before the last one that is not full",
      packet: part(0, 2, u8(7)),
      code: "channel.parts",
      section: "section 9",
      layer: "frame",
    }),
    refused("too-many-parts", {
      title: "a message of 66 parts",
      packet: part(0, 66, new Uint8Array(16_367)),
      code: "channel.parts",
      section: "section 9",
      layer: "frame",
    }),
    refused("single-part", {
      title: "a message in one part",
      packet: part(0, 1, u8(7)),
      code: "wire.out-of-range",
      section: "section 9",
      layer: "frame",
    }),
  ];
}

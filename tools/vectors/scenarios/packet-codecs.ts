import { describe } from "../describe.ts";
import { concat, text, u8, u16, u64 } from "../protocol/bytes.ts";
import { handshakeBody, lob } from "../protocol/wire.ts";
import { fixedRandom } from "../randomness.ts";
import type { Scenario } from "../scenario.ts";
import { codec, MAX, none, zero } from "./codec.ts";

const exch = fixedRandom("codec/exch", 16);
const token = fixedRandom("codec/token", 16);

function lobs(): Scenario {
  const good = (head: Uint8Array, body: Uint8Array) => describe({ bytes: lob(head, body), head, body });
  return codec("lob", {
    title: "LOB packets",
    section: "0002, section 1",
    accepted: [good(none, none), good(none, text("body")), good(u8(0x43), none), good(text("{}"), text("body"))],
    refused: [
      [none, "wire.truncated", "no length"],
      [zero, "wire.truncated", "half a length"],
      [concat(u16(2), zero), "wire.truncated", "a head that is not there"],
      [
        [
          [u16(8_193), 1],
          [zero, 8_193],
        ],
        "wire.too-long",
        "a head of 8,193 bytes",
      ],
      [[[zero, 65_537]], "wire.too-long", "65,537 bytes"],
    ],
  });
}

function packets(): Scenario {
  const body = text("body");
  return codec("packet", {
    title: "outer packets",
    section: "0002, section 2",
    accepted: [
      describe({ bytes: lob(none, body), type: "channel", body }),
      describe({ bytes: lob(u8(0x43), body), type: "handshake", csid: 0x43, body }),
      describe({ bytes: lob(u8(0x3a), none), type: "handshake", csid: 0x3a, body: none }),
      describe({
        bytes: lob(u8(0x43), new Uint8Array(1_397)),
        type: "handshake",
        csid: 0x43,
        body: new Uint8Array(1_397),
      }),
    ],
    refused: [
      [lob(zero, body), "wire.unknown-kind", "cipher set 0"],
      [lob(text("{}"), body), "wire.unknown-kind", "a head that is neither"],
      [
        [
          [lob(u8(0x43), none), 1],
          [zero, 1_398],
        ],
        "wire.too-long",
        "a handshake of 1,401 bytes",
      ],
    ],
  });
}

function headers(): Scenario {
  const good = (step: number, at: bigint) => describe({ bytes: handshakeBody(step, exch, at), exch, step, at });
  const first = handshakeBody(1, exch, 1n);
  const steps = [0, 6, 0x10, 0x13, 0xff].map(
    (step) => [handshakeBody(step, exch, 1n), "wire.unknown-kind", `step ${step}`] as const,
  );
  return codec("handshake-header", {
    title: "headers of handshakes of the cipher set 43",
    section: "0002, section 3",
    accepted: [1, 2, 3, 4, 5, 0x11, 0x12, 0x21]
      .map((step) => good(step, 1_760_000_000n))
      .concat([good(1, 0n), good(1, MAX)]),
    refused: [
      [first.slice(0, -1), "wire.truncated", "25 bytes"],
      [concat(exch, u8(2), first.slice(17)), "wire.unknown-version", "version 2"],
      ...steps,
    ],
  });
}

function sealedFrames(): Scenario {
  const good = (n: bigint, length: number) => {
    const ciphertext = fixedRandom("codec/ciphertext", length);
    return describe({ bytes: concat(token, u64(n), ciphertext), token, n, ciphertext });
  };
  return codec("sealed-frame", {
    title: "bodies of channel packets",
    section: "0004, section 1",
    accepted: [good(0n, 80), good(1n, 272), good(MAX, 1_040), good(7n, 4_112)],
    refused: [
      [concat(token, u64(0n), new Uint8Array(15)), "wire.truncated", "less than a tag"],
      [concat(token, u64(0n), new Uint8Array(79)), "wire.padding", "a ciphertext of 79 bytes"],
      [concat(token, u64(0n), new Uint8Array(81)), "wire.padding", "a ciphertext of 81 bytes"],
      [
        [
          [concat(token, u64(0n)), 1],
          [zero, 16_401],
        ],
        "wire.too-long",
        "a ciphertext of 16,401 bytes",
      ],
    ],
  });
}

/** What lies around every content. */
export function packetCodecs(): readonly Scenario[] {
  return [lobs(), packets(), headers(), sealedFrames()];
}

import { request } from "../texts/case.ts";
import { closePayload, type FrameOptions, frame, Opcode } from "./frame.ts";

/** What a relay makes of frames: it serves on, or closes with one of these codes. */
export type Verdict = "serves" | readonly number[];

/** Frames in the order in which they are sent, and what becomes of the connection. */
export interface FrameCase {
  readonly name: string;
  /** Each chunk is written by itself. */
  readonly chunks: readonly Uint8Array[];
  readonly verdict: Verdict;
  /** Where pongs or answers are due: how many frames of which kind, and with what in them. */
  readonly brings?: { readonly opcode: number; readonly payload: string | RegExp };
}

const MESSAGE = 65_536;
/** Frames that one message may have. */
const FRAGMENTS = 64;

const ask = request("?", "[]", "7");
const answer = /"id":7,"error":\{"code":-32601/;
const answered = { opcode: Opcode.text, payload: answer };
const ping = (payload: string | Uint8Array): FrameOptions => ({ opcode: Opcode.ping, payload });
const part = (payload: string | Uint8Array, fin = false): FrameOptions => ({
  opcode: Opcode.continuation,
  payload,
  fin,
});
const first = (payload: string | Uint8Array): FrameOptions => ({ payload, fin: false });

const fails = (name: string, code: number | readonly number[], ...frames: readonly FrameOptions[]): FrameCase => ({
  name,
  chunks: frames.map(frame),
  verdict: typeof code === "number" ? [code] : code,
});

const serves = (
  name: string,
  brings: FrameCase["brings"] | undefined,
  ...frames: readonly FrameOptions[]
): FrameCase => ({
  name,
  chunks: frames.map(frame),
  verdict: "serves",
  ...(brings === undefined ? {} : { brings }),
});

/** A text in so many frames. */
function inParts(text: string | Uint8Array, parts: number): readonly FrameOptions[] {
  const bytes = Buffer.from(text);
  return Array.from({ length: parts }, (_, i): FrameOptions => {
    const payload = i === parts - 1 ? bytes.subarray(i) : bytes.subarray(i, i + 1);
    return { opcode: i === 0 ? Opcode.text : Opcode.continuation, fin: i === parts - 1, payload };
  });
}

const reservedOpcodes = [0x3, 0x4, 0x5, 0x6, 0x7, 0xb, 0xc, 0xd, 0xe, 0xf];
const controls = [Opcode.close, Opcode.ping, Opcode.pong];
const goodCodes = [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999];
const badCodes = [0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535];
const euro = request("?", '["€€€"]', "7");

/** RFC 6455, sections 5 to 8: what a client may send, and what it must not. */
export const conformance: readonly FrameCase[] = [
  serves("a call in one frame", answered, { payload: ask }),
  ...[2, 3, 63, FRAGMENTS].map((parts) => serves(`a call in ${parts} frames`, answered, ...inParts(ask, parts))),
  fails("a call in 65 frames", [1008, 1009], ...inParts(`${ask}${" ".repeat(65)}`, FRAGMENTS + 1)),
  serves(
    "empty frames between the parts",
    answered,
    first(ask.slice(0, 9)),
    part(""),
    part(""),
    part(ask.slice(9), true),
  ),
  {
    name: "a call byte by byte",
    chunks: [...frame({ payload: ask })].map((byte) => Uint8Array.of(byte)),
    verdict: "serves",
    brings: answered,
  },
  {
    name: "two calls in one chunk",
    chunks: [Buffer.concat([frame({ payload: ask }), frame({ payload: ask })])],
    verdict: "serves",
    brings: answered,
  },
  ...[16, 64].map((bits) =>
    serves(`a length that needs no ${bits} bits, but a reader can read`, answered, {
      payload: ask,
      bits: bits as 16 | 64,
    }),
  ),
  serves("as long as may be", answered, { payload: ask.padEnd(MESSAGE) }),
  fails("one byte longer", 1009, { payload: ask.padEnd(MESSAGE + 1) }),
  fails("one byte longer, in two frames", 1009, first(ask.padEnd(MESSAGE)), part(" ", true)),
  fails("a length of 64 KiB and no more than that said", 1009, { payload: "", length: 65_537n }),
  fails("a length of 2^31", 1009, { payload: "", length: 2n ** 31n }),
  fails("a length of 2^53", [1002, 1009], { payload: "", length: 2n ** 53n }),
  fails("a length of 2^63", [1002, 1009], { payload: "", length: 2n ** 63n }),

  ...[1, 2, 3, 4, 5, 6, 7].map((reserved) => fails(`reserved bits ${reserved}`, 1002, { payload: ask, reserved })),
  ...reservedOpcodes.map((opcode) => fails(`opcode ${opcode}`, 1002, { opcode, payload: opcode > 7 ? "" : ask })),
  fails("a frame without a mask", 1002, { payload: ask, masked: false }),
  ...controls.map((opcode) =>
    fails(`control frame ${opcode} without a mask`, 1002, { opcode, payload: closePayload(1000), masked: false }),
  ),
  ...controls.map((opcode) => fails(`control frame ${opcode} in parts`, 1002, { opcode, fin: false })),
  ...controls.map((opcode) =>
    fails(`control frame ${opcode} of 126 bytes`, 1002, { opcode, payload: closePayload(1000, "a".repeat(124)) }),
  ),
  ...controls.map((opcode) => fails(`control frame ${opcode} with a reserved bit`, 1002, { opcode, reserved: 4 })),
  fails("a continuation of nothing", 1002, part(ask, true)),
  fails("a continuation of nothing, not the last", 1002, part(ask)),
  fails("a continuation behind a whole message", 1002, { payload: ask }, part("", true)),
  fails("a text within a text", 1002, first(ask), { payload: ask }),
  fails("a binary within a text", 1002, first(ask), { opcode: Opcode.binary, payload: "" }),

  ...["", "a", "\u0000", "€", "a".repeat(125)].map((payload) =>
    serves(`a ping of ${Buffer.byteLength(payload)} bytes`, { opcode: Opcode.pong, payload }, ping(payload)),
  ),
  serves("a ping that is not UTF-8", { opcode: Opcode.pong, payload: /^\xff$/ }, ping(Uint8Array.of(0xff))),
  serves(
    "a ping between the parts of a text",
    { opcode: Opcode.pong, payload: "now" },
    first(ask.slice(0, 5)),
    ping("now"),
    part(ask.slice(5), true),
  ),
  serves("the text that a ping came into", answered, first(ask.slice(0, 5)), ping("now"), part(ask.slice(5), true)),
  serves(
    "pongs that nobody asked for",
    answered,
    { opcode: Opcode.pong, payload: "x" },
    { opcode: Opcode.pong },
    { payload: ask },
  ),

  serves("UTF-8 that is cut between frames", answered, ...inParts(euro, 50)),
  ...[[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xe2, 0x82]].flatMap((bytes) => {
    const payload = Uint8Array.from(bytes);
    return [
      fails(`${Buffer.from(bytes).toString("hex")} in a text`, 1007, { payload }),
      fails(
        `${Buffer.from(bytes).toString("hex")} over two frames`,
        1007,
        first(payload.subarray(0, 1)),
        part(payload.subarray(1), true),
      ),
      fails(`${Buffer.from(bytes).toString("hex")} in a reason`, 1007, {
        opcode: Opcode.close,
        payload: closePayload(1000, payload),
      }),
    ];
  }),

  fails("a close without a code", [1000, 1005], { opcode: Opcode.close }),
  ...goodCodes.map((code) =>
    fails(`a close with ${code}`, code, { opcode: Opcode.close, payload: closePayload(code) }),
  ),
  fails("a close with a reason as long as may be", 1000, {
    opcode: Opcode.close,
    payload: closePayload(1000, "é".repeat(61)),
  }),
  fails("a close of one byte", 1002, { opcode: Opcode.close, payload: Uint8Array.of(3) }),
  ...badCodes.map((code) => fails(`a close with ${code}`, 1002, { opcode: Opcode.close, payload: closePayload(code) })),
  fails("a close within a text", 1000, first(ask), { opcode: Opcode.close, payload: closePayload(1000) }),
  fails("a call behind a close", 1000, { opcode: Opcode.close, payload: closePayload(1000) }, { payload: ask }),
  fails("a broken frame behind a close", 1000, { opcode: Opcode.close, payload: closePayload(1000) }, { opcode: 3 }),
];

import { describe, expect, test } from "vitest";
import { parseCode } from "../src/code/spoken-code.ts";
import { nextAt, type Order, orderOf } from "../src/exchange/at.ts";
import { checkExchangeValues, type ExchangeJson } from "./spec-vectors/exchange-values.ts";
import { checkFrameValues } from "./spec-vectors/frame-values.ts";
import { type FramesVector, playFrames } from "./spec-vectors/frames.ts";
import { type GroupSasVector, playGroupSas } from "./spec-vectors/group-sas.ts";
import { checkPartyKeys } from "./spec-vectors/key-values.ts";
import { type NoteVector, testNotes } from "./spec-vectors/notes.ts";
import { playRefusal, type RefusalVector } from "./spec-vectors/refusal.ts";
import { checkSasValues, type SasJson } from "./spec-vectors/sas-values.ts";
import { playSession, type SessionVector } from "./spec-vectors/session.ts";
import { type VectorFile, vectorFiles } from "./spec-vectors/vector-files.ts";
import { unhex } from "./support/shared-vectors.ts";

// The files were computed from the text of the specification by tools/vectors, which shares no code with the machines.
const files = vectorFiles();
const of = <Vector extends VectorFile>(format: VectorFile["format"]) =>
  files.filter((file): file is Vector => file.format === format);

test("every file of spec/vectors is of a format that is tested, here or in wire, session and signing", () => {
  const formats = new Set(files.map(({ format }) => format));
  const handshakes = ["at", "code", "frames", "group-sas", "note", "refusal", "session"];
  expect([...formats].sort()).toEqual([...handshakes, "ceremony", "codec", "frost"].sort());
  expect(new Set(files.map(({ scenario }) => scenario)).size).toBe(files.length);
});

describe.each(of<SessionVector>("session"))("$scenario: $title", (vector) => {
  test.each(vector.parties)("party $number says the recorded bytes and gets to the end", ({ number }) => {
    const outputs = playSession(vector, number);
    expect(outputs.filter(({ type }) => type === "failed")).toEqual([]);
    const { words, digits } = vector.sas;
    const parties = vector.parties.map(({ number, label }) => ({ number, label }));
    const verified = vector.code === undefined;
    expect(outputs.filter(({ type }) => type === "sas")).toEqual([{ type: "sas", words, digits, parties, verified }]);
    expect(outputs.filter(({ type }) => type === "ready")).toHaveLength(1);
    const said = vector.flow.flatMap((step) => ("input" in step && step.input === "send" ? [step] : []));
    const forUs = said.filter(({ party, to }) => party !== number && (to === 0 || to === number));
    expect(outputs.filter(({ type }) => type === "message")).toEqual(
      forUs.map(({ party, round, bytes }, i) => ({
        type: "message",
        seq: i + 1,
        from: party,
        round,
        bytes: unhex(bytes),
      })),
    );
    const closed = outputs.filter(({ type }) => type === "closed");
    expect(closed).toHaveLength(vector.parties.length - 1);
  });

  test.each(vector.exchanges)("the exchange of $initiator with $responder: every value", (exchange) => {
    checkExchangeValues(vector, exchange as unknown as ExchangeJson);
  });

  test("the SAS: every value", () => {
    checkSasValues(vector.session, vector.parties, vector.sas as SasJson);
  });

  test.each(vector.parties)("the keys of party $number", (party) => checkPartyKeys(party));

  test("frames: every value", () => {
    const keys = vector.exchanges.flatMap(({ I, R, k1, k2 }) => [[R.token, k1] as const, [I.token, k2] as const]);
    const frames = vector.flow.flatMap((step) => ("plaintext" in step ? [{ ...step, kind: step.packet }] : []));
    expect(frames.length).toBeGreaterThan(0);
    for (const { bytes, ...frame } of frames) {
      const key = vector.groupLink === undefined ? keyFor(keys) : () => keyOfPair(vector, frame);
      checkFrameValues({ ...frame, packet: bytes }, key);
    }
  });
});

function keyFor(keys: readonly (readonly [token: string, key: string])[]): (token: string) => string {
  return (token) => keys.find(([candidate]) => candidate === token)?.[1] ?? "";
}

/** In a group link an end has one token towards all, so that the direction has to say which key it is. */
function keyOfPair({ groupLink }: SessionVector, { from, to }: { readonly from: number; readonly to: number }): string {
  const pair = groupLink?.pairs.find(({ A, B }) => A === Math.min(from, to) && B === Math.max(from, to));
  return (from < to ? pair?.kA : pair?.kB) ?? "";
}

test.each(of<RefusalVector>("refusal"))("$scenario: $title", (vector) => playRefusal(vector));

test.each(of<GroupSasVector>("group-sas"))("$scenario: $title", (vector) => playGroupSas(vector));

test.each(of<FramesVector>("frames"))("$scenario: $title", (vector) => playFrames(vector));

describe.each(of<NoteVector>("note"))("$scenario: $title", (vector) => testNotes(vector));

interface CodeVector extends VectorFile {
  readonly accepted: readonly { readonly text: string; readonly nameplate: string; readonly secret: string }[];
  readonly refused: readonly { readonly text: string; readonly reason: string }[];
}

describe.each(of<CodeVector>("code"))("$scenario: $title", ({ accepted, refused }) => {
  test.each(accepted)("$text", ({ text, nameplate, secret }) => {
    expect(parseCode(text)).toEqual({ ok: true, code: expect.objectContaining({ nameplate, secret }) });
  });

  test.each(refused)("$text: $reason", ({ text, reason }) => {
    expect(parseCode(text)).toEqual(expect.objectContaining({ ok: false, reason }));
  });
});

interface AtVector extends VectorFile {
  readonly orders: readonly { readonly own: string; readonly peer: string; readonly order: number }[];
  readonly choices: readonly {
    readonly order: number;
    readonly highest: string;
    readonly unixSeconds: number;
    readonly at?: string;
  }[];
}

describe.each(of<AtVector>("at"))("$scenario: $title", ({ orders, choices }) => {
  test.each(orders)("$order: $own towards $peer", ({ own, peer, order }) => {
    expect(orderOf(unhex(own), unhex(peer))).toBe(BigInt(order));
  });

  test.each(choices)("$order, $highest, $unixSeconds: $at", ({ order, highest, unixSeconds, at }) => {
    expect(nextAt(BigInt(order) as Order, BigInt(highest), unixSeconds)?.toString()).toBe(at);
  });
});

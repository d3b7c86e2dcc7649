import { existsSync, readFileSync } from "node:fs";
import { decodeHex, encodeHex, utf8 } from "@countersign/wire";
import { sha256 } from "@noble/hashes/sha2.js";
import { describe, expect, it } from "vitest";
import { encodeParty, groupTranscript } from "../../src/sas/group-transcript.ts";
import { commitment, verifyOpenings } from "../../src/sas/openings.ts";
import { confirmation, deriveShortString } from "../../src/sas/short-string.ts";
import { bytesOf } from "./group.ts";

const folder = process.env["COUNTERSIGN_VECTORS"] ?? new URL("../../../../../shared/vectors", import.meta.url).pathname;
const file = `${folder}/countersign/prototype-transcript.json`;

interface Transcript {
  readonly group: string;
  readonly session: string;
  readonly parties: readonly { num: number; label: string; eid: string; staticPub: string }[];
  readonly sas: { GT: string; commits: string[]; bytes: string; words: string; digits: string };
}

function hex(text: string): Uint8Array {
  const bytes = decodeHex(text);
  if (!bytes.ok) throw new Error(bytes.detail);
  return bytes.value;
}

describe.skipIf(!existsSync(file))(
  "the prototype's transcript for N = 3 (skipped where shared vectors are missing)",
  () => {
    const read = () => JSON.parse(readFileSync(file, "utf8")) as Transcript;

    // The prototype's group transcript ended each party with its label; version 1 adds the Ed25519 key behind it.
    function transcriptOf({ group, session, parties }: Transcript) {
      const encoded = parties.map(({ num, label, eid, staticPub }) =>
        encodeParty({
          number: num,
          label,
          eid: hex(eid),
          noiseStatic: hex(staticPub),
          ed25519: new Uint8Array(32),
        }).subarray(0, -32),
      );
      const parameters = {
        group: hex(group),
        session: hex(session),
        kind: "keygen",
        parties: 3,
        threshold: 2,
      } as const;
      return groupTranscript(parameters, encoded);
    }

    it("gives the group transcript", () => {
      const vector = read();
      expect(encodeHex(transcriptOf(vector))).toBe(vector.sas.GT);
    });

    it("gives commitments, shared bytes, words and digits", () => {
      const vector = read();
      const transcript = transcriptOf(vector);
      const nonces = new Map(
        vector.parties.map(({ num, label }) => [num, sha256(utf8(`countersign test vector r${label}0`))]),
      );
      const commitments = new Map(
        [...nonces].map(([number, nonce]) => [number, commitment(transcript, number, nonce)]),
      );
      expect([...commitments.values()].map(encodeHex)).toEqual(vector.sas.commits);

      const short = deriveShortString(verifyOpenings({ transcript, numbers: [1, 2, 3], commitments, nonces }));
      expect(encodeHex(short.bytes)).toBe(vector.sas.bytes);
      expect(short.words).toBe(vector.sas.words);
      expect(short.digits).toBe(vector.sas.digits);
    });
  },
);

describe("the arithmetic of the SAS", () => {
  const transcript = bytesOf("transcript");

  it("binds the group transcript to every part of it", () => {
    const parameters = { group: bytesOf("g").subarray(16), session: bytesOf("s").subarray(16), kind: "sign" } as const;
    const party = {
      number: 1,
      label: "alice",
      eid: bytesOf("eid"),
      noiseStatic: bytesOf("static"),
      ed25519: bytesOf("ed25519"),
    };
    const base = { parameters: { ...parameters, parties: 2, threshold: 2 }, party };
    const variants = [
      base,
      { ...base, parameters: { ...base.parameters, group: bytesOf("other").subarray(16) } },
      { ...base, parameters: { ...base.parameters, session: bytesOf("other").subarray(16) } },
      { ...base, parameters: { ...base.parameters, kind: "keygen" as const } },
      { ...base, parameters: { ...base.parameters, parties: 3 } },
      { ...base, parameters: { ...base.parameters, threshold: 1 } },
      { ...base, party: { ...party, number: 2 } },
      { ...base, party: { ...party, label: "alicf" } },
      { ...base, party: { ...party, eid: bytesOf("other") } },
      { ...base, party: { ...party, noiseStatic: bytesOf("other") } },
      { ...base, party: { ...party, ed25519: bytesOf("other") } },
    ];
    const transcripts = variants.map((one) => encodeHex(groupTranscript(one.parameters, [encodeParty(one.party)])));
    expect(new Set(transcripts).size).toBe(variants.length);
  });

  it("writes SAS_OK as SHA-256 of its label, the transcript, b and the number", () => {
    const b = bytesOf("b").subarray(0, 16);
    const input = new Uint8Array([...utf8("countersign/1 sas-ok"), ...transcript, ...b, 0x01, 0x02]);
    expect(confirmation(transcript, b, 0x0102)).toEqual(sha256(input));
  });

  it("pads the digits to six", () => {
    // Found by trying: the first of these nonces whose digits begin with a zero.
    for (let i = 0; ; i++) {
      const nonces = new Map([[1, bytesOf(`try ${i}`)]]);
      const commitments = new Map([[1, commitment(transcript, 1, bytesOf(`try ${i}`))]]);
      const { digits } = deriveShortString(verifyOpenings({ transcript, numbers: [1], commitments, nonces }));
      expect(digits).toMatch(/^[0-9]{6}$/);
      if (digits.startsWith("0")) break;
    }
  });

  it("has no string for openings that are missing or do not match", () => {
    const nonces = new Map([
      [1, bytesOf("one")],
      [2, bytesOf("two")],
    ]);
    const commitments = new Map([...nonces].map(([number, nonce]) => [number, commitment(transcript, number, nonce)]));
    const all = { transcript, numbers: [1, 2], commitments, nonces };
    const unverified = expect.objectContaining({ code: "usage.unverified-opening" });
    expect(verifyOpenings(all).nonces).toEqual([bytesOf("one"), bytesOf("two")]);
    expect(() => verifyOpenings({ ...all, numbers: [1, 2, 3] })).toThrow(unverified);
    expect(() => verifyOpenings({ ...all, nonces: new Map([[1, bytesOf("one")]]) })).toThrow(unverified);
    expect(() => verifyOpenings({ ...all, nonces: new Map(nonces).set(2, bytesOf("three")) })).toThrow(unverified);
    expect(() => verifyOpenings({ ...all, transcript: bytesOf("another group") })).toThrow(unverified);
  });
});

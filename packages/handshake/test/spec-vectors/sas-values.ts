import { encodeHex } from "@countersign/wire";
import { expect } from "vitest";
import { encodeParty, groupTranscript } from "../../src/sas/group-transcript.ts";
import { commitment, verifyOpenings } from "../../src/sas/openings.ts";
import { confirmation, deriveShortString } from "../../src/sas/short-string.ts";
import { unhex } from "../support/shared-vectors.ts";
import { type PartyJson, parametersOf, type SessionJson } from "./vector-files.ts";

export interface SasJson {
  readonly GT: string;
  readonly parties: readonly {
    readonly number: number;
    readonly nonce: string;
    readonly commitment: string;
    readonly confirmation: string;
  }[];
  readonly b: string;
  readonly words: string;
  readonly digits: string;
}

/** A party as the group SAS takes it. */
export function sasParty({ number, label, eid, static: { public: noiseStatic }, ed25519 }: PartyJson) {
  return { number, label, eid: unhex(eid), noiseStatic: unhex(noiseStatic), ed25519: unhex(ed25519.public) };
}

/** Holds every value of a group SAS against the functions that its machine is made of. */
export function checkSasValues(session: SessionJson, parties: readonly PartyJson[], sas: SasJson): void {
  const sorted = parties.map(sasParty).sort((a, b) => a.number - b.number);
  const transcript = groupTranscript(parametersOf(session), sorted.map(encodeParty));
  expect(encodeHex(transcript)).toBe(sas.GT);
  const nonces = new Map(sas.parties.map(({ number, nonce }) => [number, unhex(nonce)]));
  const commitments = new Map([...nonces].map(([number, nonce]) => [number, commitment(transcript, number, nonce)]));
  expect([...commitments.values()].map(encodeHex)).toEqual(sas.parties.map((party) => party.commitment));
  const numbers = sorted.map(({ number }) => number);
  const short = deriveShortString(verifyOpenings({ transcript, numbers, commitments, nonces }));
  expect({ ...short, bytes: encodeHex(short.bytes) }).toEqual({ bytes: sas.b, words: sas.words, digits: sas.digits });
  const confirmations = numbers.map((number) => encodeHex(confirmation(transcript, short.bytes, number)));
  expect(confirmations).toEqual(sas.parties.map((party) => party.confirmation));
}

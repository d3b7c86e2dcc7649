import { concat, H, hex, lp, text, u8, u16 } from "./bytes.ts";
import { ed25519Sign, KIND_BYTE, type PartySecrets, type SessionFacts } from "./party.ts";

/** What all parties of a ceremony have alike, spec 0005, section 3. */
export interface Terms {
  readonly GT: Uint8Array;
  readonly facts: SessionFacts;
  readonly confirmation: "sas" | "pins";
  readonly protocol: string;
  readonly rounds: readonly { readonly name: string; readonly broadcast: boolean; readonly direct: boolean }[];
  /** By ascending number. */
  readonly parties: readonly PartySecrets[];
}

export function h0({ GT, facts, confirmation, protocol, rounds, parties }: Terms): Uint8Array {
  return H(
    text("countersign/1 ceremony"),
    GT,
    u8(KIND_BYTE[facts.kind]),
    u8(confirmation === "sas" ? 1 : 2),
    u16(facts.threshold),
    lp(text(protocol)),
    u8(rounds.length),
    ...rounds.map(({ name, broadcast, direct }) => concat(lp(text(name)), u8(Number(broadcast) + 2 * Number(direct)))),
    u16(parties.length),
    ...parties.map(({ number, label, ed25519 }) => concat(u16(number), lp(text(label)), ed25519.publicKey)),
  );
}

/** d_r, from the bodies of all parties by ascending number. */
export function digest({ parties }: Terms, round: number, bodies: readonly Uint8Array[]): Uint8Array {
  const entries = parties.map(({ number }, index) => concat(u16(number), H(bodies[index] ?? new Uint8Array(0))));
  return H(text("countersign/1 round"), u16(round), ...entries);
}

export function chain(before: Uint8Array, d: Uint8Array): Uint8Array {
  return H(text("countersign/1 chain"), before, d);
}

export function headOf(hR: Uint8Array, outcome: Uint8Array): Uint8Array {
  return H(text("countersign/1 outcome"), hR, outcome);
}

export interface StatementParts {
  readonly before: Uint8Array;
  readonly round: number;
  readonly body: Uint8Array;
}

export function statementSignature(party: PartySecrets, { before, round, body }: StatementParts): Uint8Array {
  const message = concat(text("countersign/1 statement"), before, u16(round), u16(party.number), H(body));
  return ed25519Sign(party.ed25519.privateKey, message);
}

export function sealSignature(party: PartySecrets, head: Uint8Array): Uint8Array {
  return ed25519Sign(party.ed25519.privateKey, concat(text("countersign/1 seal"), head));
}

export function statement(party: PartySecrets, parts: StatementParts): Uint8Array {
  return concat(u8(1), parts.before, statementSignature(party, parts), parts.body);
}

export function direct(body: Uint8Array): Uint8Array {
  return concat(u8(2), body);
}

export interface EvidenceEntry {
  readonly body: Uint8Array;
  readonly signature: Uint8Array;
}

export function evidence(about: number, entries: readonly EvidenceEntry[]): Uint8Array {
  return concat(u8(3), u16(about), ...entries.map(({ body, signature }) => concat(H(body), signature)));
}

export function seal(party: PartySecrets, hR: Uint8Array, outcome: Uint8Array): Uint8Array {
  return concat(u8(5), hR, outcome, sealSignature(party, headOf(hR, outcome)));
}

export function certificate(outcome: Uint8Array, signatures: readonly Uint8Array[]): Uint8Array {
  return concat(u8(8), outcome, ...signatures);
}

/** The text of a ceremony record, spec 0005, section 8. */
export function record(
  { GT, facts, confirmation, protocol, rounds, parties }: Terms,
  digests: readonly Uint8Array[],
  outcome: Uint8Array,
): string {
  const hR = digests.reduce(chain, h0({ GT, facts, confirmation, protocol, rounds, parties }));
  const object = {
    format: "countersign/1 ceremony record",
    transcript: hex(GT),
    kind: facts.kind,
    confirmation,
    threshold: facts.threshold,
    protocol,
    rounds: rounds.map((round, index) => ({ ...round, digest: hex(digests[index] ?? new Uint8Array(0)) })),
    outcome: hex(outcome),
    parties: parties.map((party) => ({
      number: party.number,
      label: party.label,
      ed25519: hex(party.ed25519.publicKey),
      signature: hex(sealSignature(party, headOf(hR, outcome))),
    })),
  };
  return `${JSON.stringify(object, null, 2)}\n`;
}

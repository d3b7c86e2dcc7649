import { evenWords, oddWords } from "../../../packages/handshake/src/pgp-words.ts";
import { fixedRandom } from "../randomness.ts";
import { concat, H, hkdfExpand, hkdfExtract, lp, text, u8, u16 } from "./bytes.ts";
import { KIND_BYTE, type PartySecrets, type SessionFacts } from "./party.ts";

export interface SasShare {
  readonly number: number;
  readonly nonce: Uint8Array;
  readonly commitment: Uint8Array;
  readonly confirmation: Uint8Array;
}

export interface Sas {
  readonly GT: Uint8Array;
  readonly shares: readonly SasShare[];
  readonly b: Uint8Array;
  readonly words: string;
  readonly digits: string;
}

/** A group SAS, spec 0003, section 8.2. `parties` in any order. */
export function groupSas(facts: SessionFacts, parties: readonly PartySecrets[], label: string): Sas {
  const sorted = [...parties].sort((a, b) => a.number - b.number);
  const GT = groupTranscript(facts, sorted);
  const nonces = sorted.map((party) => fixedRandom(`${label}/${party.label}/nonce`, 32));
  const prk = hkdfExtract(text("countersign/1 sas"), concat(...nonces));
  const b = hkdfExpand(prk, concat(text("countersign/1 sas"), GT), 16);
  return {
    GT,
    shares: sorted.map(({ number }, index) => {
      const nonce = nonces[index] ?? new Uint8Array(0);
      return {
        number,
        nonce,
        commitment: H(text("countersign/1 sas-commit"), GT, u16(number), nonce),
        confirmation: H(text("countersign/1 sas-ok"), GT, b, u16(number)),
      };
    }),
    b,
    words: Array.from(b.slice(0, 5), (byte, i) => (i % 2 === 0 ? evenWords : oddWords)[byte]).join("-"),
    digits: (Buffer.from(b).readBigUInt64BE(8) % 1_000_000n).toString().padStart(6, "0"),
  };
}

/** GT, spec 0003, section 8.2; `sorted` by ascending number. */
export function groupTranscript(
  { group, session, kind, parties, threshold }: SessionFacts,
  sorted: readonly PartySecrets[],
) {
  return H(
    text("countersign/1 group"),
    lp(group),
    lp(session),
    u8(KIND_BYTE[kind]),
    u16(parties),
    u16(threshold),
    ...sorted.map(({ number, noiseStatic, eid, label, ed25519 }) =>
      concat(u16(number), noiseStatic.publicKey, eid, lp(text(label)), ed25519.publicKey),
    ),
  );
}

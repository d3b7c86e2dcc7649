import { portableBackend } from "../../../packages/noise/src/index.ts";
import { fixedRandom } from "../randomness.ts";
import { concat, H, hkdfExpand, hkdfExtract, lp, text, u8, u16 } from "./bytes.ts";
import { keyPair, type PartySecrets, type SessionFacts } from "./party.ts";
import { groupTranscript } from "./sas.ts";
import { handshakeBody, handshakePacket, routingToken, STEP } from "./wire.ts";

export interface GroupLinkOptions {
  readonly facts: SessionFacts;
  /** By ascending number. */
  readonly parties: readonly PartySecrets[];
  readonly label: string;
}

export type GroupLink = ReturnType<typeof groupLink>;

/** G1 with this ephemeral public key, spec 0012, section 3. */
export function g1(e: Uint8Array, at = 0n): Uint8Array {
  return handshakePacket(handshakeBody(STEP.G1, e.slice(0, 16), at, e));
}

/** A whole group link, spec 0012, section 4. */
export function groupLink({ facts, parties, label }: GroupLinkOptions) {
  const GT = groupTranscript(facts, parties);
  const ends = parties.map((party) => {
    const ephemeral = keyPair(fixedRandom(`${label}/${party.label}/ephemeral`, 32));
    const exch = ephemeral.publicKey.slice(0, 16);
    return { party, ephemeral, exch, token: routingToken(exch), packet: g1(ephemeral.publicKey) };
  });
  const pairs = ends.flatMap((A) => {
    return ends
      .filter((B) => B.party.number > A.party.number)
      .map((B) => {
        const linkPsk = fixedRandom(`${label}/link_psk/${A.party.number}-${B.party.number}`, 32);
        const end = ({ party }: typeof A) => concat(u16(party.number), lp(party.versions));
        const gctx = concat(
          lp(text("countersign/1")),
          lp(text("3DH+ss+psk_25519_ChaChaPoly_SHA256")),
          u8(3),
          GT,
          end(A),
          end(B),
          A.ephemeral.publicKey,
          B.ephemeral.publicKey,
        );
        const ee = dh(A.ephemeral, B.ephemeral);
        const es = dh(A.ephemeral, B.party.noiseStatic);
        const se = dh(A.party.noiseStatic, B.ephemeral);
        const ss = dh(A.party.noiseStatic, B.party.noiseStatic);
        const keys = hkdfExpand(hkdfExtract(H(gctx), concat(ee, es, se, ss, linkPsk)), new Uint8Array(0), 64);
        const roles = { A: A.party, B: B.party };
        return { roles, linkPsk, gctx, ee, es, se, ss, kA: keys.slice(0, 32), kB: keys.slice(32), A, B };
      });
  });
  return { GT, ends, pairs };
}

function dh(own: PartySecrets["noiseStatic"], other: PartySecrets["noiseStatic"]): Uint8Array {
  const shared = portableBackend.dh.dh(own, other.publicKey);
  if (shared === undefined) throw new Error("a key of small order in a scenario");
  return shared;
}

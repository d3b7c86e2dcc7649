import { concat, H, lp, text, u8, u16, u64 } from "./bytes.ts";
import { KIND_BYTE, type PartySecrets, type SessionFacts } from "./party.ts";

const SUITE = {
  pair: "SPAKE2-P256-SHA256-HKDF-HMAC+Noise_XXpsk0_25519_ChaChaPoly_SHA256",
  link: "Noise_KKpsk0_25519_ChaChaPoly_SHA256",
} as const;

/** Who is who in one exchange. */
export interface Roles {
  readonly facts: SessionFacts;
  readonly I: PartySecrets;
  readonly R: PartySecrets;
  readonly at: bigint;
}

/** Spec 0003, section 2. */
export function context(mode: "pair" | "link", { facts, I, R, at }: Roles): { ctx: Uint8Array; ctxh: Uint8Array } {
  const end = ({ number, eid, versions }: PartySecrets) => concat(u16(number), lp(eid), lp(versions));
  const ctx = concat(
    lp(text("countersign/1")),
    lp(text(SUITE[mode])),
    u8(mode === "pair" ? 1 : 2),
    lp(facts.group),
    lp(facts.session),
    u8(KIND_BYTE[facts.kind]),
    u16(facts.parties),
    u16(facts.threshold),
    end(I),
    end(R),
    u64(at),
  );
  return { ctx, ctxh: H(ctx) };
}

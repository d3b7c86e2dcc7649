import { createHandshake } from "../../../packages/noise/src/index.ts";
import { fixedRandom } from "../randomness.ts";
import { concat, H, hkdfExpand, hkdfExtract, text, u16 } from "./bytes.ts";
import { codeScalar } from "./code.ts";
import { context, type Roles } from "./context.ts";
import { keyPair, type PartySecrets } from "./party.ts";
import { linkPayload, uriPayload } from "./payloads.ts";
import { spake2 } from "./spake2.ts";
import { handshakeBody, handshakePacket, routingToken, STEP } from "./wire.ts";

export interface FirstContactOptions extends Roles {
  /** Scrypt of the code that each end has: the same unless one of them mistypes it. */
  readonly prk: { readonly I: Uint8Array; readonly R: Uint8Array };
  /** Makes the random values of this exchange. */
  readonly label: string;
  /** What is sealed instead of what belongs there. */
  readonly payloads?: { readonly N1?: Uint8Array; readonly N2?: Uint8Array; readonly N3?: Uint8Array };
}

export type FirstContact = ReturnType<typeof firstContact>;

/** A whole first contact, spec 0003, section 5. The packets behind P3 exist only where both have the same code. */
export function firstContact(options: FirstContactOptions) {
  const { facts, I, R, at, prk, label, payloads = {} } = options;
  const { ctx, ctxh } = context("pair", options);
  const w = { I: codeScalar(prk.I, ctxh), R: codeScalar(prk.R, ctxh) };
  const random = { I: fixedRandom(`${label}/I/spake2`, 48), R: fixedRandom(`${label}/R/spake2`, 48) };
  const ephemeral = {
    I: keyPair(fixedRandom(`${label}/I/ephemeral`, 32)),
    R: keyPair(fixedRandom(`${label}/R/ephemeral`, 32)),
  };
  const exch = { I: ephemeral.I.publicKey.slice(0, 16), R: ephemeral.R.publicKey.slice(0, 16) };
  const identity = (role: "I" | "R", { number, eid }: PartySecrets) => concat(text(role), u16(number), eid);
  const [idA, idB] = [identity("I", I), identity("R", R)];
  const pake = spake2({ idA, idB, aad: ctxh, w, random });

  const P1 = handshakeBody(STEP.P1, exch.I, at, pake.pA);
  const P2 = handshakeBody(STEP.P2, exch.R, at, pake.pB);
  const psk = hkdfExpand(hkdfExtract(ctxh, pake.I.Ke), text("countersign/1 noise psk"), 32);
  const prologue = concat(text("countersign/1 pair"), ctxh, H(P1, P2));
  const common = { protocol: "Noise_XXpsk0_25519_ChaChaPoly_SHA256", prologue, psks: [psk] };
  const atI = createHandshake({ ...common, initiator: true, s: I.noiseStatic, e: ephemeral.I });
  const atR = createHandshake({ ...common, initiator: false, s: R.noiseStatic, e: ephemeral.R });
  const carry = (from: typeof atI, to: typeof atI, payload: Uint8Array) => {
    const written = from.writeMessage(payload);
    if (!to.readMessage(written).ok) throw new Error("the two ends of a scenario do not understand each other");
    return written;
  };
  const sealed = {
    N1: payloads.N1 ?? uriPayload(at, facts),
    N2: payloads.N2 ?? linkPayload(at, 0n, R),
    N3: payloads.N3 ?? linkPayload(at, 0n, I),
  };
  const N1 = carry(atI, atR, sealed.N1);
  const N2 = carry(atR, atI, sealed.N2);
  const N3 = carry(atI, atR, sealed.N3);
  const handshakeHash = atI.handshakeHash;
  const { k1, k2, exporter } = atI.splitKeys();
  const linkPsk = hkdfExpand(exporter, text("countersign/1 link psk"), 32);
  return {
    ...{ roles: { I, R }, at, ctx, ctxh, idA, idB, w, random, ephemeral, exch, pake, psk, prologue, payloads: sealed },
    packets: {
      P1: handshakePacket(P1),
      P2: handshakePacket(P2),
      P3: handshakePacket(handshakeBody(STEP.P3, exch.I, at, pake.I.cA, N1)),
      P4: handshakePacket(handshakeBody(STEP.P4, exch.R, at, pake.R.cB, N2)),
      P5: handshakePacket(handshakeBody(STEP.P5, exch.I, at, N3)),
    },
    ...{ handshakeHash, k1, k2, exporter, linkPsk },
    tokens: { I: routingToken(exch.I), R: routingToken(exch.R) },
    contactGroup: hkdfExpand(linkPsk, text("countersign/1 contact group"), 16),
  };
}

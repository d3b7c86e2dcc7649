import { createHandshake } from "../../../packages/noise/src/index.ts";
import { fixedRandom } from "../randomness.ts";
import { concat, text } from "./bytes.ts";
import { context, type Roles } from "./context.ts";
import { keyPair } from "./party.ts";
import { linkPayload } from "./payloads.ts";
import { handshakeBody, handshakePacket, routingToken, STEP } from "./wire.ts";

export interface ReLinkOptions extends Roles {
  readonly linkPsk: Uint8Array;
  readonly label: string;
  /** The m that each end expects; 0 by default. */
  readonly next?: { readonly I: bigint; readonly R: bigint };
  readonly payloads?: { readonly K1?: Uint8Array; readonly K2?: Uint8Array };
}

export type ReLink = ReturnType<typeof reLink>;

/** A whole re-link, spec 0003, section 7. */
export function reLink(options: ReLinkOptions) {
  const { I, R, at, linkPsk, label, next = { I: 0n, R: 0n }, payloads = {} } = options;
  const { ctx, ctxh } = context("link", options);
  const ephemeral = {
    I: keyPair(fixedRandom(`${label}/I/ephemeral`, 32)),
    R: keyPair(fixedRandom(`${label}/R/ephemeral`, 32)),
  };
  const exch = { I: ephemeral.I.publicKey.slice(0, 16), R: ephemeral.R.publicKey.slice(0, 16) };
  const prologue = concat(text("countersign/1 link"), ctxh);
  const common = { protocol: "Noise_KKpsk0_25519_ChaChaPoly_SHA256", prologue, psks: [linkPsk] };
  const atI = createHandshake({
    ...common,
    initiator: true,
    s: I.noiseStatic,
    e: ephemeral.I,
    rs: R.noiseStatic.publicKey,
  });
  const atR = createHandshake({
    ...common,
    initiator: false,
    s: R.noiseStatic,
    e: ephemeral.R,
    rs: I.noiseStatic.publicKey,
  });
  const sealed = { K1: payloads.K1 ?? linkPayload(at, next.I), K2: payloads.K2 ?? linkPayload(at, next.R) };
  const first = atI.writeMessage(sealed.K1);
  if (!atR.readMessage(first).ok) throw new Error("K1 of a scenario is not understood");
  const second = atR.writeMessage(sealed.K2);
  if (!atI.readMessage(second).ok) throw new Error("K2 of a scenario is not understood");
  const handshakeHash = atI.handshakeHash;
  const { k1, k2 } = atI.splitKeys();
  return {
    ...{ roles: { I, R }, at, ctx, ctxh, ephemeral, exch, prologue, payloads: sealed },
    packets: {
      K1: handshakePacket(handshakeBody(STEP.K1, exch.I, at, first)),
      K2: handshakePacket(handshakeBody(STEP.K2, exch.R, at, second)),
    },
    ...{ handshakeHash, k1, k2 },
    tokens: { I: routingToken(exch.I), R: routingToken(exch.R) },
  };
}

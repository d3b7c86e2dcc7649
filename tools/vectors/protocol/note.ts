import { createHandshake } from "../../../packages/noise/src/index.ts";
import { concat, lp, text, u8, u16 } from "./bytes.ts";
import { keyPair, type PartySecrets } from "./party.ts";
import { padPayload } from "./wire.ts";

export interface NoteOptions {
  readonly from: PartySecrets;
  readonly to: PartySecrets;
  readonly group: Uint8Array;
  readonly session: Uint8Array;
  /** 1 for a proposal, 2 for what was signed. */
  readonly about: 1 | 2;
  readonly linkPsk: Uint8Array;
  readonly content: Uint8Array;
  /** 32 bytes: the private key of the note. */
  readonly ephemeral: Uint8Array;
}

/** A note for a party that need not be there, spec 0003, section 7.5. */
export function sealNote({ from, to, group, session, about, linkPsk, content, ephemeral }: NoteOptions) {
  const prologue = concat(
    text("countersign/1 note"),
    lp(group),
    lp(session),
    u8(about),
    u16(from.number),
    u16(to.number),
  );
  const payload = padPayload(content);
  const noise = createHandshake({
    protocol: "Noise_Kpsk0_25519_ChaChaPoly_SHA256",
    initiator: true,
    prologue,
    s: from.noiseStatic,
    e: keyPair(ephemeral),
    rs: to.noiseStatic.publicKey,
    psks: [linkPsk],
  });
  return { prologue, payload, note: noise.writeMessage(payload) };
}

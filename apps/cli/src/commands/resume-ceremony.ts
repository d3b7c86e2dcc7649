import type { Payload } from "@countersign/signing";
import { decodeBase64url } from "@countersign/wire";
import { Proposing } from "../ceremony/proposing.ts";
import type { Context } from "../context.ts";
import type { Introduction } from "../session/introduction.ts";
import type { SavedSession } from "../store/sealed-journal.ts";
import { keyPassphrase, keySealOf } from "./key-passphrase.ts";
import { openChannel } from "./listen.ts";
import { makeKey } from "./make-key.ts";
import type { KeygenPurpose, SignPurpose } from "./purpose.ts";
import { readRecord } from "./read-record.ts";
import type { ResumeFlags } from "./resume-flags.ts";
import { signedOf } from "./sign.ts";
import { tellIfEnded } from "./tell-ended.ts";
import { useKey } from "./use-key.ts";

/** A ceremony that another process was ended in. */
interface Interrupted {
  readonly flags: ResumeFlags;
  /** Seconds in which the others have to be there again. */
  readonly wait: number;
  readonly saved: SavedSession;
  readonly introduction: Introduction;
}

/** Goes on with making a key. Throws `CommandError`. */
export async function resumeKeygen(
  purpose: KeygenPurpose,
  { flags, wait, saved, introduction }: Interrupted,
  context: Context,
): Promise<void> {
  const { label } = flags;
  if (label !== undefined) await context.keys.expectFree(label);
  const otherRecord = flags.record === undefined ? undefined : (await readRecord(flags.record)).text;
  const seal = await keySealOf(keyPassphrase(flags, context));
  const { self } = saved.record.origin;
  const { checkpoint } = saved;
  const { network, role } = purpose;
  const named = { ...purpose, ...(label && { label }) };
  const plan = { introduction, purpose: named, role, self, seal, checkpoint, otherRecord, waitSeconds: wait };
  await makeKey({ ...plan, flags: { ...flags, network, relay: purpose.relay } }, context);
}

/** Goes on with a signing. Throws `CommandError`. */
export async function resumeSigning(
  purpose: SignPurpose,
  { flags, wait, saved, introduction }: Interrupted,
  context: Context,
): Promise<void> {
  const key = await context.keys.unlock(purpose.key, keyPassphrase(flags, context));
  const { relay } = purpose;
  const { origin, history } = saved.record;
  const { session, parties } = origin.parameters;
  const payload = await payloadOf(purpose);
  const channel = await openChannel(key, { ...flags, relay });
  // Nobody is called to a session that all have come to already.
  const isProposed = payload !== undefined && history.peers.length + 1 < parties;
  const proposing = isProposed
    ? new Proposing(channel, { session, proposal: { parties, kind: payload.kind } })
    : undefined;
  try {
    const signing = useKey(
      {
        flags: { ...flags, relay },
        key,
        introduction,
        purpose,
        payload,
        proposing,
        waitSeconds: wait,
        checkpoint: saved.checkpoint,
        tell: async (result) => {
          if (purpose.role === "host") await channel.tellSigned(session, signedOf(result));
        },
      },
      context,
    ).finally(() => proposing?.end());
    await (payload === undefined
      ? signing
      : tellIfEnded(signing, { channel, session, proposal: { kind: payload.kind } }));
  } finally {
    channel.close();
  }
}

async function payloadOf({ payload }: SignPurpose): Promise<Payload | undefined> {
  const { decodePayload } = await import("@countersign/signing");
  const bytes = payload === undefined ? undefined : decodeBase64url(payload);
  return bytes?.ok ? decodePayload(bytes.value) : undefined;
}

import { randomBytes } from "node:crypto";
import type { CeremonyResult } from "@countersign/client";
import { encodeHex } from "@countersign/wire";
import type { Begun } from "../ceremony/ceremony-plan.ts";
import { holdCeremony } from "../ceremony/hold-ceremony.ts";
import { writeRecord } from "../ceremony/write-record.ts";
import type { Context } from "../context.ts";
import type { Introduction } from "../session/introduction.ts";
import type { GroupKey } from "../store/group-key.ts";
import type { Seal } from "../store/sealed-file.ts";
import { Timings } from "../timings.ts";
import { readAccessToken } from "./access-token.ts";
import type { CeremonyFlags } from "./ceremony-flags.ts";
import { showKey } from "./keys.ts";
import type { KeygenPurpose } from "./purpose.ts";

type KeyShare = import("@countersign/signing").KeyShare;

export interface KeyPlan {
  readonly flags: CeremonyFlags;
  readonly role: "host" | "guest";
  readonly introduction: Introduction;
  readonly purpose: KeygenPurpose;
  /** What the others see of this user, and new keys for this group alone. */
  readonly self: GroupKey["self"];
  readonly seal: Seal;
  readonly waitSeconds: number;
  readonly checkpoint: Uint8Array | undefined;
  /** The record of this ceremony that another party has written, a text. */
  readonly otherRecord?: string | undefined;
}

/** Makes a key together with all others, keeps the share, and writes the record. Throws `CommandError`. */
export async function makeKey(plan: KeyPlan, context: Context): Promise<void> {
  const { flags, introduction, purpose, role, self, waitSeconds, checkpoint, otherRecord } = plan;
  const { relay, suite } = purpose;
  const { frostKeygen } = await import("@countersign/signing");
  await holdCeremony<KeyShare>(
    {
      relay,
      accessToken: await readAccessToken(flags, { relay, environment: process.env }),
      role,
      self,
      introduction,
      purpose,
      about: purpose.label === undefined ? "The key" : `The key ${purpose.label}`,
      known: new Map(),
      waitMs: waitSeconds * 1000,
      graceMs: flags.grace * 1000,
      timings: new Timings(),
      checkpoint,
      otherRecord,
      isHeld: true,
      protocol: ({ number, threshold, transcript, numbers }) =>
        frostKeygen({
          suite,
          numbers,
          self: number,
          threshold,
          transcript,
          randomBytes: (length) => new Uint8Array(randomBytes(length)),
        }),
      finish: (begun, made) => keepKey(plan, { ...begun, made }, context),
    },
    context,
  );
}

interface Made extends Begun {
  readonly made: CeremonyResult<KeyShare>;
}

async function keepKey(plan: KeyPlan, { number, pins, made }: Made, context: Context): Promise<void> {
  const { encodeKeyShare, keyGroup, keyId } = await import("@countersign/signing");
  const { purpose, self, seal } = plan;
  const share = made.result;
  const id = keyId(share);
  const parties = [{ number, label: self.label }, ...pins]
    .map((party) => ({ number: party.number, label: party.label }))
    .sort((a, b) => a.number - b.number);
  const { threshold, suite } = share;
  const name = `key-${id.slice(0, 8)}`;
  const key: GroupKey = {
    facts: {
      // Who has said no name may have another share of this key here.
      label: purpose.label ?? (await context.keys.freeLabel([name, `${name}-${number}`], { id, number })),
      id,
      suite,
      threshold,
      number,
      parties,
      publicKey: encodeHex(share.groupKey),
      relay: purpose.relay,
      network: purpose.network,
      created: new Date().toISOString(),
    },
    self,
    peers: pins,
    group: keyGroup(share),
    share: encodeKeyShare(share),
  };
  // A process that was killed behind this line finds the key here, and has only the record to write.
  if (!(await context.keys.hasSame(key.facts))) await context.keys.keep(key, seal);
  await showKey(key.facts, purpose.network, context);
  await writeRecord(`${key.facts.label}-keygen`, made.record, context);
}

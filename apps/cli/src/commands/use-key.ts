import { randomBytes } from "node:crypto";
import type { CeremonyResult, KeyMeeting } from "@countersign/client";
import type { KeyShare, Payload, Review, SigningResult } from "@countersign/signing";
import type { Begun } from "../ceremony/ceremony-plan.ts";
import { holdCeremony } from "../ceremony/hold-ceremony.ts";
import type { Proposing } from "../ceremony/proposing.ts";
import { writeRecord } from "../ceremony/write-record.ts";
import { CommandError } from "../command-error.ts";
import type { Context } from "../context.ts";
import { ExitStatus } from "../exit-status.ts";
import { askApproval } from "../screens/approval.ts";
import type { Introduction } from "../session/introduction.ts";
import type { GroupKey } from "../store/group-key.ts";
import { Timings } from "../timings.ts";
import { readAccessToken } from "./access-token.ts";
import type { CeremonyFlags } from "./ceremony-flags.ts";
import type { SignPurpose } from "./purpose.ts";
import { keepResult } from "./signed-files.ts";

export interface SigningPlan {
  readonly flags: Omit<CeremonyFlags, "network"> & { readonly yes?: boolean };
  readonly key: GroupKey;
  readonly introduction: Introduction;
  readonly purpose: SignPurpose;
  /** What this party proposes; undefined for who only takes part. */
  readonly payload: Payload | undefined;
  readonly waitSeconds: number;
  readonly checkpoint: Uint8Array | undefined;
  /** Whether this process asks about more than one proposal, so that an answer has to say about which it is. */
  readonly manyQuestions?: boolean;
  /** Tells the others of it, for who proposes, until all who are to sign are there. */
  readonly proposing?: Proposing | undefined;
  /** Behind the result: what the other holders are told. */
  readonly tell: (result: SigningResult) => Promise<void>;
}

/** Signs together with as many holders of the key as are needed. Throws `CommandError`. */
export async function useKey(plan: SigningPlan, context: Context): Promise<void> {
  const { checkpoint, flags, introduction, key, payload, purpose, waitSeconds } = plan;
  const { frostSign } = await import("@countersign/signing");
  const { relay, role, network } = purpose;
  const { self } = key;
  const share = await openShare(key);
  await holdCeremony<SigningResult>(
    {
      relay,
      accessToken: await readAccessToken(flags, { relay, environment: process.env }),
      role,
      self,
      introduction,
      purpose,
      about: `Signing with ${key.facts.label}`,
      known: new Map(key.facts.parties.map(({ number, label }) => [number, label])),
      waitMs: waitSeconds * 1000,
      graceMs: flags.grace * 1000,
      timings: new Timings(),
      checkpoint,
      // Who has not heard what was signed asks the others for it.
      isHeld: false,
      seated: () => plan.proposing?.begin(),
      protocol: ({ transcript, numbers, over, asking }) => {
        plan.proposing?.end();
        return frostSign({
          share,
          signers: numbers,
          transcript,
          ...(payload === undefined ? {} : { proposal: payload }),
          approve: (review, from) => approved(review, plan, { context, over, from, asking }),
          network,
          randomBytes: (length) => new Uint8Array(randomBytes(length)),
        });
      },
      finish: (_begun, made) => finish(plan, made, context),
    },
    context,
  );
}

/** Where the holders of a key meet. */
export function meetingOf(key: GroupKey, session: Uint8Array, parties: number): KeyMeeting {
  const { group, peers, facts } = key;
  return { group, session, number: facts.number, kind: "sign", parties, threshold: facts.threshold, pins: peers };
}

/** Reads the share of a key. Throws `CommandError`. */
export async function openShare(key: GroupKey): Promise<KeyShare> {
  const { decodeKeyShare } = await import("@countersign/signing");
  const share = decodeKeyShare(key.share);
  if (share.ok) return share.value;
  const message = `The share of ${key.facts.label} is damaged: ${share.detail}. Restore it from a backup.`;
  throw new CommandError(ExitStatus.error, "key.broken", message);
}

interface Reviewing extends Pick<Begun, "over" | "asking"> {
  readonly context: Context;
  /** The number of who proposes, which has signed the proposal. */
  readonly from: number;
}

/** A yes is to what was shown with the question: where the ceremony ends first, the question goes with it. */
async function approved(
  review: Review,
  plan: SigningPlan,
  { context, over, from, asking }: Reviewing,
): Promise<boolean> {
  const { flags, key, payload } = plan;
  const { screen, interruption } = context;
  const { kind, lines, warnings, digest } = review;
  const proposer = key.facts.parties.find(({ number }) => number === from)?.label ?? `party ${from}`;
  screen.show({ event: "review", from: proposer, kind, lines, warnings, digest });
  if (flags.yes) return true;
  const whose = payload === undefined ? `${proposer} proposes it.` : "You have proposed it.";
  const text = `Is this what you want to sign? ${whose} (yes/no)`;
  const approval = { text, digest, bound: plan.manyQuestions ?? false };
  return await asking(askApproval(screen, approval, AbortSignal.any([interruption, over])));
}

async function finish(plan: SigningPlan, made: CeremonyResult<SigningResult>, context: Context): Promise<void> {
  const { key, purpose } = plan;
  await keepResult(made.result, purpose.out, context);
  await writeRecord(`${key.facts.label}-signing`, made.record, context);
  // Who is not told finds the result on the chain, or asks.
  await plan.tell(made.result).catch(() => undefined);
}

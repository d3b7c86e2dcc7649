import { randomBytes } from "node:crypto";
import { resolve } from "node:path";
import type { Network, Payload, SigningResult } from "@countersign/signing";
import { encodeBase64url, encodeHex } from "@countersign/wire";
import type { Signed } from "../ceremony/heard.ts";
import { KeyChannel } from "../ceremony/key-channel.ts";
import { Proposing } from "../ceremony/proposing.ts";
import { CommandError, usageError } from "../command-error.ts";
import type { Context } from "../context.ts";
import { ExitStatus } from "../exit-status.ts";
import { limits } from "../limits.ts";
import type { GroupKey } from "../store/group-key.ts";
import { nameOf } from "../store/label-names.ts";
import { readAccessToken } from "./access-token.ts";
import { type CeremonyFlags, chosenNetwork } from "./ceremony-flags.ts";
import { keyPassphrase } from "./key-passphrase.ts";
import type { SignPurpose } from "./purpose.ts";
import { type PayloadFlags, readPayload } from "./read-payload.ts";
import { tellRivals } from "./rivals.ts";
import { tellIfEnded } from "./tell-ended.ts";
import { meetingOf, openShare, useKey } from "./use-key.ts";

export interface SignFlags extends CeremonyFlags, PayloadFlags {
  readonly out?: string;
  readonly signers?: number;
  readonly yes?: boolean;
}

/** `countersign sign KEY [FILE]`: proposes something to the other holders, and signs it with them. Throws `CommandError`. */
export async function sign(typed: string, file: string | undefined, { flags, context }: SignOptions): Promise<void> {
  const { payload, name } = await readPayload(file, flags);
  const label = await context.keys.choose(typed);
  const key = await context.keys.unlock(label, keyPassphrase(flags, context));
  const network = chosenNetwork(flags, key.facts);
  const encoded = await encodedFor(payload, key, network);
  const { threshold, parties } = key.facts;
  const signers = flags.signers ?? threshold;
  if (signers < threshold || signers > parties.length) {
    throw usageError(
      "usage.signers",
      `${label} is signed with by ${threshold} to ${parties.length}, not by ${signers}.`,
    );
  }
  const relay = flags.relay ?? key.facts.relay;
  const accessToken = await readAccessToken(flags, { relay, environment: process.env });
  const session = new Uint8Array(randomBytes(16));
  const purpose: SignPurpose = {
    command: "sign",
    role: "host",
    relay,
    network,
    key: label,
    payload: encodeBase64url(encoded),
    out: resolve(flags.out ?? (file === undefined ? `${nameOf(label)}.sig` : signedName(file))),
  };
  const channel = new KeyChannel(key, { relay, accessToken, graceMs: flags.grace * 1000 });
  const proposal = {
    parties: signers,
    kind: payload.kind,
    ...(name === undefined ? {} : { name: name.slice(0, 120) }),
  };
  const proposing = new Proposing(channel, { session, proposal });
  try {
    const around = { facts: key.facts, session, screen: context.screen, isWaiting: () => !proposing.isOver };
    // That the relay is lost, the session tells.
    tellRivals(channel, around).catch(() => undefined);
    const signing = useKey(
      {
        flags,
        key,
        introduction: { type: "key", meeting: meetingOf(key, session, signers) },
        purpose,
        payload,
        waitSeconds: flags.wait ?? limits.waitForContact / 1000,
        checkpoint: undefined,
        proposing,
        tell: (result) => channel.tellSigned(session, signedOf(result)),
      },
      context,
    ).finally(() => proposing.end());
    await tellIfEnded(signing, { channel, session, proposal });
  } finally {
    channel.close();
  }
}

/** The payload as it is proposed. Throws `CommandError`, before anybody is met, if this key cannot sign it. */
async function encodedFor(payload: Payload, key: GroupKey, network: Network): Promise<Uint8Array> {
  const { encodePayload, reviewPayload } = await import("@countersign/signing");
  const share = await openShare(key);
  // What is not the session's is the same in each.
  const review = reviewPayload(payload, share, { transcript: new Uint8Array(32), network });
  if (review.ok) return encodePayload(payload);
  const message = `This cannot be signed with ${key.facts.label}: ${review.detail}.`;
  throw new CommandError(ExitStatus.error, "file.not-signable", message);
}

interface SignOptions {
  readonly flags: SignFlags;
  readonly context: Context;
}

/** What the other holders are told of a result. */
export function signedOf(result: SigningResult): Signed {
  if (result.kind === "message") return { signature: encodeHex(result.signature) };
  return result.txid === undefined ? {} : { txid: result.txid };
}

/** `payment.psbt` becomes `payment.signed.psbt`. */
function signedName(file: string): string {
  return `${file.replace(/\.psbt$/i, "")}.signed.psbt`;
}

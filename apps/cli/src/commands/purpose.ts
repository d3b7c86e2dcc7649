import * as v from "valibot";
import { CommandError } from "../command-error.ts";
import { ExitStatus } from "../exit-status.ts";
import type { Purpose } from "../store/sealed-journal.ts";

const meeting = {
  relay: v.string(),
  /** The contact that is met, or the name under which the other side is to be kept. */
  contact: v.optional(v.string()),
  as: v.optional(v.string()),
  encrypt: v.optional(v.boolean()),
};

/** What a command was about when its process ended, as its journal has it. */
const MeetingPurpose = v.variant("command", [
  v.strictObject({ command: v.literal("send"), ...meeting, file: v.string(), sha256: v.string() }),
  v.strictObject({
    command: v.literal("receive"),
    ...meeting,
    directory: v.string(),
    name: v.optional(v.string()),
    yes: v.optional(v.boolean()),
    /** The hidden file that was being written, and the one that it has become. */
    partial: v.optional(v.string()),
    kept: v.optional(v.string()),
  }),
]);

const relay = v.string();
const role = v.picklist(["host", "guest"]);

/** What a ceremony was about when its process ended. */
const CeremonyPurpose = v.variant("command", [
  v.strictObject({
    command: v.literal("keygen"),
    relay,
    role,
    suite: v.picklist(["secp256k1-taproot", "ed25519"]),
    network: v.picklist(["mainnet", "testnet", "regtest"]),
    label: v.optional(v.string()),
  }),
  v.strictObject({
    command: v.literal("sign"),
    relay,
    role,
    network: v.picklist(["mainnet", "testnet", "regtest"]),
    /** The label of the key. */
    key: v.string(),
    /** What this party has proposed, as the signing package writes it, in base64url. */
    payload: v.optional(v.string()),
    /** Where the result goes. */
    out: v.optional(v.string()),
  }),
]);
export type CeremonyPurpose = v.InferOutput<typeof CeremonyPurpose>;
export type KeygenPurpose = Extract<CeremonyPurpose, { command: "keygen" }>;
export type SignPurpose = Extract<CeremonyPurpose, { command: "sign" }>;

export type MeetingPurpose = v.InferOutput<typeof MeetingPurpose>;
export type SendPurpose = Extract<MeetingPurpose, { command: "send" }>;
export type ReceivePurpose = Extract<MeetingPurpose, { command: "receive" }>;

const AnyPurpose = v.union([MeetingPurpose, CeremonyPurpose]);

/** Reads what a journal says of its command; undefined if this program has not written it. */
export function readPurpose(purpose: Purpose): MeetingPurpose | CeremonyPurpose | undefined {
  const parsed = v.safeParse(AnyPurpose, purpose);
  return parsed.success ? parsed.output : undefined;
}

/** As `readPurpose`. Throws `CommandError`. */
export function expectPurpose(purpose: Purpose): MeetingPurpose | CeremonyPurpose {
  const read = readPurpose(purpose);
  if (read !== undefined) return read;
  const message = "This session was begun by another version of this program, or by another program. Resume it there.";
  throw new CommandError(ExitStatus.error, "session.other-program", message);
}

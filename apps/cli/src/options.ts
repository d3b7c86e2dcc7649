import { hostname, userInfo } from "node:os";
import { checkLabel } from "@countersign/wire";
import { usageError } from "./command-error.ts";
import { codeLife, codeWords, limits } from "./limits.ts";

export const DEFAULT_RELAY = "ws://127.0.0.1:8765";

/** What `send` and `receive` have in common on the command line. */
export interface MeetingFlags {
  readonly as?: string;
  readonly encrypt?: boolean;
  readonly label?: string;
  readonly relay?: string;
  readonly relayTokenFile?: string;
  readonly wait?: number;
  readonly grace: number;
  readonly yes?: boolean;
  readonly json?: boolean;
}

/**
 * Reads the URL of a relay, or those of its nodes with commas between, which are put behind the ones that were read
 * before. Throws `CommandError` (usage).
 */
export function readRelay(text: string, before?: string): string {
  const urls = text.split(",").map((url) => url.trim());
  for (const url of urls) checkRelayUrl(url);
  return [...(before === undefined ? [] : [before]), ...urls].join(",");
}

/** Whether a text is what `readRelay` answers: for what stands in files. */
export function isRelay(text: string): boolean {
  return text.split(",").every((url) => URL.canParse(url));
}

/** The addresses of a relay without what makes no difference. */
export function relayAddresses(relay: string): readonly string[] {
  return relay.split(",").map((url) => new URL(url).href.replace(/\/+(?:v1\/*)?$/, ""));
}

/** The relay of a code's link: all nodes of the chosen one if it names one of them. Throws `CommandError` (usage). */
export function relayOfLink(link: string, chosen: string): string {
  const relay = readRelay(link);
  const own = relayAddresses(chosen);
  return relayAddresses(relay).every((address) => own.includes(address)) ? chosen : relay;
}

function checkRelayUrl(text: string): void {
  const url = URL.parse(text);
  // Anything that a terminal would obey instead of show has no place in an address, though URLs are read forgivingly.
  if (url === null || (url.protocol !== "ws:" && url.protocol !== "wss:") || /[\p{Cc}\p{Cf}\s]/u.test(text)) {
    const message = `${JSON.stringify(text)} is no relay: its address begins with ws:// or wss://.`;
    throw usageError("usage.relay", message);
  }
}

/** Reads a label as the other side may be shown it. Throws `CommandError` (usage). */
export function readLabel(text: string): string {
  const label = checkLabel(text);
  if (!label.ok) throw usageError("usage.label", `"${text}" cannot be a name here: ${label.detail}.`);
  return label.value;
}

export const readWords = wholeNumber("--words", codeWords);
export const readCodeLife = wholeNumber("--code-life", codeLife);
export const readParties = wholeNumber("--parties", { least: 2, most: 255 });
export const readThreshold = wholeNumber("--threshold", { least: 1, most: 255 });
export const readSigners = wholeNumber("--signers", { least: 2, most: 255 });
export const readWait = wholeNumber("--wait", { least: 1, most: 86_400 });
export const readGrace = wholeNumber("--grace", { least: 0, most: 3_600 });
export const DEFAULT_GRACE_SECONDS = limits.grace / 1000;

/** What the other side is shown when the user has not said: who, and on which end, so that two ends never look alike. */
export function defaultLabel(role: "sender" | "receiver"): string {
  const name = checkLabel(userName());
  return `${name.ok ? [...name.value].slice(0, 40).join("") : "somebody"} (${role})`;
}

/** What the others of a group see when the user has not said: nobody else should be called the same. */
export function defaultName(): string {
  const name = checkLabel(`${userName()}@${hostname()}`.slice(0, 40));
  return name.ok ? name.value : "somebody";
}

/** Refuses `--yes` and what else does not go together. Throws `CommandError` (usage). */
export function checkTogether(flags: MeetingFlags, contact: string | undefined, option: "--to" | "--from"): void {
  if (flags.yes && contact === undefined) {
    throw usageError(
      "usage.yes",
      `--yes goes only with ${option} LABEL: with a code, a person has to compare the words, or nobody knows who is there.`,
    );
  }
  if (flags.as !== undefined && contact !== undefined) {
    throw usageError("usage.as", `--as keeps a new contact, but ${contact} is one already. Leave out --as.`);
  }
  if (flags.label !== undefined && contact !== undefined) {
    throw usageError("usage.label", `${contact} knows you by the name of the first meeting. Leave out --label.`);
  }
  if (flags.encrypt && flags.as === undefined) {
    throw usageError("usage.encrypt", "--encrypt seals a new contact, so it goes only with --as LABEL.");
  }
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // A user id without a name, as in some containers.
    return "";
  }
}

function wholeNumber(option: string, { least, most }: { readonly least: number; readonly most: number }) {
  return (text: string): number => {
    const value = /^[0-9]{1,9}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return value;
    throw usageError("usage.number", `${option} takes a whole number from ${least} to ${most}, not "${text}".`);
  };
}

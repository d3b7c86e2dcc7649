import { encodeBase64url, utf8 } from "@countersign/wire";
import type { Ledger } from "./ledger.ts";
import type { Medium } from "./medium.ts";
import type { Meeting } from "./meeting.ts";
import type { End, Party } from "./party.ts";
import type { WorldPlan } from "./plan.ts";
import type { RelayNode } from "./relay-node.ts";
import type { Conversation } from "./talk.ts";

/** A world that was played to its end. */
export interface Played {
  readonly plan: WorldPlan;
  /** Those who behave. */
  readonly parties: readonly Party[];
  /** Whether all of them came to an end, and when. */
  readonly ended: boolean;
  readonly endedMs: number;
  readonly meeting: Meeting;
  readonly conversation: Conversation;
  readonly ledger: Ledger;
  readonly medium: Medium;
  readonly canary: string;
  /** Bytes that waited for one client at most. */
  readonly mostWaiting: number;
  /** What each node of the relay holds when everything should be forgotten; none where nobody waited for that. */
  readonly held: readonly RelayNode["held"][];
}

/** Records that an empty relay may keep: a registry is shortened now and then only. */
const FEW_RECORDS = 200;

/** Bytes that may wait for a client: 256 KiB, and the longest event behind that. */
const MOST_WAITING = (256 + 128) * 1_024;

/** What must not be in a world, whatever the plan was; empty if all is well. */
export function judgeWorld(played: Played): readonly string[] {
  const { plan, parties, ended, meeting, ledger } = played;
  const faults = [...meeting.faults, ...ledger.faults, ...ledger.missing()];
  if (!ended) {
    const open = parties.filter(({ end, isUp }) => end === undefined || !isUp).map(({ options }) => options.index);
    faults.push(`parties ${open.join()} never came to an end`);
  }
  for (const { end, options } of parties) {
    if (end?.type === "failed" && !NAMED.test(end.code))
      faults.push(`party ${options.index} failed without a name: ${end.detail}`);
  }
  if (parties.some(({ end }) => end?.type === "complete") && !meeting.isSame)
    faults.push("messages flowed among parties with different strings");
  if (plan.purpose === "talk") faults.push(...judgeTalk(played));
  else faults.push(...judgeSigned(played));
  return [...faults, ...judgeSuccess(played), ...judgeRelay(played)];
}

const NAMED = /^(?:peer|relay|session|user|local|protocol)\.[a-z-]+$/;

/** What somebody fails with for whom the time of a first contact was not enough. */
const LATE = /^(?:peer\.(?:sas-aborted|timeout|code-unproven|left)|session\.aborted|user\.left)$/;

/** Those who had no excuse to fail. */
function judgeSuccess({ plan, parties }: Played): readonly string[] {
  const isFoul =
    plan.hostile !== undefined || plan.mallory !== undefined || parties.some((party) => party.wasKilledMeeting);
  // Nobody starts a program again that has done what it was for, so what it had not sent by then is lost.
  if (isFoul || parties.some((party) => party.wasKilledLeaving)) return [];
  // Who is done leaves, and if the relay is away just then, its last words are lost: somebody else waits for them.
  if (plan.purpose === "talk" && parties.some(({ end }) => end?.type === "complete")) return [];
  return parties.flatMap(({ end, options }) => {
    if (end?.type !== "failed" || (LATE.test(end.code) && isRough(plan))) return [];
    return [`nothing was in the way that lasts, and party ${options.index} has ${tell(end)}`];
  });
}

/** Whether so much goes wrong that a first contact, which has 30 seconds, may be too late. */
function isRough({ storage, mishaps }: WorldPlan): boolean {
  const away = mishaps.reduce(
    (sum, mishap) => sum + ("awayMs" in mishap ? mishap.awayMs : "ms" in mishap ? mishap.ms : 1_000),
    0,
  );
  return storage.failing > 0.1 || storage.stallMs > 1_000 || away > 8_000;
}

function judgeSigned({ parties }: Played): readonly string[] {
  const outcomes = new Set(parties.flatMap(({ end }) => (end?.type === "complete" ? [end.outcome] : [])));
  return outcomes.size > 1 ? ["two parties have different outcomes or records"] : [];
}

/** What was heard of what was said: nothing twice, nothing out of order, and all of it where both came to their end. */
function judgeTalk({ parties, conversation }: Played): readonly string[] {
  const faults: string[] = [];
  for (const to of parties) {
    const heard = to.options.disk.notes.heard.map((note) => note.split(" "));
    for (const from of parties) {
      if (from === to || from.number === undefined || to.number === undefined) continue;
      const said = conversation.saidBy(from.number, to.number);
      const ids = heard.filter(([, number]) => Number(number) === from.number).map(([, , id]) => id ?? "");
      const places = ids.map((id) => said.findIndex((one) => one.id === id));
      const who = `party ${to.options.index} of party ${from.options.index}`;
      if (places.includes(-1)) faults.push(`${who} heard what was not said: ${ids.join()}`);
      if (places.some((place, i) => i > 0 && place <= (places[i - 1] ?? -1)))
        faults.push(`${who} heard twice or out of order: ${ids.join()}`);
      const last = places.at(-1) ?? -1;
      // Who was killed before it had noted its last words says them again, to somebody who may have left upon the first.
      const end = said.findIndex(({ isLast }, place) => isLast && places.includes(place));
      const missed = said.filter(
        ({ isKept }, place) =>
          isKept &&
          (place < last || (to.end?.type === "complete" && (end === -1 || place < end))) &&
          !places.includes(place),
      );
      if (missed.length > 0) faults.push(`${who} never heard ${missed.map(({ id }) => id).join()}`);
    }
  }
  return faults;
}

/** What the relay may neither know nor keep. */
function judgeRelay({ medium, canary, mostWaiting, held }: Played): readonly string[] {
  const faults: string[] = [];
  if (mostWaiting > MOST_WAITING) faults.push(`${mostWaiting} bytes waited for one client`);
  if (formsOf(canary).some((text) => medium.written.saw(text)))
    faults.push("a plaintext was in the store of the relay");
  for (const one of held) {
    if (one.groups + one.sessions + one.connections > 0) faults.push(`a relay still holds ${JSON.stringify(one)}`);
  }
  const records = [...medium.logs.values()].reduce((sum, log) => sum + log.records.length, 0);
  if (held.length > 0 && records > FEW_RECORDS) faults.push(`${records} records are kept for nobody`);
  return faults;
}

/** How a text can stand in what the relay gets: as it is, or in base64url, wherever in three bytes it begins. */
export function formsOf(text: string): readonly string[] {
  return [text, ...[0, 1, 2].map((before) => encodeBase64url(utf8(" ".repeat(before) + text)).slice(before + 1, -2))];
}

/** A party's end in words. */
export function tell(end: End): string {
  return end.type === "complete"
    ? "complete"
    : `${end.code} (${end.detail}), culprits ${end.culprits.join() || "none"}`;
}

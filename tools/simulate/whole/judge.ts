import { type CeremonyOptions, verifyRecord } from "@countersign/session";
import { encodeHex } from "@countersign/wire";
import type { Failure } from "../process.ts";
import type { Program } from "./program.ts";
import type { Table } from "./table.ts";

/** A session that was played to its end. */
export interface WholeCourse {
  /** Those who behave. */
  readonly programs: ReadonlyMap<number, Program>;
  readonly ended: boolean;
  readonly table: Table;
  /** The party that does not behave, and whether those who do cannot see who it is. */
  readonly mallory: { readonly number: number; readonly isHidden: boolean } | undefined;
}

type Told = { readonly number: number; readonly end: Failure };

/** What must not be in a session, whatever the plan was; empty if all is well. */
export function judgeWhole(course: WholeCourse, verify: CeremonyOptions["verify"]): readonly string[] {
  const { programs, ended, table } = course;
  const faults = [...table.faults];
  if (!ended) faults.push("a party never came to an end");
  const transcripts = new Set([...programs.values()].flatMap((program) => [...program.transcripts]));
  if (transcripts.size > 1) faults.push("two parties were ready in different sessions");
  if (transcripts.size > 0 && !table.isSame) faults.push("a party was ready whose string was not that of the others");
  const outcomes = new Set<string>();
  const failed: Told[] = [];
  for (const [number, { ends }] of programs) {
    for (const end of ends) {
      if (end.type === "failed") failed.push({ number, end });
      else {
        outcomes.add(`${encodeHex(end.outcome)} ${end.record}`);
        if (!verifyRecord(end.record, verify).ok) faults.push(`party ${number} has a record that does not hold`);
      }
    }
  }
  if (outcomes.size > 1) faults.push("two parties have different outcomes or records");
  if (outcomes.size > 0 && failed.length > 0) faults.push(`it succeeded for some only: ${failed.map(tell).join("; ")}`);
  return [...faults, ...judgeFailures(failed, course)];
}

/** Codes that say who is missed, or sees something else; those may have been misled, or driven away, themselves. */
const OBSERVED = new Set([
  "peer.left",
  "user.left",
  "peer.timeout",
  "peer.sas-aborted",
  "peer.sas-mismatch",
  "peer.code-unproven",
]);

function judgeFailures(failed: readonly Told[], { mallory, programs }: WholeCourse): readonly string[] {
  if (failed.length === 0) return [];
  // Whoever is killed in the middle of a first contact cannot go on with it, and between its reveal and those of the
  // others it must not (spec 0003, section 8.6): the session ends for all, in time, and begins anew.
  const isInterrupted =
    [...programs.values()].some(({ wasKilledMeeting }) => wasKilledMeeting) &&
    failed.every(({ end }) => OBSERVED.has(end.code));
  if (mallory === undefined) {
    return isInterrupted ? [] : [`nobody is malicious, and ${failed.map(tell).join("; ")}`];
  }
  const faults = failed.flatMap((told) => {
    const innocent = told.end.culprits.filter((culprit) => programs.has(culprit));
    return innocent.length === 0 || OBSERVED.has(told.end.code) ? [] : [`somebody who behaves is named: ${tell(told)}`];
  });
  const isNamed = failed.some(({ end }) => [...end.culprits, end.by, ...(end.blamed ?? [])].includes(mallory.number));
  if (isNamed || mallory.isHidden || isInterrupted) return faults;
  return [...faults, `the malicious party ${mallory.number} is not named: ${failed.map(tell).join("; ")}`];
}

function tell({ number, end }: Told): string {
  return `party ${number} has ${end.code} in "${end.name}" (${end.detail}), culprits ${end.culprits.join() || "none"}`;
}

import { type CeremonyOptions, verifyRecord } from "@countersign/session";
import { encodeHex } from "@countersign/wire";
import type { Course } from "./ceremony.ts";
import type { Failure } from "./process.ts";

/** What must not be in a course, whatever the plan was; empty if all is well. */
export function judge(
  course: Course,
  mallory: number | undefined,
  verify: CeremonyOptions["verify"],
): readonly string[] {
  const faults = course.saidTwice.map((key) => `a party said two things: ${key}`);
  if (!course.ended) faults.push("a party never came to an end");
  const ends = [...course.processes].flatMap(([number, { ends }]) => ends.map((end) => ({ number, end })));
  const outcomes = new Set<string>();
  for (const { number, end } of ends) {
    if (end.type === "failed") faults.push(...judgeFailure(number, end, mallory));
    else {
      outcomes.add(`${encodeHex(end.outcome)} ${end.record}`);
      if (!verifyRecord(end.record, verify).ok) faults.push(`party ${number} has a record that does not hold`);
    }
  }
  if (outcomes.size > 1) faults.push("two parties have different outcomes or records");
  if (outcomes.size > 0 && ends.some(({ end }) => end.type === "failed")) {
    faults.push("it succeeded for some only");
  }
  return faults;
}

function judgeFailure(number: number, end: Failure, mallory: number | undefined): readonly string[] {
  const told = `party ${number} has ${end.code} in "${end.name}" (${end.detail}), culprits ${end.culprits.join() || "none"}`;
  if (mallory === undefined) return [`nobody is malicious, and ${told}`];
  const named = [...end.culprits, end.by, ...(end.blamed ?? [])];
  const faults = named.includes(mallory) ? [] : [`the malicious party ${mallory} is not named: ${told}`];
  // Of those who are waited for, the malicious one may be whom they wait for.
  const waited = end.code === "peer.timeout" && (end.blamed ?? []).includes(mallory);
  const innocent = waited ? [] : end.culprits.filter((culprit) => culprit !== mallory);
  return innocent.length === 0 ? faults : [...faults, `somebody who behaves is named: ${told}`];
}

import { messageOf } from "../failure.ts";
import type { Failure, Work } from "./batch.ts";
import { SqliteCode } from "./tables.ts";

/** A read of a log. */
export type Read = Extract<Work, { type: "read" }>;

/** Whether it is a read. */
export function isRead(work: Work): work is Read {
  return typeof work !== "number" && work.type === "read";
}

/** Whether it is a read of everything. */
export function isScan(work: Work): boolean {
  return typeof work !== "number" && work.type === "scan";
}

/** Whether nothing is written by it. */
export function isReading(work: Work): boolean {
  return isRead(work) || isScan(work);
}

/** What is told of what was thrown. */
export function failureOf(error: unknown): Failure {
  return { failure: messageOf(error), damaged: (error as { errcode?: number }).errcode === SqliteCode.corrupt };
}

import type { RawJson } from "@countersign/rpc";

/** The text of an object that has one more member, whose value is JSON text already and stays as it was written. */
export function withRawMember(object: object, name: string, value: RawJson): string {
  return `${JSON.stringify(object).slice(0, -1)},${JSON.stringify(name)}:${value}}`;
}

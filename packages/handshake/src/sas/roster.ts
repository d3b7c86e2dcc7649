import { checkLabel, encodeHex, limits, UsageError } from "@countersign/wire";
import type { SessionParameters } from "../peer-group-types.ts";
import type { SasParty } from "./group-transcript.ts";

/** Two parties that have something in common that only one may have. */
export interface Duplicate {
  readonly field: "label" | "eid" | "static key" | "Ed25519 key";
  /** In the order of the list. */
  readonly numbers: readonly [number, number];
}

/**
 * Finds two parties with the same label, eid, static key or Ed25519 key (spec 0003, section 8). One's peers choose these
 * freely: look here before `createGroupSas`, which takes a duplicate for a fault of the program.
 */
export function findDuplicate(parties: readonly SasParty[]): Duplicate | undefined {
  const seen = new Map<string, number>();
  for (const party of parties) {
    const values = {
      label: party.label,
      eid: encodeHex(party.eid),
      "static key": encodeHex(party.noiseStatic),
      "Ed25519 key": encodeHex(party.ed25519),
    };
    for (const [field, value] of Object.entries(values) as [Duplicate["field"], string][]) {
      const other = seen.get(`${field} ${value}`);
      if (other !== undefined) return { field, numbers: [other, party.number] };
      seen.set(`${field} ${value}`, party.number);
    }
  }
  return undefined;
}

/** Checks what a group SAS is made for and sorts the parties by number. Throws `UsageError`; nothing here is a secret. */
export function checkedRoster(
  parameters: SessionParameters,
  self: number,
  parties: readonly SasParty[],
): readonly SasParty[] {
  const { group, session, threshold } = parameters;
  expectLength("group", group, 16);
  expectLength("session", session, 16);
  if (parties.length < 2 || parties.length > limits.parties || parties.length !== parameters.parties) {
    throw new UsageError("usage.parties", `2 to ${limits.parties} parties, all of the session, are compared`);
  }
  if (!Number.isInteger(threshold) || threshold < 1 || threshold > parties.length) {
    throw new UsageError("usage.threshold", "the threshold is 1 to the number of parties");
  }
  for (const party of parties) checkParty(party);
  const sorted = [...parties].sort((a, b) => a.number - b.number);
  if (new Set(sorted.map(({ number }) => number)).size !== sorted.length) {
    throw new UsageError("usage.duplicate", "two parties have the same number");
  }
  const duplicate = findDuplicate(sorted);
  if (duplicate) {
    throw new UsageError("usage.duplicate", `parties ${duplicate.numbers.join(" and ")} have one ${duplicate.field}`);
  }
  if (!sorted.some(({ number }) => number === self)) {
    throw new UsageError("usage.unknown-party", "one's own number is among those of the parties");
  }
  return sorted;
}

function checkParty({ number, noiseStatic, eid, label, ed25519 }: SasParty): void {
  if (!Number.isInteger(number) || number < 1 || number > 255) {
    throw new UsageError("usage.out-of-range", "party numbers are 1 to 255");
  }
  expectLength("static key", noiseStatic, 32);
  expectLength("eid", eid, 32);
  expectLength("Ed25519 key", ed25519, 32);
  const checked = checkLabel(label);
  if (!checked.ok) throw new UsageError("usage.label", checked.detail);
}

/** Throws `UsageError` unless `bytes` has `length` bytes. */
export function expectLength(name: string, bytes: Uint8Array, length: number): void {
  if (bytes.length !== length) throw new UsageError("usage.length", `${name} has ${length} bytes`);
}

import { checkLabel, encodeHex, limits, UsageError } from "@countersign/wire";
import type { PeerGroupOptions, PinnedPeer } from "../peer-group-types.ts";

/** Refuses options that no session can have. Throws `UsageError`. */
export function checkOptions({ parameters, self, trust, history }: PeerGroupOptions): void {
  const { group, session, parties, threshold } = parameters;
  length("group", group, 16);
  length("session", session, 16);
  length("eid", self.eid, 32);
  length("ed25519", self.identity.ed25519, 32);
  length("the static public key", self.identity.noiseStatic.publicKey, 32);
  range("parties", parties, 2, 255);
  range("threshold", threshold, 1, parties);
  range("number", self.number, 1, hasNumbersOfKey({ parameters, trust }) ? limits.parties : parties);
  expectLabel(self.label);
  if (trust.type === "code") {
    if (trust.prk !== undefined || history === undefined) length("prk", trust.prk ?? new Uint8Array(0), 32);
    range("guessLimit", trust.guessLimit ?? 1, 1, 10);
  } else {
    const others = trust.pins.length;
    if (hasNumbersOfKey({ parameters, trust })) checkNumbers([self, ...trust.pins]);
    if (others < parties - 1 || (others > parties - 1 && parameters.kind !== "sign")) {
      throw new UsageError("usage.pins", "a session of pinned peers needs a pin for each of the others");
    }
    const { noiseStatic, ed25519 } = self.identity;
    checkPins([{ label: self.label, noiseStatic: noiseStatic.publicKey, ed25519 }, ...trust.pins]);
  }
}

/**
 * Whether the parties are some of all who share a key, each under the number that it has there: those who sign, by pins.
 * Elsewhere the relay has numbered them from 1.
 */
export function hasNumbersOfKey({ parameters, trust }: Pick<PeerGroupOptions, "parameters" | "trust">): boolean {
  return parameters.kind === "sign" && trust.type === "pins";
}

function checkNumbers(roster: readonly Pick<PinnedPeer, "number">[]): void {
  for (const { number } of roster) range("a pinned number", number, 1, limits.parties);
  distinct(
    "numbers",
    roster.map(({ number }) => String(number)),
  );
}

/** What a first contact asks of everybody in a roster (spec 0003, section 6) has to hold for those who are pinned. */
function checkPins(roster: readonly Pick<PinnedPeer, "label" | "noiseStatic" | "ed25519">[]): void {
  for (const { label, noiseStatic, ed25519 } of roster) {
    expectLabel(label);
    length("a pinned static key", noiseStatic, 32);
    length("a pinned Ed25519 key", ed25519, 32);
  }
  distinct(
    "labels",
    roster.map(({ label }) => label),
  );
  distinct(
    "static keys",
    roster.map(({ noiseStatic }) => encodeHex(noiseStatic)),
  );
  distinct(
    "Ed25519 keys",
    roster.map(({ ed25519 }) => encodeHex(ed25519)),
  );
}

function distinct(what: string, values: readonly string[]): void {
  if (new Set(values).size < values.length) throw new UsageError("usage.pins", `two parties have the same ${what}`);
}

function expectLabel(label: string): void {
  const checked = checkLabel(label);
  if (!checked.ok) throw new UsageError("usage.label", checked.detail);
}

function length(name: string, bytes: Uint8Array, expected: number): void {
  if (bytes.length !== expected) throw new UsageError("usage.length", `${name} has ${expected} bytes`);
}

function range(name: string, value: number, low: number, high: number): void {
  if (!Number.isInteger(value) || value < low || value > high) {
    throw new UsageError("usage.out-of-range", `${name} is between ${low} and ${high}`);
  }
}

import { checkLabel, UsageError } from "@countersign/wire";
import type { PeerGroupOptions } from "../peer-group-types.ts";

/** Refuses options that no session can have. Throws `UsageError`. */
export function checkOptions({ parameters, self, trust }: PeerGroupOptions): void {
  const { group, session, parties, threshold } = parameters;
  length("group", group, 16);
  length("session", session, 16);
  length("eid", self.eid, 32);
  length("ed25519", self.identity.ed25519, 32);
  length("the static public key", self.identity.noiseStatic.publicKey, 32);
  range("parties", parties, 2, 255);
  range("threshold", threshold, 1, parties);
  range("number", self.number, 1, parties);
  const label = checkLabel(self.label);
  if (!label.ok) throw new UsageError("usage.label", label.detail);
  if (trust.type === "code") {
    length("prk", trust.prk, 32);
    range("guessLimit", trust.guessLimit ?? 1, 1, 10);
  } else if (trust.pins.length !== parties - 1) {
    throw new UsageError("usage.pins", "a session of pinned peers needs a pin for each of the others");
  }
}

function length(name: string, bytes: Uint8Array, expected: number): void {
  if (bytes.length !== expected) throw new UsageError("usage.length", `${name} has ${expected} bytes`);
}

function range(name: string, value: number, low: number, high: number): void {
  if (!Number.isInteger(value) || value < low || value > high) {
    throw new UsageError("usage.out-of-range", `${name} is between ${low} and ${high}`);
  }
}

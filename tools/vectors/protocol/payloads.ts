import { concat, hex, text } from "./bytes.ts";
import type { PartySecrets, SessionFacts } from "./party.ts";
import { message, padPayload } from "./wire.ts";

/** Spec 0003, section 6.2. */
export function uriPayload(at: bigint, { session }: SessionFacts): Uint8Array {
  const digits = hex(session);
  const groups = [
    digits.slice(0, 8),
    digits.slice(8, 12),
    digits.slice(12, 16),
    digits.slice(16, 20),
    digits.slice(20),
  ];
  const head = [
    ["type", "uri"],
    ["at", at.toString()],
    ["uri", `countersign:${groups.join("-")}`],
  ] as const;
  return padPayload(message(head, new Uint8Array(0)));
}

/** Spec 0003, section 6.3: with the sender in a first contact, without in a re-link. */
export function linkPayload(at: bigint, next: bigint, sender?: PartySecrets): Uint8Array {
  const head = [
    ["type", "link"],
    ["at", at.toString()],
    ["next", next.toString()],
  ] as const;
  const body = sender === undefined ? new Uint8Array(0) : concat(sender.ed25519.publicKey, text(sender.label));
  return padPayload(message(head, body));
}

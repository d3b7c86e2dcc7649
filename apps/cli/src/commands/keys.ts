import type { Context } from "../context.ts";
import { spellOut } from "../screens/spell-out.ts";
import type { KeyFacts } from "../store/group-key.ts";
import type { ListedKey } from "../store/key-store.ts";

/** `countersign keys`: the keys of which this user holds a share; never anything secret. */
export async function listKeys(flags: { readonly json?: boolean }, context: Context): Promise<void> {
  const keys = await context.keys.list();
  for (const key of keys) {
    const lines = flags.json ? [JSON.stringify(jsonOf(key))] : linesOf(key);
    for (const line of lines) process.stdout.write(`${spellOut(line)}\n`);
  }
  if (keys.length === 0 && !flags.json) {
    const text = 'No keys yet. "countersign keygen" makes one with others, "countersign join" takes part in it.';
    context.screen.show({ event: "notice", text });
  }
}

/** What is public of a key, in the names of `--json`. */
export function jsonOfFacts({ publicKey, ...facts }: KeyFacts) {
  return { ...facts, public_key: publicKey };
}

function jsonOf({ label, facts }: ListedKey) {
  return { event: "key", ...(facts === undefined ? { label, state: "sealed" } : jsonOfFacts(facts)) };
}

function linesOf({ label, facts }: ListedKey): readonly string[] {
  if (facts === undefined) return [`${label}  sealed: what is known of it appears when it is used`];
  const { id, threshold, parties, number, suite, publicKey, created, relay } = facts;
  const holders = parties.map((party) => `${party.number} ${party.label}${party.number === number ? " (you)" : ""}`);
  return [
    `${label}  ${threshold} of ${parties.length}, ${suite}, since ${created.slice(0, 10)}`,
    `   id       ${id}`,
    `   key      ${publicKey}`,
    `   holders  ${holders.join(", ")}`,
    `   relay    ${relay}`,
  ];
}

import type { Network } from "@countersign/signing";
import type { Context } from "../context.ts";
import { spellOut } from "../screens/spell-out.ts";
import type { KeyFacts } from "../store/group-key.ts";
import type { ListedKey } from "../store/key-store.ts";
import { chosenNetwork } from "./ceremony-flags.ts";
import { type KeyFlags, keyPassphrase } from "./key-passphrase.ts";

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

/**
 * `countersign keys KEY`: one key, with its address, by what its share says: what lies beside a share could have been
 * changed by whoever can write there, and nobody should be paid by it. Throws `CommandError`.
 */
export async function showOneKey(typed: string, flags: KeyFlags & { readonly network?: Network }, context: Context) {
  const label = await context.keys.choose(typed);
  const { facts } = await context.keys.unlock(label, keyPassphrase(flags, context));
  await showKey(facts, chosenNetwork(flags, facts), context);
}

/** What is public of a key, in the names of `--json`. */
function jsonOfFacts({ publicKey, ...facts }: KeyFacts) {
  return { ...facts, public_key: publicKey };
}

/** Says what a key is. */
export async function showKey(facts: KeyFacts, network: Network, { screen }: Context): Promise<void> {
  const { label, id, suite, threshold, parties } = facts;
  const address = await addressOf(facts, network);
  const shown = { label, id, suite, threshold, parties, public_key: facts.publicKey };
  screen.show({ event: "key-made", ...shown, ...(address === undefined ? {} : { address, network }) });
}

/** The Taproot address of a key that has one. */
async function addressOf({ suite, publicKey }: KeyFacts, network: Network): Promise<string | undefined> {
  if (suite !== "secp256k1-taproot") return undefined;
  const [{ taprootAddress }, { decodeHex }] = await Promise.all([
    import("@countersign/signing"),
    import("@countersign/wire"),
  ]);
  const groupKey = decodeHex(publicKey);
  return groupKey.ok ? taprootAddress({ suite, groupKey: groupKey.value }, network) : undefined;
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

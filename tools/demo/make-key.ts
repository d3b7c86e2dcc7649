import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Party } from "./party.ts";
import type { Check } from "./perform.ts";
import { bold, duration, heading, line, say, table } from "./screen.ts";

export const LABEL = "treasury";

/** What all have after the first ceremony. */
export interface MadeKey {
  readonly code: string;
  readonly words: string;
  readonly address: string;
  readonly publicKey: string;
}

/** Three make a key that nobody has alone: a code, five words that all compare, three rounds. */
export async function makeKey(parties: readonly Party[], check: Check): Promise<MadeKey> {
  const [alice, ...others] = parties;
  if (alice === undefined) throw new Error("nobody is there");
  const options = ["--label", LABEL, "--network", "testnet"];
  line("Alice", `countersign keygen --parties 3 --threshold 2 --label ${LABEL}`);
  for (const { name } of others) line(name, "countersign join");
  const named = (party: Party) => [...options, "--name", party.name];
  const host = alice.open("keygen", "--parties", "3", "--threshold", "2", "--no-qr", ...named(alice));
  const guests = others.map((party) => party.open("join", ...named(party)));
  const runs = [host, ...guests];

  heading("The code, which Alice tells the two others and nobody else");
  const { code } = await host.hear("code");
  say(`  ${bold(code)}`);
  await Promise.all(guests.map((guest) => guest.answer("code", code)));

  heading("The string to compare, as each of the three programs shows it");
  const seen = await Promise.all(runs.map((run) => run.hear("sas")));
  table(...seen.map(({ words, digits }, index) => [runs[index]?.name ?? "", words, digits]));
  const isSame = new Set(seen.map(({ words, digits }) => `${words} ${digits}`)).size === 1;
  check(isSame, "the same: nobody is in between", "they differ: somebody is in between");
  const answer = isSame ? "yes" : "no";
  // Each is asked about each of the others, by name.
  await Promise.all(runs.map((run) => run.answer("sas", ...others.map(() => answer))));

  heading("The key, made in three rounds; 2 of the 3 can sign with it");
  const began = performance.now();
  const made = await Promise.all(runs.map((run) => run.hear("key-made")));
  const took = performance.now() - began;
  const [{ id, address, public_key: publicKey } = { id: "", address: "", public_key: "" }] = made;
  line("id", id);
  line("address", bold(address));
  const alike = made.every((one) => one.address === address && one.id === id && one.public_key === publicKey);
  check(alike, `the same on all three machines, after ${duration(took)}`, "the machines do not have the same key");
  const statuses = await Promise.all(runs.map(({ child }) => child.exit));
  check(
    statuses.every((status) => status === 0),
    "the three programs ended with status 0",
    `exit statuses ${statuses.join(", ")}`,
  );
  await checkRecord(parties, check);
  return { code, words: seen[0]?.words ?? "", address, publicKey };
}

/** All have the same record, signed by all, and it can be verified by anybody. */
async function checkRecord(parties: readonly Party[], check: Check): Promise<void> {
  const file = `${LABEL}-keygen.record.json`;
  const records = parties.map(({ home }) => readFileSync(join(home, file), "utf8"));
  const verifier = parties.at(-1)?.run("verify-record", file);
  const verified = await verifier?.hear("record-verified");
  const labels = verified?.parties.map(({ label }) => label).sort() ?? [];
  const isWhole = new Set(records).size === 1 && labels.join() === "Alice,Bob,Carol";
  check(isWhole, "one record of it, signed by all three, verified offline", "the records do not hold");
}

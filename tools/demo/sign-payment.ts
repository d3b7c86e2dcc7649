import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { LABEL, type MadeKey } from "./make-key.ts";
import type { Party } from "./party.ts";
import { createPayment } from "./payment.ts";
import type { Check } from "./perform.ts";
import { bold, duration, heading, line, say } from "./screen.ts";

const FILE = "payment.psbt";
const NETWORK = ["--network", "testnet"];

export interface SignedPayment {
  readonly name: string;
  readonly payment: Uint8Array;
  readonly transaction: string;
}

/** Two of the three sign a payment from the group's address; one of them is killed on the way; the third hears of it. */
export async function signPayment(parties: readonly Party[], key: MadeKey, check: Check): Promise<SignedPayment> {
  const [alice, bob, carol] = parties;
  if (alice === undefined || bob === undefined || carol === undefined) throw new Error("somebody is missing");
  const payment = createPayment(key.address);
  writeFileSync(join(alice.home, FILE), payment.bytes);

  heading("A payment from that address, which Alice proposes and Bob has to approve");
  line(FILE, payment.summary);
  const listener = carol.open("status", LABEL, "--watch");
  const approver = bob.open("approve", LABEL, ...NETWORK);
  await Promise.all([listener, approver].map((run) => run.hear("waiting")));
  line("Carol", `countersign status ${LABEL} --watch`);
  line("Bob", "countersign approve");
  const proposer = alice.open("sign", LABEL, FILE, ...NETWORK);
  line("Alice", `countersign sign ${LABEL} ${FILE}`);
  const [hers, his] = await Promise.all([proposer, approver].map((run) => run.hear("review")));
  say("");
  for (const text of his?.lines ?? []) say(`    ${text}`);
  check(hers?.digest === his?.digest, `both screens show ${bold(hers?.digest ?? "")}`, "the digests differ");

  heading("Bob's machine dies before he has answered, and comes back");
  await proposer.answer("approval", "yes");
  await approver.hear("question", "approval");
  approver.child.kill("SIGKILL");
  line("Bob", `process ${approver.child.pid} ended with status ${await approver.child.exit} (kill -9)`);
  const began = performance.now();
  const again = bob.open("resume");
  line("Bob", `countersign resume, process ${again.child.pid}`);
  const back = await again.hear("review");
  check(back.digest === his?.digest, "the same digest again, and the question", "he is shown something else");
  await again.answer("approval", "yes");

  heading("The signature");
  const [first, second] = await Promise.all([proposer, again].map((run) => run.hear("signed")));
  const transaction = first?.transaction ?? "";
  line("transaction", first?.txid ?? "none");
  line("", `${transaction.length / 2} bytes, ${duration(performance.now() - began)} after Bob came back`);
  check(
    second?.transaction === transaction && payment.isPaidBy(transaction),
    "both have it, and it pays: BIP-340 holds for each coin over the sighash of BIP-341, checked by other code",
    "the transaction is not signed as it has to be",
  );
  const heard = await listener.hear("signed-by-others");
  const isTold = heard.from === "Alice" && heard.txid === first?.txid;
  check(isTold, "Carol, who took no part, was told by Alice what was signed", "Carol was told something else");
  const statuses = await Promise.all([proposer, again].map(({ child }) => child.exit));
  const isWell = statuses.every((status) => status === 0);
  check(isWell, "both programs ended with status 0", `exit statuses ${statuses.join(" and ")}`);
  await listener.child.stop();
  return { name: FILE, payment: payment.bytes, transaction };
}

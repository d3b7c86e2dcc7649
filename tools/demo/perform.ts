import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startRelay } from "../processes/relay.ts";
import { occurs, secretFile, secretText, secretWords } from "./needles.ts";
import { Party } from "./party.ts";
import { createPayment, summarizePsbt } from "./psbt.ts";
import { readFiles, readTraffic } from "./relay-view.ts";
import { bold, duration, heading, line, say, size, table, verdict } from "./screen.ts";
import type { Stage } from "./stage.ts";

const FILE = "payment.psbt";

/** Runs the whole story. Returns what did not hold; throws where it could not go on. */
export async function perform(stage: Stage): Promise<readonly string[]> {
  const faults: string[] = [];
  const check = (holds: boolean, good: string, bad: string) => {
    verdict(holds, holds ? good : bad);
    if (!holds) faults.push(bad);
  };

  const began = performance.now();
  const data = stage.home("relay");
  const relay = startRelay({
    script: fileURLToPath(new URL("../../apps/relay-server/dist/main.js", import.meta.url)),
    data,
  });
  stage.adopt(relay.child);
  const url = await relay.url;
  line("relay", `${url}, process ${relay.child.pid}, up after ${duration(performance.now() - began)}`);

  const payment = createPayment();
  const homes = { alice: stage.home("alice"), bob: stage.home("bob") };
  writeFileSync(join(homes.alice, FILE), payment.bytes);
  const alice = new Party(stage, {
    name: "Alice",
    home: homes.alice,
    command: ["send", FILE, "--no-qr", "--relay", url],
  });
  const bob = new Party(stage, { name: "Bob", home: homes.bob, command: ["receive", "--relay", url] });
  line("Alice", `countersign send ${FILE}, process ${alice.child.pid}`);
  line("Bob", `countersign receive, process ${bob.child.pid}`);

  heading("The code, which Alice tells Bob and nobody else");
  const { code } = await alice.hear("code");
  say(`  ${bold(code)}`);
  await bob.answer("code", code);

  heading("The string to compare, as each of the two programs shows it");
  const [hers, his] = await Promise.all([alice.hear("sas"), bob.hear("sas")]);
  table(["Alice", hers.words, hers.digits], ["Bob", his.words, his.digits]);
  const same = hers.words === his.words && hers.digits === his.digits;
  check(same, "the same: nobody is in between", "they differ: somebody is in between");
  await Promise.all([alice, bob].map((party) => party.answer("sas", same ? "yes" : "no")));

  heading("What travelled");
  await bob.answer("offer", "yes");
  const [sent, stored] = await Promise.all([alice.hear("done"), bob.hear("done")]);
  const statuses = await Promise.all([alice.child.exit, bob.child.exit]);
  const arrived = readFileSync(join(homes.bob, FILE));
  line(FILE, `${size(arrived.length)}, PSBT`);
  line("", summarizePsbt(arrived));
  line("SHA-256", `${sha256(payment.bytes)} at Alice's`);
  line("", `${sha256(arrived)} at Bob's`);
  const intact = [sent.sha256, stored.sha256, sha256(arrived)].every((hash) => hash === sha256(payment.bytes));
  check(intact && summarizePsbt(arrived) === payment.summary, "the same payment", "what arrived is not what was sent");
  check(
    statuses.every((status) => status === 0),
    "both programs ended with status 0",
    `exit statuses ${statuses.join(" and ")}`,
  );

  heading("How long it took");
  const phases = Object.keys(sent.timings_ms);
  const times = ({ timings_ms }: typeof sent) => phases.map((phase) => duration(timings_ms[phase] ?? 0));
  table(["", ...phases], ["Alice", ...times(sent)], ["Bob", ...times(stored)]);

  heading("What the relay saw");
  const traffic = readTraffic(data, stage.home("copy"));
  const running = readFiles(data);
  await relay.child.stop();
  const files = Buffer.concat([running, readFiles(data)]);
  line("carried", `${traffic.messages} messages, ${size(traffic.bytes)}, between number 1 and number 2`);
  line("searched", `${size(files.length)} of its database, while it ran and after, in raw bytes, hex and base64, for`);
  const secrets = [
    secretFile("the payment", payment.bytes),
    secretText("the file's name", FILE),
    secretWords("the code", code.replace(/^\d+-/, "")),
    secretWords("the words compared", hers.words),
  ];
  for (const secret of secrets) {
    check(!occurs(secret, files), `${secret.name}: not there`, `${secret.name} IS THERE`);
  }
  if (traffic.messages < 5) faults.push("the relay's database is not the one that carried the messages");
  return faults;
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

import { fileURLToPath } from "node:url";
import { startRelay } from "../processes/relay.ts";
import { makeKey } from "./make-key.ts";
import { occurs, secretFile, secretText, secretWords } from "./needles.ts";
import { Party } from "./party.ts";
import { readFiles, readTraffic } from "./relay-view.ts";
import { duration, heading, line, size, verdict } from "./screen.ts";
import { signPayment } from "./sign-payment.ts";
import type { Stage } from "./stage.ts";

/** Notes what does not hold, and says what does. */
export type Check = (holds: boolean, good: string, bad: string) => void;

/** Runs the whole story. Returns what did not hold; throws where it could not go on. */
export async function perform(stage: Stage): Promise<readonly string[]> {
  const faults: string[] = [];
  const check: Check = (holds, good, bad) => {
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

  const parties = ["Alice", "Bob", "Carol"].map((name) => new Party(stage, name, url));
  const key = await makeKey(parties, check);
  const signed = await signPayment(parties, key, check);

  heading("What the relay saw");
  const traffic = readTraffic(data);
  const running = readFiles(data);
  await relay.child.stop();
  const files = Buffer.concat([running, readFiles(data)]);
  line("carried", `${traffic.messages} messages, ${size(traffic.bytes)}, between numbers 1, 2 and 3`);
  line("searched", `${size(files.length)} of its database, while it ran and after, in raw bytes, hex and base64, for`);
  const secrets = [
    secretWords("the code", key.code.replace(/^\d+-/, "")),
    secretWords("the words compared", key.words),
    secretText("the key's address", key.address),
    secretFile("the group's public key", Buffer.from(key.publicKey, "hex")),
    secretFile("the payment", signed.payment),
    secretText("the payment's name", signed.name),
    secretFile("the transaction", Buffer.from(signed.transaction, "hex")),
  ];
  for (const secret of secrets) {
    check(!occurs(secret, files), `${secret.name}: not there`, `${secret.name} IS THERE`);
  }
  if (traffic.messages < 20) faults.push("the relay's database is not the one that carried the messages");
  return faults;
}

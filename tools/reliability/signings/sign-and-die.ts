import { writeFileSync } from "node:fs";
import { SeededRandom } from "@countersign/testkit";
import { makeKeyFiles } from "../key-file.ts";
import { Relay, temporaryFolder } from "../relay.ts";
import { within } from "../wait.ts";
import { Hand } from "./hand.ts";
import { Ledger, type Signings } from "./ledger.ts";

/** Those of a key of four who sign: three, because two would make no group link (spec 0012). */
const SIGNERS = [1, 2, 3];
/** A signer says about so many lines in a signing: the blow falls behind one of them. */
const LINES = 12;
/** Milliseconds behind that line within which it falls. */
const DELAY = 4;
/**
 * Seconds that a signing may take, with all its lives: longer than who has signed waits for the others and says goodbye
 * (spec 0005, section 4), so that a run goes on behind a slow one.
 */
const PATIENCE = 90;

/** Three of four sign again and again, and are killed while they do, alone or together; what is heard is held together. */
export async function signAndDie(
  rounds: number,
  { seed, progress }: { readonly seed: number; readonly progress: (text: string) => void },
): Promise<Signings> {
  const random = new SeededRandom(seed);
  const folder = temporaryFolder();
  for (const [number, text] of await makeKeyFiles(
    { parties: SIGNERS.length + 1, threshold: SIGNERS.length },
    random.bytes,
  )) {
    writeFileSync(`${folder}/${number}.json`, text);
  }
  // All of it happens in one group within the half hour for which the relay remembers sessions that have ended.
  const relay = new Relay({ data: temporaryFolder(), args: ["--sessions-per-group", "2000"] });
  const { url } = await relay.ready();
  const ledger = new Ledger();
  const hands = SIGNERS.map((number) => new Hand(number, { folder, url, ledger }));
  for (let round = 1; round <= rounds; round++) {
    const id = Buffer.from(random.bytes(16)).toString("hex");
    const victims = random.pick([[0], [1], [2], [0, 1], [0, 2], [1, 2], [0, 1, 2]]);
    const began = performance.now();
    const blows = victims.map((victim) => ({ victim, line: 1 + random.integer(LINES), delay: random.integer(DELAY) }));
    const done = hands.map((hand) => hand.sign(id));
    const struck = blows.map(({ victim, line, delay }) => hands[victim]?.strike(id, { line, delay }));
    const signatures = await within(
      PATIENCE,
      Promise.all([...done, ...struck]).then(() => Promise.all(done)),
    );
    ledger.count(signatures ?? [], (performance.now() - began) / 1_000, id);
    // Whoever hangs once would hang again: what is known by then is told.
    if (signatures === undefined) {
      ledger.outcome.complaints.push(...hands.map((hand) => hand.whereabouts));
      break;
    }
    progress(`signing ${round} of ${rounds}, ${ledger.outcome.killed} killed`);
  }
  for (const hand of hands) await hand.stop();
  await relay.end("SIGTERM");
  return ledger.close();
}

// Says something to each node now and then, in a thread of its own: what answers take must not be what the arithmetic of
// signers takes, who share the thread of the proof.
import { parentPort } from "node:worker_threads";
import { Ledger, Member } from "../reliability/member.ts";
import { sleep } from "../reliability/wait.ts";

/** The session is none of those of the fifty. */
const SESSION = 99;
const MEMBERS = 3;
/** Milliseconds between an answer and the next message. */
const PAUSE = 50;

const ledger = new Ledger(SESSION, MEMBERS);
const members = Array.from({ length: MEMBERS }, (_, i) => new Member(ledger, { number: i + 1 }));

/** Milliseconds that each answer took. */
async function talk(member: Member, url: string, until: number): Promise<readonly number[]> {
  const latencies: number[] = [];
  await member.connect(url);
  await member.send({ lanes: 1, fresh: false });
  while (performance.now() < until) {
    const begun = performance.now();
    await member.sayNext();
    latencies.push(performance.now() - begun);
    await sleep(PAUSE);
  }
  member.cut();
  return latencies;
}

parentPort?.on("message", async ({ urls, ms }: { readonly urls: readonly string[]; readonly ms: number }) => {
  const until = performance.now() + ms;
  const latencies = await Promise.all(members.map((member, i) => talk(member, urls[i % urls.length] ?? "", until)));
  parentPort?.postMessage(latencies.flat());
});

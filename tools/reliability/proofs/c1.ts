import { SeededRandom } from "@countersign/testkit";
import { CallError } from "../client.ts";
import { crowd, quantile } from "../crowd.ts";
import { type Member, total } from "../member.ts";
import type { Figure, Proof } from "../proof.ts";
import { Relay, temporaryFolder } from "../relay.ts";
import { sleep, until } from "../wait.ts";

const SESSIONS = 4;
const MEMBERS = 5;
/** Messages that a member has under way without an answer. */
const LANES = 16;
/** Milliseconds within which the blow falls, from when the load begins. */
const LOAD = 400;
/** One round in so many is ended while the relay still starts, or its members come back. */
const EARLY = 6;
/** Seconds that the members may take in the end to have everything. */
const SETTLING = 30;

/** The relay is killed again and again while members send, and in the end nothing is missing. */
export const c1: Proof = {
  id: "c1",
  title: "kill -9 at random moments under load",
  async run(scale, { seed, progress }): Promise<readonly Figure[]> {
    const rounds = scale === "quick" ? 50 : 1_000;
    const random = new SeededRandom(seed);
    const data = temporaryFolder();
    const { ledgers, members } = crowd({ sessions: SESSIONS, size: MEMBERS, perAddress: 1 });
    const ready: number[] = [];
    for (let round = 1; round <= rounds; round++) {
      const relay = new Relay({ data });
      const early = round > 1 && random.integer(EARLY) === 0;
      const moment = random.integer(LOAD);
      const load = serve(relay, members, (seconds) => ready.push(seconds));
      if (!early) await load.begun;
      await sleep(moment);
      await relay.end("SIGKILL");
      await load.ended;
      progress(`round ${round} of ${rounds}, ${total(ledgers, "acknowledged")} acknowledged`);
    }
    const relay = new Relay({ data });
    const missing = await settle(relay, members);
    await relay.end("SIGTERM");
    return [
      { name: "rounds", value: rounds, unit: "" },
      { name: "messages acknowledged", value: total(ledgers, "acknowledged"), unit: "", target: { atLeast: rounds } },
      { name: "acknowledged and lost", value: missing + total(ledgers, "lost"), unit: "", target: { atMost: 0 } },
      { name: "delivered twice", value: total(ledgers, "duplicated"), unit: "", target: { atMost: 0 } },
      { name: "places in the order that differ", value: total(ledgers, "reordered"), unit: "", target: { atMost: 0 } },
      { name: "gaps in the chain of events", value: total(ledgers, "gaps"), unit: "", target: { atMost: 0 } },
      { name: "answers that changed", value: total(ledgers, "answersChanged"), unit: "", target: { atMost: 0 } },
      { name: "median start", value: quantile(ready, 0.5), unit: "s" },
      { name: "slowest start", value: Math.max(...ready), unit: "s", target: { atMost: 2 } },
    ];
  },
};

/** All members come and send until the relay is gone. */
function serve(relay: Relay, members: readonly Member[], onReady: (seconds: number) => void) {
  const begun = relay.ready().then(async ({ url, seconds }) => {
    onReady(seconds);
    await Promise.all(members.map((member) => member.connect(url)));
  });
  const ended = begun
    .then(() => Promise.all(members.map((member) => member.send({ lanes: LANES, fresh: true }))))
    // A blow while it starts: then it never served, or not everybody was back.
    .catch(async (error: Error) => {
      if (error instanceof CallError || (await relay.exit) !== KILLED) throw error;
    });
  // Whoever waits for the beginning hears of it there.
  ended.catch(() => undefined);
  return { begun, ended };
}

/** Exit status of a process that SIGKILL ended. */
const KILLED = 128 + 9;

/** Everybody sends what is not acknowledged, and waits; how much is missing then. */
async function settle(relay: Relay, members: readonly Member[]): Promise<number> {
  const { url } = await relay.ready();
  await Promise.all(members.map((member) => member.connect(url)));
  await Promise.all(members.map((member) => member.send({ lanes: LANES, fresh: false })));
  const missing = () => members.reduce((sum, one) => sum + one.missing(sessionOf(members, one)), 0);
  await until(() => missing() === 0, SETTLING);
  await Promise.all(members.map((member) => member.repeat()));
  await Promise.all(members.map((member) => member.close()));
  return missing();
}

const sessionOf = (members: readonly Member[], { ledger }: Member) => members.filter((one) => one.ledger === ledger);

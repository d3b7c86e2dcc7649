import { SeededRandom } from "@countersign/testkit";
import { address, Client } from "../client.ts";
import { crowd, forAll } from "../crowd.ts";
import { type Member, total } from "../member.ts";
import type { Figure, Proof } from "../proof.ts";
import { Relay, temporaryFolder } from "../relay.ts";
import { sleep, timed, until, within } from "../wait.ts";

const MEMBERS = 5;
/** Milliseconds between two messages of a client. */
const PAUSE = 500;
/** Milliseconds within which a client comes back, as the spec asks it to: after a short random time. */
const RETURN = 1_000;
/** Seconds within which everybody has to be back. */
const LIMIT = 10;

/** The relay is asked to stop while everybody speaks, and another one takes over its folder. */
export const c5: Proof = {
  id: "c5",
  title: "SIGTERM while all are connected",
  async run(scale, { seed, progress }): Promise<readonly Figure[]> {
    const clients = scale === "quick" ? 200 : 1_000;
    const drain = scale === "quick" ? 4 : 10;
    const random = new SeededRandom(seed);
    const data = temporaryFolder();
    const { ledgers, members } = crowd({ sessions: clients / MEMBERS, size: MEMBERS });

    const first = new Relay({ data, args: ["--drain", String(drain)] });
    const { url } = await first.ready();
    progress("connecting");
    await forAll(members, 100, (member) => member.connect(url));
    const sending = members.map((member) => member.send({ lanes: 1, fresh: true, pause: PAUSE }));
    await sleep(2 * PAUSE);

    progress("draining");
    const began = performance.now();
    const closings = members.map(async (member) => {
      const code = await member.closed();
      return { code, after: (performance.now() - began) / 1_000 };
    });
    const stopped = timed(() => first.end("SIGTERM"));
    await sleep(100);
    const isTaken = await Client.connect(url, { from: address(900) }).then(
      () => 1,
      () => 0,
    );
    const [seconds, status] = await stopped;
    const closed = await Promise.all(closings);
    await Promise.all(sending);

    progress("coming back");
    const second = new Relay({ data });
    const next = await second.ready();
    const back = await Promise.all(
      members.map(async (member) => {
        const delay = random.integer(RETURN);
        const [took, done] = await timed(() => within(LIMIT, comeBack(member, next.url, delay)));
        return done === true ? took : Number.POSITIVE_INFINITY;
      }),
    );
    await Promise.all(members.map((member) => member.send({ lanes: 4, fresh: false })));
    const missing = () =>
      ledgers.reduce((sum, _, i) => sum + missingIn(members.slice(i * MEMBERS, (i + 1) * MEMBERS)), 0);
    await until(() => missing() === 0, LIMIT);
    const lost = missing() + total(ledgers, "lost");
    await second.end("SIGKILL");

    const inTime = back.filter(Number.isFinite);
    const early = closed.filter(({ after }) => after < drain / 2).length;
    return [
      { name: "clients", value: clients, unit: "" },
      { name: "messages acknowledged", value: total(ledgers, "acknowledged"), unit: "", target: { atLeast: clients } },
      { name: "connections taken while it drains", value: isTaken, unit: "", target: { atMost: 0 } },
      {
        name: "closed with 1012",
        value: percent(
          closed.filter(({ code }) => code === 1012),
          closed,
        ),
        unit: "%",
        target: all,
      },
      {
        name: "of these in the first half of the drain",
        value: (100 * early) / clients,
        unit: "%",
        target: { atLeast: 40, atMost: 60 },
      },
      { name: "exit status", value: status, unit: "", target: { atMost: 0 } },
      { name: "gone after SIGTERM", value: seconds, unit: "s", target: { atMost: drain + 2 } },
      { name: "ready again", value: next.seconds, unit: "s", target: { atMost: 2 } },
      { name: `resumed within ${LIMIT} s`, value: percent(inTime, back), unit: "%", target: all },
      { name: "the last one resumed after", value: Math.max(...back), unit: "s", target: { atMost: LIMIT } },
      { name: "acknowledged and lost", value: lost, unit: "", target: { atMost: 0 } },
      { name: "delivered twice", value: total(ledgers, "duplicated"), unit: "", target: { atMost: 0 } },
      { name: "places in the order that differ", value: total(ledgers, "reordered"), unit: "", target: { atMost: 0 } },
    ];
  },
};

const all = { atLeast: 100, atMost: 100 };

const percent = (some: readonly unknown[], of: readonly unknown[]): number => (100 * some.length) / of.length;

const missingIn = (session: readonly Member[]) => session.reduce((sum, member) => sum + member.missing(session), 0);

async function comeBack(member: Member, url: string, delay: number): Promise<true> {
  await sleep(delay);
  await member.connect(url);
  return true;
}

import { copyFileSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SeededRandom } from "@countersign/testkit";
import { address, CallError, Client, encode, secret, uuid } from "../client.ts";
import { member } from "../member.ts";
import type { Figure, Proof } from "../proof.ts";
import { Relay, temporaryFolder } from "../relay.ts";
import { until } from "../wait.ts";

const FLIPS = { quick: 60, full: 1_000 };
const SESSIONS = 6;
const MEMBERS = 3;
const MESSAGES = 30;
/** Characters of a body: some are longer than a page of the database. */
const BODIES = [40, 400, 6_000];
/** Seconds that a relay may take to give a member everything. */
const PATIENCE = 10;
const RATES = ["--messages-per-second", "1000000", "--address-messages-per-second", "1000000"];

/** What a member was sent, by seq. */
type Seen = ReadonlyMap<number, string>;

/** Bits of the database fall over. Whatever a relay delivers out of it has to be what was sent. */
export const c4: Proof = {
  id: "c4",
  title: "bit flips in the database",
  async run(scale, { seed, progress }): Promise<readonly Figure[]> {
    const random = new SeededRandom(seed);
    const original = temporaryFolder();
    await fill(original);
    const truth = await readAll(original);
    if (typeof truth === "string") throw new Error(truth);
    const sum = { altered: 0, withheld: 0, delivered: 0, refused: 0, ended: 0, silent: 0 };
    for (let flip = 1; flip <= FLIPS[scale]; flip++) {
      progress(`flip ${flip} of ${FLIPS[scale]}, ${sum.refused} sessions refused`);
      const data = temporaryFolder();
      copy(original, data, random);
      const found = await readAll(data);
      rmSync(data, { recursive: true });
      if (typeof found === "string") {
        sum.ended++;
        if (!/relay\.db|data directory/.test(found)) sum.silent++;
        continue;
      }
      for (const [place, expected] of truth) {
        const seen = found.get(place);
        if (seen === undefined || seen.refusal !== undefined) sum.refused++;
        else if (seen.events.size < expected.events.size) sum.withheld++;
        for (const [seq, event] of seen?.events ?? []) {
          sum.delivered++;
          if (expected.events.get(seq) !== event) sum.altered++;
        }
      }
    }
    const places = (FLIPS[scale] - sum.ended) * truth.size;
    return [
      { name: "bits flipped, one a start", value: FLIPS[scale], unit: "" },
      { name: "events delivered", value: sum.delivered, unit: "", target: { atLeast: FLIPS[scale] } },
      { name: "events that were altered", value: sum.altered, unit: "", target: { atMost: 0 } },
      { name: "members with a part missing and no refusal", value: sum.withheld, unit: "", target: { atMost: 0 } },
      { name: "members refused", value: (100 * sum.refused) / Math.max(1, places), unit: "%" },
      { name: "starts refused", value: (100 * sum.ended) / FLIPS[scale], unit: "%" },
      { name: "starts refused without saying why", value: sum.silent, unit: "", target: { atMost: 0 } },
    ];
  },
};

/** Copies a database with one bit of it changed. */
function copy(from: string, to: string, random: SeededRandom): void {
  for (const name of readdirSync(from)) copyFileSync(join(from, name), join(to, name));
  const file = join(to, "relay.db");
  const bytes = readFileSync(file);
  const at = random.integer(statSync(file).size);
  bytes[at] = (bytes[at] ?? 0) ^ (1 << random.integer(8));
  writeFileSync(file, bytes);
}

/** Lets members talk, and ends the relay in order, so that all is in the one file. */
async function fill(data: string): Promise<void> {
  const relay = new Relay({ data, args: RATES });
  const { url } = await relay.ready();
  await Promise.all(
    places().map(async ({ session, number }) => {
      const client = await Client.connect(url, { from: address(session * MEMBERS + number) });
      await client.call("Session.open", opening(session, number));
      for (let cseq = 1; cseq <= MESSAGES; cseq++) {
        const length = BODIES[cseq % BODIES.length] ?? 0;
        const envelopes = [{ to: 0, body: encode(`${session}:${number}:${cseq}`.padEnd(length, ".")) }];
        await client.call("Session.message", { session: sessionId(session), cseq, envelopes });
      }
      await client.close();
    }),
  );
  await relay.end("SIGTERM");
}

/** What each member is given by a relay that starts with a database, or what the relay says instead of starting. */
async function readAll(data: string): Promise<Map<string, { events: Seen; refusal: string | undefined }> | string> {
  const relay = new Relay({ data, args: RATES });
  let url: string;
  try {
    ({ url } = await relay.ready());
  } catch {
    await relay.exit;
    return relay.complaint;
  }
  const read = async ({ session, number }: Place) => {
    const events = new Map<number, string>();
    let isClosed = false;
    const client = await Client.connect(url, {
      from: address(session * MEMBERS + number),
      onEvent: ({ name, params }) => {
        if (typeof params["seq"] === "number") events.set(params["seq"], JSON.stringify([name, params]));
      },
    });
    let refusal: string | undefined;
    try {
      const resuming = { session: sessionId(session), token: opening(session, number).token, after: 0 };
      await client.call("Session.resume", resuming);
      client.closed.then(() => {
        isClosed = true;
      });
      await until(() => isClosed || events.size >= EVENTS, PATIENCE);
      if (isClosed) refusal = "closed";
    } catch (error) {
      refusal = error instanceof CallError ? error.code : "closed";
    }
    await client.close();
    return [`${session}:${number}`, { events, refusal }] as const;
  };
  const found = new Map(await Promise.all(places().map(read)));
  await relay.end("SIGKILL");
  return found;
}

/** Of a member: the others' coming, and their messages. */
const EVENTS = (MEMBERS - 1) * (1 + MESSAGES);

interface Place {
  readonly session: number;
  readonly number: number;
}

const places = (): Place[] =>
  Array.from({ length: SESSIONS * MEMBERS }, (_, i) => ({
    session: Math.floor(i / MEMBERS),
    number: 1 + (i % MEMBERS),
  }));

const sessionId = (session: number) => uuid(0x200 + session);

const opening = (session: number, number: number) => ({
  ...member(number, MEMBERS),
  group: uuid(0x100 + session),
  session: sessionId(session),
  token: secret(0x1000 + session * MEMBERS + number),
});

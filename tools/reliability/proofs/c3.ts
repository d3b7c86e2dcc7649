import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { SeededRandom } from "@countersign/testkit";
import { address, CallError, Client, encode, secret, uuid } from "../client.ts";
import { member } from "../member.ts";
import type { Figure, Proof } from "../proof.ts";
import { Relay, temporaryFolder } from "../relay.ts";
import { until, within } from "../wait.ts";

/** Up to which call of its kind one fails. */
const CALLS = 500;
const QUICK_SAMPLE = 25;
const SENDERS = 2;
/** Messages of a sender beyond those with which the failing call is reached: the store has to work again. */
const BEYOND = 20;
/** Seconds that a relay may take to answer, to start and to give everything. */
const PATIENCE = 20;
const SESSION = uuid(2);
const RATES = ["--messages-per-second", "1000000", "--address-messages-per-second", "1000000"];
/** Calls that change what is on the disk. `write` is none of them: with it, threads wake each other and clients are sent to. */
const DISK = "pwrite64,pwritev,fsync,fdatasync,ftruncate";

/** One run: from which call on calls fail, and how many. */
interface Fault {
  readonly error: "EIO" | "ENOSPC";
  readonly first: number;
  readonly count: number;
}

/** What was acknowledged, by `SENDER:CSEQ`, and how it went on. */
interface Outcome {
  readonly acknowledged: ReadonlyMap<string, number>;
  readonly refused: number;
  /** Whether all was sent in the end, the relay ended before, or did neither. */
  readonly end: "worked" | "ended" | "hung";
}

/** Calls to the system fail while the relay writes. Whatever it acknowledged all the same has to be there afterwards. */
export const c3: Proof = {
  id: "c3",
  title: "input/output errors and a full disk at the k-th call to the system",
  async run(scale, { seed, progress }): Promise<readonly Figure[]> {
    execFileSync("strace", ["--version"], { stdio: "ignore" });
    const random = new SeededRandom(seed);
    const points = scale === "full" ? count(CALLS) : count(QUICK_SAMPLE).map(() => 1 + random.integer(CALLS));
    const sum = { acknowledged: 0, refused: 0, false: 0, changed: 0, ended: 0, hung: 0, corrupt: 0 };
    for (const [i, first] of points.entries()) {
      progress(`run ${i + 1} of ${points.length}, ${sum.acknowledged} acknowledged`);
      const data = temporaryFolder();
      const { acknowledged, refused, end } = await runWith(faultOf(first, i), data);
      sum.acknowledged += acknowledged.size;
      sum.refused += refused;
      if (end !== "worked") sum[end]++;
      const kept = await readAll(data);
      rmSync(data, { recursive: true });
      if (kept === undefined) sum.corrupt++;
      for (const [message, seq] of acknowledged) {
        const found = kept?.get(message);
        if (found === undefined) sum.false++;
        else if (found !== seq) sum.changed++;
      }
    }
    return [
      { name: "runs", value: points.length, unit: "" },
      { name: "messages acknowledged", value: sum.acknowledged, unit: "", target: { atLeast: points.length } },
      { name: "calls refused", value: sum.refused, unit: "" },
      { name: "runs that the relay ended", value: sum.ended, unit: "" },
      { name: "runs in which it neither worked again nor ended", value: sum.hung, unit: "", target: { atMost: 0 } },
      { name: "acknowledged and lost", value: sum.false, unit: "", target: { atMost: 0 } },
      { name: "acknowledged and at another place", value: sum.changed, unit: "", target: { atMost: 0 } },
      { name: "databases that cannot be used after it", value: sum.corrupt, unit: "", target: { atMost: 0 } },
    ];
  },
};

/** A different kind with each run: one call fails, or ten in a row. */
function faultOf(first: number, index: number): Fault {
  return { error: index % 2 === 0 ? "EIO" : "ENOSPC", first, count: index % 4 < 2 ? 1 : 10 };
}

async function runWith({ error, first, count: failing }: Fault, data: string): Promise<Outcome> {
  const when = `when=${first}..${first + failing - 1}`;
  const strace = ["strace", "-D", "-f", "-qq", "-o", "/dev/null", "-e", `trace=${DISK}`] as const;
  const relay = new Relay({ data, args: RATES, under: [...strace, "-e", `inject=${DISK}:error=${error}:${when}`] });
  const acknowledged = new Map<string, number>();
  let refused = 0;
  let isGone = false;
  void relay.exit.then(() => {
    isGone = true;
  });
  const send = async (url: string, sender: number) => {
    let client: Client | undefined;
    let isOpen = false;
    let cseq = 0;
    // Also a connection may break by it; who comes back sends again what was not answered.
    while (cseq < first + BEYOND) {
      try {
        client ??= await Client.connect(url, { from: address(sender) });
        if (!isOpen) await client.call("Session.open", opening(sender));
        isOpen = true;
        const envelopes = [{ to: 0, body: encode(`${sender}:${cseq + 1}`) }];
        const message = { session: SESSION, cseq: cseq + 1, envelopes };
        const { seq } = await client.call<{ seq: number }>("Session.message", message);
        acknowledged.set(`${sender}:${++cseq}`, seq);
      } catch (error) {
        if (error instanceof CallError && error.code === "relay.unavailable") refused++;
        else if (error instanceof CallError || isGone) throw error;
        else [client, isOpen] = [undefined, false];
      }
    }
  };
  const worked = relay
    .ready()
    .then(({ url }) => Promise.all(count(SENDERS).map((sender) => send(url, sender))))
    .then(
      () => true,
      () => false,
    );
  const isDone = (await within(PATIENCE + first / 20, worked)) === true;
  const isKilled = (await relay.end("SIGKILL")) === KILLED;
  return { acknowledged, refused, end: isDone ? "worked" : isKilled ? "hung" : "ended" };
}

/** Exit status of a process that SIGKILL ended. */
const KILLED = 128 + 9;

/** Everything that a relay without faults has of the session, undefined if it does not start. */
async function readAll(data: string): Promise<ReadonlyMap<string, number> | undefined> {
  const kept = new Map<string, number>();
  const relay = new Relay({ data, args: RATES });
  try {
    const { url } = await relay.ready();
    let last = 0;
    const client = await Client.connect(url, {
      onEvent: ({ params }) => {
        last = params["seq"] as number;
        for (const body of (params["bodies"] ?? []) as string[])
          kept.set(Buffer.from(body, "base64url").toString(), last);
      },
    });
    // Somebody who was never there is given everything, but for its own coming, which is the newest event.
    const { seq } = await client.call<{ seq: number }>("Session.open", opening(SENDERS + 1));
    await until(() => last >= seq - 1, PATIENCE);
    await client.close();
    await relay.end("SIGTERM");
    return kept;
  } catch {
    return undefined;
  }
}

const opening = (number: number) => ({
  ...member(number, SENDERS + 1),
  group: uuid(1),
  session: SESSION,
  token: secret(0x100 + number),
});

const count = (most: number) => Array.from({ length: most }, (_, i) => i + 1);

import { hash, randomBytes, randomUUID } from "node:crypto";
import { statSync } from "node:fs";
import { join } from "node:path";
import { appended, encodeEntry, type GroupEntry, type RegistryEntry } from "@countersign/relay";
import { openSqliteStore } from "@countersign/relay-server";
import { Client } from "../client.ts";
import type { Figure, Proof } from "../proof.ts";
import { Relay, temporaryFolder } from "../relay.ts";

const SESSIONS = 100_000;
/** Sessions that are written at once. */
const PORTION = 5_000;
const RUNS = { quick: 3, full: 9 };

/** The relay starts with a database of many sessions, of two members each and of a group each. */
export const coldStart: Proof = {
  id: "cold-start",
  title: "start with 100,000 sessions",
  async run(scale, { progress, note }): Promise<readonly Figure[]> {
    const data = temporaryFolder();
    progress("writing the database");
    const last = await fill(data);
    const empty = await start({});
    const runs: { readonly seconds: number; readonly megabytes: number }[] = [];
    for (let run = 0; run < RUNS[scale]; run++) {
      progress(`start ${run + 1} of ${RUNS[scale]}`);
      runs.push(await start({ data, last }));
    }
    const seconds = runs.map((run) => run.seconds).sort((a, b) => a - b);
    note(`starts took ${seconds.map((value) => value.toFixed(2)).join(", ")} s`);
    const megabytes = Math.max(...runs.map((run) => run.megabytes));
    return [
      { name: "sessions", value: SESSIONS, unit: "" },
      { name: "database", value: statSync(join(data, "relay.db")).size / 2 ** 20, unit: "MiB" },
      { name: "ready, median", value: seconds[seconds.length >> 1] ?? Number.NaN, unit: "s", target: { atMost: 2 } },
      { name: "ready, nothing in it", value: empty.seconds, unit: "s" },
      { name: "memory when ready", value: megabytes, unit: "MiB" },
      { name: "memory of a session", value: ((megabytes - empty.megabytes) * 1_024) / SESSIONS, unit: "KiB" },
    ];
  },
};

interface Last {
  readonly session: string;
  readonly token: string;
}

/** Starts a relay, and lets a member come back to the last session that was written: it has to be there. */
async function start({ data, last }: { readonly data?: string; readonly last?: Last }) {
  const relay = new Relay({ ...(data === undefined ? {} : { data }) });
  const { url, seconds } = await relay.ready();
  const megabytes = relay.residentMegabytes();
  if (last !== undefined) {
    const client = await Client.connect(url);
    await client.call("Session.resume", { ...last, after: 0 });
    await client.close();
  }
  await relay.end("SIGTERM");
  return { seconds, megabytes };
}

/** Writes the logs that clients would have left. */
async function fill(data: string): Promise<Last> {
  const store = await openSqliteStore(data);
  const append = (log: string, entry: GroupEntry | RegistryEntry) => appended(store, log, encodeEntry(entry));
  const token = randomBytes(32);
  let session = "";
  for (let made = 0; made < SESSIONS; made += PORTION) {
    const appends: Promise<number>[] = [];
    for (let i = 0; i < PORTION; i++) {
      const group = randomUUID();
      session = randomUUID();
      appends.push(append("registry", { type: "group", group }));
      for (let member = 1; member <= 2; member++) {
        const isKnown = made + i === SESSIONS - 1 && member === 1;
        appends.push(append(`group/${group}`, openEntry(session, isKnown ? hashOf(token) : random())));
      }
    }
    await Promise.all(appends);
  }
  await store.close();
  return { session, token: token.toString("base64url") };
}

function openEntry(session: string, token: string): GroupEntry {
  const parameters = { kind: "sign", parties: 2, threshold: 2 } as const;
  const member = { eid: random(), versions: "AQ", token };
  return { type: "open", ...parameters, session, fresh: randomUUID(), life: 1_800, ...member };
}

const random = () => randomBytes(32).toString("base64url");

/** What a relay keeps of a token, by section 10 of the document. */
const hashOf = (token: Uint8Array) =>
  hash("sha256", Buffer.concat([Buffer.from("countersign relay token\0"), token]), "base64url");

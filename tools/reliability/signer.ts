// One of those who sign with a key, until the process is killed: signer.ts FOLDER RELAY NUMBER. Each line `sign SESSION`
// on stdin is a signing in that session, which is taken up from what is in the folder if there is anything. What others
// are heard to say in it is told by its hash.
import { createHash } from "node:crypto";
import { readFileSync, writeSync } from "node:fs";
import { createInterface } from "node:readline";
import { SealedJournals } from "@countersign/cli/sealed-journals";
import { openSession, RelayConnection, resumeSession, runCeremony, type SessionEvent } from "@countersign/client";
import { nodeBackend } from "@countersign/noise/node";
import { frostSign, keyGroup } from "@countersign/signing";
import { encodeHex, utf8 } from "@countersign/wire";
import { holderOf } from "./key-file.ts";

const [folder = "", url = "", number = ""] = process.argv.slice(2);
const holder = holderOf(readFileSync(`${folder}/${number}.json`, "utf8"));
const { share, pins, self } = holder;
const randomBytes = (length: number) => crypto.getRandomValues(new Uint8Array(length));
/** What a statement of a ceremony begins with: its type, the chain and the signature (spec 0005, section 2). */
const STATEMENT = { type: 1, head: 1 + 32 + 64 };

/** A line is out of this process before anything behind it happens. */
const say = (...words: readonly (string | number)[]) => writeSync(1, `${words.join(" ")}\n`);

createInterface(process.stdin).on("line", (line) => {
  const [, id = ""] = line.split(" ");
  sign(id).catch((error: unknown) => say("failed", id, String(error)));
});
say("loaded");

async function sign(id: string): Promise<void> {
  const relay = new RelayConnection({ url });
  const journals = new SealedJournals({ directory: `${folder}/${number}-${id}`, key: async () => holder.journalKey });
  const [listed] = await journals.list();
  const taken = listed === undefined ? undefined : await journals.open(listed.id);
  const journal = taken?.journal ?? (await journals.begin({}));
  const signers = [share.number, ...pins.map((pin) => pin.number)].sort((a, b) => a - b).slice(0, share.threshold);
  const place = { group: keyGroup(share), session: bytesOf(id), number: share.number, pins };
  const key = { ...place, kind: "sign", parties: signers.length, threshold: share.threshold } as const;
  const session =
    taken === undefined
      ? await openSession({ relay, journal, backend: nodeBackend, key, self })
      : await resumeSession({ relay, journal, backend: nodeBackend, record: taken.saved.record });
  const events = session.events();
  const ready = await readyOf(events);
  say("ready", id);
  const checkpoint = taken?.saved.checkpoint;
  const proposal = share.number === signers[0] ? { proposal: { kind: "bytes", bytes: utf8(id) } as const } : {};
  const { transcript } = ready;
  const run = runCeremony({
    session,
    events: overheard(events, id),
    ready,
    self,
    protocol: frostSign({ share, signers, transcript, ...proposal, approve: () => true, randomBytes }),
    journal: {
      async write(bytes) {
        await journal.keep(bytes);
        say("kept", id);
      },
    },
    ...(checkpoint === undefined ? {} : { checkpoint }),
  });
  const { result } = await run.result;
  if (result.kind === "message") say("signed", id, encodeHex(result.signature));
  await run.close();
  await journal.end(true);
  relay.close();
  say("over", id);
}

async function readyOf(events: AsyncIterable<SessionEvent>): Promise<Extract<SessionEvent, { type: "ready" }>> {
  for await (const event of events) {
    if (event.type === "ready") return event;
    if (event.type === "failed" || event.type === "ended") throw new Error(JSON.stringify(event));
  }
  throw new Error("the session ended before it was ready");
}

/** Tells whatever is said to all in a round, before the ceremony hears it. */
async function* overheard(events: AsyncIterable<SessionEvent>, id: string): AsyncGenerator<SessionEvent> {
  for await (const event of events) {
    if (event.type === "message" && event.bytes[0] === STATEMENT.type) {
      const body = createHash("sha256").update(event.bytes.subarray(STATEMENT.head)).digest("hex");
      say("heard", id, event.from, event.round, body);
    }
    yield event;
  }
}

function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

// One of two parties that send to each other without end, until the process is killed: survivor.ts FOLDER RELAY LABEL
// [CODE]. The first life pairs: without a code it makes one and says it. Every later one takes the session up from what
// is in the folder. The line `stop` on stdin: sends no more, and says so when everything has arrived.
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync, writeSync } from "node:fs";
import { createInterface } from "node:readline";
import { SealedJournals } from "@countersign/cli/sealed-journals";
import {
  claimInvitation,
  createInvitation,
  generateIdentity,
  openSession,
  RelayConnection,
  resumeSession,
  type Session,
} from "@countersign/client";
import { parseCode } from "@countersign/handshake";
import { nodeBackend } from "@countersign/noise/node";
import { utf8 } from "@countersign/wire";
import { sleep } from "./wait.ts";

const [folder = "", url = "", label = "", code] = process.argv.slice(2);
/** SAS messages in front of the first message of the application: commitment, reveal, confirmation. */
const SAS_MESSAGES = 3;
/** Messages that may be under way: no more than the relay lets pass, or they pile up while the other one is away. */
const WINDOW = 16;
/** One message in so many is longer than a frame. */
const LONG = 8;

/** A line is out of this process before anything behind it happens. */
const say = (...words: readonly (string | number)[]) => writeSync(1, `${words.join(" ")}\n`);

/** Says which nonce of which key is used, so that somebody can see that none ever is twice. */
const backend: typeof nodeBackend = {
  ...nodeBackend,
  cipher(name) {
    const functions = nodeBackend.cipher(name);
    return {
      ...functions,
      importKey(k) {
        const key = functions.importKey(k);
        const id = createHash("sha256").update(k).digest("hex").slice(0, 24);
        return {
          open: (n, ad, ciphertext) => key.open(n, ad, ciphertext),
          destroy: () => key.destroy(),
          seal(n, ad, plaintext) {
            say("sealed", `${id}.${n}`);
            return key.seal(n, ad, plaintext);
          },
        };
      },
    };
  },
};

/** The key of the journals, as the program would keep it. */
function journalKey(): Uint8Array {
  const path = `${folder}/${label}.key`;
  try {
    return new Uint8Array(readFileSync(path));
  } catch {
    const key = generateIdentity().noiseStatic.privateKey;
    writeFileSync(path, key);
    return key;
  }
}

const journals = new SealedJournals({ directory: `${folder}/${label}`, key: async () => journalKey() });
const relay = new RelayConnection({ url });
let next = 1;
const session = await meet();
let stopped = false;
createInterface(process.stdin).on("line", () => {
  stopped = true;
});

for await (const event of session.events()) {
  if (event.type === "sas") session.confirm(true);
  else if (event.type === "up") say("linked");
  else if (event.type === "ready") {
    say("ready");
    void send(session);
  } else if (event.type === "message") {
    say("got", event.seq, new TextDecoder().decode(event.bytes.subarray(0, 20)).trim(), event.bytes.length);
    session.taken(event.seq);
  } else if (event.type === "failed" || event.type === "ended") {
    say("over", JSON.stringify(event));
    process.exit(1);
  }
}

async function meet(): Promise<Session> {
  const [saved] = await journals.list();
  if (saved !== undefined) {
    const { journal, saved: known } = await journals.open(saved.id);
    next = Number(known.record.history.peers[0]?.posted ?? 0n) - SAS_MESSAGES + 1;
    say("resuming");
    return await resumeSession({ relay, journal, backend, record: known.record });
  }
  const self = { label, identity: generateIdentity() };
  const journal = await journals.begin({});
  if (code === undefined) {
    const invitation = await createInvitation(relay, { kind: "exchange" });
    say("code", invitation.spoken);
    return await openSession({ relay, invitation, self, journal, backend });
  }
  const parsed = parseCode(code);
  if (!parsed.ok) throw new Error(parsed.detail);
  return await openSession({ relay, invitation: await claimInvitation(relay, parsed.code), self, journal, backend });
}

async function send(to: Session): Promise<void> {
  for (; !stopped; next++) {
    to.send({ bytes: utf8(`${next}`.padEnd(next % LONG === 0 ? 40_000 : 20)) });
    await to.kept();
    say("kept", next);
    if (next % WINDOW === 0) await to.delivered();
    await sleep(next % 3);
  }
  await to.delivered();
  say("delivered");
}

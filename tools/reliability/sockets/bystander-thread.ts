// Two members of a session of each dialect that speak all the time and note how long it takes until they are heard. In
// a thread of its own, so that what an attack costs the attacker is not taken for what it costs them.
import { parentPort, workerData } from "node:worker_threads";
import { type Answer, address, Client, type Event, encode, secret, uuid } from "../client.ts";
import { sleep } from "../wait.ts";

const { url } = workerData as { url: string };
/** Milliseconds between two messages of a session. */
const PAUSE = 25;
/** Milliseconds after which a message is taken for lost, until it comes. */
const GIVEN_UP = 5_000;
/** Far away from the addresses that attacks come from. */
const FROM = 60_000;

/** When each message that was not heard yet was sent. */
const underway = new Map<string, number>();
let slowest = 0;
let heard = 0;
let lost = 0;
let refused = 0;

/** Messages that are not waited for any more. */
const missing = new Set<string>();

function hear(key: string): void {
  missing.delete(key);
  const began = underway.get(key);
  if (began === undefined) return;
  underway.delete(key);
  slowest = Math.max(slowest, performance.now() - began);
  heard++;
}

/** Whatever a call was answered; if it was refused, that is noted. */
function answered(answer: Promise<Answer>): void {
  answer.then(({ error }) => error && refused++).catch(() => undefined);
}

/** Somebody who says something as often as it is called. */
type Speaker = (count: number) => void;

async function v1(): Promise<Speaker> {
  const session = uuid(0xb1);
  /** The newest event that the listener has, and the newest message of the speaker's that was taken. */
  const newest = { heard: 0, answered: 0 };
  const onEvent = ({ name, params }: Event) => {
    newest.heard = Math.max(newest.heard, Number(params["seq"] ?? 0));
    if (name === "message") for (const body of params["bodies"] as string[]) hear(body);
  };
  const speaker = await Client.connect(url, { from: address(FROM + 1) });
  const listener = await Client.connect(url, { from: address(FROM + 2), onEvent });
  for (const [i, client] of [speaker, listener].entries()) {
    const place = { group: uuid(0xb0), session, kind: "exchange", parties: 2, threshold: 2 };
    await client.call("Session.open", { ...place, eid: secret(0xb2 + i), versions: "AQ", token: secret(0xb4 + i) });
    void client.closed.then(() => lost++);
  }
  const speak = async (cseq: number, body: string) => {
    const envelopes = [{ to: 0, body }];
    const answer = await speaker.ask("Session.message", { session, cseq, envelopes });
    newest.answered = Math.max(newest.answered, Number((answer.result as { seq: number } | undefined)?.seq ?? 0));
    return answer;
  };
  return (cseq) => {
    const body = encode(`message ${cseq}`);
    underway.set(body, performance.now());
    answered(speak(cseq, body));
    if (cseq % 100 > 0) return;
    answered(speaker.ask("Session.ack", { session, seq: newest.answered }));
    answered(listener.ask("Session.ack", { session, seq: newest.heard }));
  };
}

async function mpc(): Promise<Speaker> {
  const onEvent = ({ name, params }: Event) => {
    if (name === "sessionMessage") hear((params["payload"] as { body: string }).body);
  };
  const connect = (n: number) => Client.connect(url, { from: address(FROM + n), dialect: "mpc-websocket", onEvent });
  const clients = await Promise.all([3, 4].map(connect));
  const [speaker, listener] = clients as [Client, Client];
  const group = await speaker.call<string>("Group.create", ["bystanders", { parties: 2, threshold: 1 }]);
  await listener.call("Group.join", group);
  const { uuid: session } = await speaker.call<{ uuid: string }>("Session.create", [group, "keygen", null]);
  for (const client of clients) {
    await client.call("Session.signup", [group, session, "keygen"]);
    void client.closed.then(() => lost++);
  }
  return (count) => {
    const body = `message ${count}`;
    underway.set(body, performance.now());
    const message = { round: 1, sender: 1, receiver: null, uuid: session, body };
    answered(speaker.ask("Session.message", [group, session, "keygen", message]));
  };
}

const speakers = [await v1(), await mpc()];
parentPort?.on("message", () => {
  // What is still not heard counts as long as it has taken by now.
  const now = performance.now();
  for (const [key, began] of underway) {
    slowest = Math.max(slowest, now - began);
    if (now - began < GIVEN_UP) continue;
    underway.delete(key);
    missing.add(key);
  }
  parentPort?.postMessage({ slowest: slowest / 1_000, heard, lost, refused, missing: [...missing] });
  slowest = 0;
  heard = 0;
});
parentPort?.postMessage("ready");
for (let count = 1; ; count++) {
  for (const speak of speakers) speak(count);
  await sleep(PAUSE);
}

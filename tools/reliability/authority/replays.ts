import type { SeededRandom } from "@countersign/testkit";
import { address, Client, type Event, secret, uuid } from "../client.ts";
import { Opcode } from "../sockets/frame.ts";
import { RawSocket } from "../sockets/raw-socket.ts";
import { type Dialect, request } from "../texts/case.ts";
import { until } from "../wait.ts";

/** Connections that replay, and replays of each of them at a time: a burst that the relay reads at once. */
const CONNECTIONS = 100;
const BURST = 50;

/** What came of the replays. */
export interface Replayed {
  readonly sent: number;
  /** Answered without an error. */
  readonly accepted: number;
  /** Events that the members were sent because of them. */
  readonly heard: number;
  /** Replays without any answer. */
  readonly unanswered: number;
}

/** What two members said to the relay, word by word, and what they are told from then on. */
interface Recording {
  readonly dialect: Dialect;
  /** Without what carries a token: that one is what the member is known by, and whoever has it is the member. */
  readonly texts: readonly string[];
  readonly heard: Event[];
}

/** Says again, from other connections, what members of each dialect have said. */
export async function replay(url: string, count: number, random: SeededRandom): Promise<Replayed> {
  const recordings = [await recordV1(url), await recordMpc(url)];
  let [sent, accepted, unanswered] = [0, 0, 0];
  const sockets = await Promise.all(
    Array.from({ length: CONNECTIONS }, async (_, i) => {
      const recording = recordings[i % recordings.length] as Recording;
      const raw = await RawSocket.open(url, { dialect: recording.dialect, from: address(40_000 + i) });
      // Who has made no call that works is not listened to for long.
      raw.send({ payload: request("Invitation.create", '["exchange",2,2]') });
      await raw.next(Opcode.text);
      return { recording, raw };
    }),
  );
  while (sent < count) {
    await Promise.all(
      sockets.map(async ({ recording, raw }) => {
        raw.frames.length = 0;
        for (let i = 0; i < BURST; i++) raw.send({ payload: random.pick(recording.texts) });
        sent += BURST;
        await until(() => raw.frames.length >= BURST || raw.isGone, 20);
        unanswered += BURST - raw.frames.length;
        accepted += raw.frames.filter(({ payload }) => !payload.includes('"error":{')).length;
      }),
    );
  }
  for (const { raw } of sockets) raw.destroy();
  return { sent, accepted, unanswered, heard: recordings.reduce((sum, { heard }) => sum + heard.length, 0) };
}

/** A client that keeps what it says. */
async function recorder(url: string, n: number, dialect: Dialect) {
  const texts: string[] = [];
  const heard: Event[] = [];
  const client = await Client.connect(url, {
    dialect,
    from: address(41_000 + n),
    onEvent: (event) => heard.push(event),
  });
  const { send } = client.webSocket;
  client.webSocket.send = (text: string) => {
    texts.push(text);
    Reflect.apply(send, client.webSocket, [text]);
  };
  return { client, texts, heard };
}

type Recorder = Awaited<ReturnType<typeof recorder>>;

/** Waits until all that was said has been heard, and forgets it. */
async function settled(recorders: readonly Recorder[], events: number): Promise<Event[]> {
  const all: Event[] = [];
  const count = () => recorders.reduce((sum, { heard }) => sum + heard.length, 0);
  if (!(await until(() => count() >= events, 5))) throw new Error(`${count()} of ${events} events were heard`);
  for (const { heard } of recorders) {
    heard.length = 0;
    heard.push = (...events) => all.push(...events);
  }
  return all;
}

async function recordV1(url: string): Promise<Recording> {
  const dialect = "countersign.v1";
  const both = [await recorder(url, 1, dialect), await recorder(url, 2, dialect)];
  const session = uuid(0xd1);
  for (const [i, { client }] of both.entries()) {
    const place = { group: uuid(0xd0), session, kind: "exchange", parties: 2, threshold: 2, versions: "AQ" };
    await client.call("Session.open", { ...place, eid: secret(0xd2 + i), token: secret(0xd4 + i) });
  }
  for (let cseq = 1; cseq <= 20; cseq++) {
    for (const { client } of both) {
      await client.call("Session.message", { session, cseq, envelopes: [{ to: 0, body: secret(cseq) }] });
      if (cseq % 5 === 0) await client.call("Session.ack", { session, seq: cseq });
    }
  }
  // Each hears that the other joined and its twenty messages, and the first one that the other came online.
  const heard = await settled(both, 2 + 40 + 1);
  return { dialect, heard, texts: both.flatMap(({ texts }) => texts).filter((text) => !text.includes('"token"')) };
}

async function recordMpc(url: string): Promise<Recording> {
  const dialect = "mpc-websocket";
  const [first, second] = [await recorder(url, 3, dialect), await recorder(url, 4, dialect)];
  const group = await first.client.call<string>("Group.create", ["", { parties: 2, threshold: 1 }]);
  const made = first.texts.length;
  await second.client.call("Group.join", group);
  const { uuid: session } = await first.client.call<{ uuid: string }>("Session.create", [group, "keygen", null]);
  for (const { client } of [first, second]) await client.call("Session.signup", [group, session, "keygen"]);
  for (let round = 1; round <= 20; round++) {
    for (const [i, { client }] of [first, second].entries()) {
      const message = { round, sender: i + 1, receiver: null, uuid: session, body: round };
      await client.call("Session.message", [group, session, "keygen", message]);
    }
  }
  for (const [i, { client }] of [first, second].entries()) await client.call("Session.finish", [group, session, i + 1]);
  // The session was made, both had signed up, forty messages, and it was closed for both.
  const heard = await settled([first, second], 1 + 2 + 40 + 2);
  // Anybody may make a group, and who asks for a place in a full one is sent away: neither is replayed.
  const joined = second.texts.filter((text) => !text.includes('"Group.join"'));
  return { dialect, heard, texts: [...first.texts.slice(made), ...joined] };
}

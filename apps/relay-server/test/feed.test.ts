import { applyToGroup, createGroup, type Envelope, type GroupEntry, type Payload } from "@countersign/relay";
import { beforeEach, describe, expect, it } from "vitest";
import { type EventCodec, Feed, type Place } from "../src/core/feed.ts";
import type { GroupHost } from "../src/core/group-host.ts";
import type { Outlet, Pump } from "../src/core/pump.ts";
import { type EventText, SharedText, SharedTexts, Tail } from "../src/core/shared-texts.ts";

/** A socket that takes what it is told to take. */
class Sink implements Outlet {
  room = Number.POSITIVE_INFINITY;
  readonly sent: string[] = [];
  readonly shared: SharedText[] = [];
  readonly errors: unknown[] = [];
  readonly due = new Set<Pump>();

  hasRoom(): boolean {
    return this.sent.length < this.room;
  }

  send(text: string): void {
    this.sent.push(text);
  }

  deliver(text: string | EventText): void {
    if (text instanceof SharedText) this.shared.push(text);
    this.send(typeof text === "string" ? text : text.text);
  }

  schedule(pump: Pump): void {
    this.due.add(pump);
  }

  broken(error: unknown): void {
    this.errors.push(error);
  }

  /** Lets everything happen that can. */
  async settle(): Promise<void> {
    for (let i = 0; i < 50; i++) {
      const due = [...this.due];
      this.due.clear();
      for (const pump of due) pump.run();
      await Promise.resolve();
    }
  }
}

const group = createGroup();
const log: GroupEntry[] = [];
let readEnvelopes: (
  envelopes: readonly Envelope[],
) => readonly Envelope[] | undefined | Promise<readonly Envelope[] | undefined>;

const host = {
  sessions: group.sessions,
  payload: (position: number): ReturnType<GroupHost["payload"]> => {
    const entry = log[position - 1];
    if (entry?.type !== "message") return undefined;
    const holding = (envelopes: readonly Envelope[] | undefined): Payload | undefined =>
      envelopes && { ...entry, envelopes };
    const read = readEnvelopes(entry.envelopes);
    return read instanceof Promise ? read.then(holding) : holding(read);
  },
} as unknown as GroupHost;
const codec: EventCodec = {
  encodeEvent: (_session, event, previous) => `${previous}<${event.seq}`,
  encodeHead: (_session, event, previous) => `${previous}<${event.seq} `,
  encodeBodies: (_event, bodies) => new Tail([bodies.join()]),
  encodePresence: (_session, number, online) => `${number} ${online ? "on" : "off"}`,
  encodeReplaced: (session) => `${session} replaced`,
};
const place: Place = { host, session: "s", number: 2, codec };

let shared = new SharedTexts();
const open = (sink: Sink, after: number) => new Feed(place, sink, { after, shared });

const apply = (entry: GroupEntry) => applyToGroup(group, log.push(entry), entry);
const message = (cseq: number) =>
  apply({ type: "message", session: "s", from: 1, cseq, envelopes: [{ to: 0, body: `m${cseq}` }] });

beforeEach(() => {
  shared = new SharedTexts();
  readEnvelopes = (envelopes) => envelopes;
  group.sessions.clear();
  log.length = 0;
  const parameters = { kind: "exchange", parties: 2, threshold: 2, fresh: "f", life: 60, versions: "AQ" } as const;
  for (const eid of ["a", "b"]) apply({ type: "open", session: "s", ...parameters, eid, token: eid });
  for (let cseq = 1; cseq <= 5; cseq++) message(cseq);
});

describe("a feed", () => {
  it("sends what concerns its member, from its cursor on, and then what is new", async () => {
    const sink = new Sink();
    const feed = open(sink, 4);
    await sink.settle();
    expect(sink.sent).toEqual(["4<5 m3", "5<6 m4", "6<7 m5"]);
    message(6);
    feed.wake();
    await sink.settle();
    expect(sink.sent.slice(3)).toEqual(["7<8 m6"]);
  });

  it("looks once at what does not concern its member, however much that is", async () => {
    const session = group.sessions.get("s");
    if (session === undefined) throw new Error("no session");
    let looks = 0;
    const events = new Proxy(session.events, {
      get(target, name, receiver) {
        if (typeof name === "string" && /^\d+$/.test(name)) looks++;
        return Reflect.get(target, name, receiver);
      },
    });
    const watched = { ...host, sessions: new Map([["s", { ...session, events }]]) } as unknown as GroupHost;
    const current = () => watched.sessions.get("s") as { seq: number };
    const sink = new Sink();
    const feed = new Feed({ ...place, host: watched, number: 1 }, sink, { after: 0, shared });
    await sink.settle();
    expect(sink.sent).toEqual(["0<2"]);
    looks = 0;
    for (let cseq = 6; cseq < 106; cseq++) {
      message(cseq);
      current().seq = session.seq;
      feed.wake();
      await sink.settle();
    }
    expect(sink.sent).toHaveLength(1);
    // Each new one, and not each with all before it.
    expect(looks).toBeLessThan(300);
  });

  it("waits for room, and goes on where it was", async () => {
    const sink = new Sink();
    sink.room = 2;
    const feed = open(sink, 0);
    await sink.settle();
    expect(sink.sent).toEqual(["0<1", "1<3 m1"]);
    sink.room = 3;
    feed.wake();
    await sink.settle();
    sink.room = 99;
    feed.wake();
    await sink.settle();
    expect(sink.sent).toEqual(["0<1", "1<3 m1", "3<4 m2", "4<5 m3", "5<6 m4", "6<7 m5"]);
  });

  it("tells who came and went behind the events, the newest only", async () => {
    const sink = new Sink();
    sink.room = 0;
    const feed = open(sink, 5);
    feed.presence(1, false);
    feed.presence(3, true);
    feed.presence(1, true);
    await sink.settle();
    expect(sink.sent).toEqual([]);
    sink.room = 99;
    feed.wake();
    await sink.settle();
    expect(sink.sent).toEqual(["5<6 m4", "6<7 m5", "1 on", "3 on"]);
  });

  it("keeps the order when bodies have to be read, whatever comes in between", async () => {
    const sink = new Sink();
    readEnvelopes = (envelopes) => Promise.resolve(envelopes);
    const feed = open(sink, 5);
    for (const due of sink.due) due.run();
    readEnvelopes = (envelopes) => envelopes;
    message(6);
    feed.wake();
    feed.presence(1, false);
    await sink.settle();
    expect(sink.sent).toEqual(["5<6 m4", "6<7 m5", "7<8 m6", "1 off"]);
  });

  it("sends what came while bodies were read at the end of a turn, so that the answers to the calls are sent before", async () => {
    const sink = new Sink();
    let read = (_: readonly Envelope[]): void => undefined;
    readEnvelopes = () => new Promise((resolve) => (read = resolve));
    open(sink, 6);
    for (const due of sink.due) due.run();
    readEnvelopes = (envelopes) => envelopes;
    message(6);
    read([{ to: 0, body: "m5" }]);
    await new Promise(setImmediate);
    expect(sink.sent).toEqual(["6<7 m5"]);
    await sink.settle();
    expect(sink.sent).toEqual(["6<7 m5", "7<8 m6"]);
  });

  it("says nothing any more once it is stopped", async () => {
    const sink = new Sink();
    readEnvelopes = (envelopes) => Promise.resolve(envelopes);
    const feed = open(sink, 0);
    for (const due of sink.due) due.run();
    feed.stop();
    feed.wake();
    await sink.settle();
    expect(sink.sent).toEqual(["0<1"]);
  });

  it("skips what is kept no more", async () => {
    const sink = new Sink();
    readEnvelopes = ([first]) => (first?.body === "m2" ? undefined : [{ to: 0, body: `${first?.body}` }]);
    open(sink, 2);
    await sink.settle();
    expect(sink.sent).toEqual(["1<3 m1", "3<5 m3", "5<6 m4", "6<7 m5"]);
  });

  it("says so once if it cannot read", async () => {
    const sink = new Sink();
    readEnvelopes = () => Promise.reject(new Error("damaged"));
    const feed = open(sink, 2);
    await sink.settle();
    feed.wake();
    await sink.settle();
    expect(sink.errors).toEqual([new Error("damaged")]);
    expect(sink.sent).toEqual([]);
  });

  it("gives all who keep up the same text of a message, made once", async () => {
    const [one, other] = [new Sink(), new Sink()];
    open(one, 5);
    open(other, 5);
    await Promise.all([one.settle(), other.settle()]);
    expect(one.sent).toEqual(["5<6 m4", "6<7 m5"]);
    expect(other.sent).toEqual(one.sent);
    expect(one.shared).toHaveLength(2);
    expect(other.shared.every((text, i) => text === one.shared[i])).toBe(true);
  });

  it("shares no text with who was sent another event before, and none of which each gets a part", async () => {
    const [one, other] = [new Sink(), new Sink()];
    open(one, 5);
    // What it was sent before seq 4 is kept no more.
    readEnvelopes = (envelopes) => (envelopes[0]?.body === "m3" ? undefined : envelopes);
    open(other, 4);
    await Promise.all([one.settle(), other.settle()]);
    expect(one.sent).toEqual(["5<6 m4", "6<7 m5"]);
    expect(other.sent).toEqual(["4<6 m4", "6<7 m5"]);
    expect(other.shared[0]).not.toBe(one.shared[0]);
    expect(other.shared[1]).toBe(one.shared[1]);

    const sink = new Sink();
    readEnvelopes = ([envelope]) => [{ to: 2, body: `${envelope?.body} for 2` }];
    shared = new SharedTexts();
    open(sink, 6);
    await sink.settle();
    expect(sink.sent).toEqual(["6<7 m5 for 2"]);
    expect(sink.shared).toEqual([]);
  });
});

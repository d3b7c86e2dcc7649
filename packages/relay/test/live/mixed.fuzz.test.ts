import {
  applyToGroup,
  bodiesFor,
  createGroup,
  decodeEntry,
  encodeEntry,
  type Group,
  type GroupEntry,
  type GroupOutput,
  groupState,
  isPayload,
  type Member,
  memberOf,
  mpcEventOf,
  type Payload,
  previousSeq,
  type Session,
} from "@countersign/relay";
import fc from "fast-check";
import { expect, it } from "vitest";
import { readEvents, readOutbox } from "../read-events.ts";
import { checkGroup, hold } from "./promises.ts";

// A group in which connections and members with a token meet. What is asked for is mostly what could be.
const types = fc.constantFrom(
  ...(["attach", "attach", "attach", "detach", "begin", "visit", "signup", "signup", "signup", "signup"] as const),
  ...(["load", "participant", "participant", "relay", "relay", "relay", "done", "done", "taken", "taken"] as const),
  ...(["propose", "signed", "expire", "forget", "snapshot", "found"] as const),
  ...(["open", "open", "open", "message", "message", "message", "ack", "ack", "index", "finish", "abort"] as const),
);
const wish = fc.record({
  type: types,
  connection: fc.integer({ min: 1, max: 5 }),
  session: fc.constantFrom("s1", "s1", "s1", "s2"),
  kind: fc.constantFrom("keygen", "keygen", "sign"),
  number: fc.integer({ min: 0, max: 4 }),
  receiver: fc.constantFrom(null, 1, 2, 3, 4),
  isRare: fc.nat(7).map((n) => n === 0),
});
type Wish = typeof wish extends fc.Arbitrary<infer T> ? T : never;

function make(wish: Wish, group: Group, stale: string): GroupEntry {
  const { type, kind, number, receiver, isRare, ...who } = wish;
  const at = { group: "g", ...who };
  const session = group.sessions.get(who.session);
  const own = session?.members.find(({ connection }) => connection === who.connection)?.number ?? 1;
  const from = isRare
    ? number
    : (session?.members.find(({ token }) => token === `token ${who.connection}`)?.number ?? 9);
  switch (type) {
    case "found":
      // The shell makes groups under fresh ids only.
      if (group.live === null && group.sessions.size > 0) return { type: "visit", ...at };
      return { type, group: "g", connection: who.connection, label: "l", parties: 3, threshold: 1 };
    case "attach":
    case "detach":
      return { type, group: "g", connection: who.connection };
    case "begin": {
      // The shell draws ids that are fresh.
      const fresh = ["s1", "s2", "s3", "s4"].find((id) => !group.sessions.has(id)) ?? `s${group.position}`;
      return { type, ...at, session: fresh, kind: isRare ? "exchange" : kind, value: '"v"', life: 60 };
    }
    case "visit":
      return { type, ...at };
    case "signup":
      return { type, ...at, kind };
    case "load":
      return { type, ...at, kind, number };
    case "participant":
      return { type, ...at, index: number + 5, number: isRare ? number : own };
    case "relay": {
      const message = { round: 1, sender: isRare ? number : own, receiver, uuid: who.session, body: `"${own}>"` };
      return { type, ...at, kind, message };
    }
    case "done":
      return { type, ...at, number: isRare ? number : own };
    case "propose":
      return { type, ...at, proposal: "p", message: "1" };
    case "signed":
      return { type, ...at, value: "1" };
    case "taken": {
      const due = group.live?.connections.get(who.connection)?.due ?? [];
      return { type, group: "g", taken: [[who.connection, due[number] ?? due.at(-1) ?? 0]] };
    }
    case "expire": {
      const activity = group.sessions.get(who.session)?.activity ?? 0;
      return { type, session: who.session, activity: number === 0 ? activity : activity - 1 };
    }
    case "forget":
      return { type, session: who.session };
    case "open": {
      const { parties, threshold } = session ?? { parties: kind === "keygen" ? 3 : 2, threshold: 1 };
      const parameters = { kind: session?.kind ?? kind, parties: isRare ? 4 : parties, threshold };
      const member = { eid: `eid ${who.connection}`, versions: "AQ", token: `token ${who.connection}` };
      const named = number === 0 ? {} : { session: who.session };
      const wanted = receiver === null || receiver < 3 ? {} : { number: receiver };
      return { type, ...named, fresh: `f${group.position}`, life: 60, ...parameters, ...member, ...wanted };
    }
    case "message": {
      const cseq = (memberOf(session ?? { members: [] }, from)?.cseq ?? 0) + (isRare ? 0 : 1);
      const to = number === from ? 0 : number;
      const envelopes = [
        { to, body: `${from}>${to}` },
        { to: 0, body: `${from}>0` },
      ];
      return { type, session: who.session, from, cseq, envelopes: number % 2 ? envelopes : envelopes.slice(0, 1) };
    }
    case "ack":
      return { type, session: who.session, from, seq: Math.max(0, (session?.seq ?? 0) - number) };
    case "index":
      return { type, session: who.session, from, index: number + 5 };
    case "finish":
      return { type, session: who.session, from };
    case "abort":
      return { type, session: who.session, from: number === 1 ? from : 9, reason: "x" };
    case "snapshot":
      return isRare
        ? { type, position: Math.max(0, group.position - 1), state: JSON.parse(stale) }
        : { type, position: group.position, state: JSON.parse(JSON.stringify(groupState(group))) };
  }
}

/** What came to a member that follows a session. */
interface Follower {
  after: number;
  last: number;
}

class Run {
  readonly group = createGroup();
  readonly #again = createGroup();
  #log = new Map<number, GroupEntry>();
  #position = 0;
  #stale = JSON.stringify(groupState(this.group));
  readonly #followers = new WeakMap<Member, Follower>();
  /** What each connection was told and has not been handed. */
  readonly #told = new Map<number, number[]>();
  counts = { told: 0, followed: 0, left: 0 };

  apply(entry: GroupEntry): void {
    const before = JSON.stringify(groupState(this.group));
    const position = ++this.#position;
    this.#log.set(position, entry);
    const seq = this.group.live?.seq ?? 0;
    const outputs = applyToGroup(this.group, position, entry);
    const repeated = applyToGroup(this.#again, position, decodeEntry(encodeEntry(entry)) as GroupEntry);
    hold(JSON.stringify(repeated) === JSON.stringify(outputs), "equal outputs");
    const after = JSON.stringify(groupState(this.group));
    const isRefused = outputs.some((output) => "answer" in output && !output.answer.ok);
    if (isRefused || entry.type === "snapshot") hold(after === before, "what is refused leaves no trace");
    this.#stale = before;
    for (const output of outputs) this.#see(output);
    this.#compareTold(entry, outputs, seq);
    checkGroup(this.group);
    for (const session of this.group.sessions.values()) this.#follow(session);
  }

  make(one: Wish): GroupEntry {
    return make(one, this.group, this.#stale);
  }

  /** What is in the log is enough, and nothing else is kept. */
  end(): void {
    expect(this.#again).toEqual(this.group);
    hold(this.group.stored === this.#log.size, "stored counts the log");
    const events = [...this.group.sessions.values()].flatMap((session) => session.events);
    const used = [...events, ...(this.group.live?.events ?? [])].flatMap((event) =>
      "position" in event && event.position !== null ? [event.position] : [],
    );
    expect([...this.group.kept.keys()].sort()).toEqual([...new Set(used)].sort());
    const late = createGroup();
    for (const [position, entry] of this.#log) applyToGroup(late, position, entry);
    expect(late).toEqual(this.group);
  }

  #see(output: GroupOutput): void {
    if (output.type !== "trim") return;
    const needed = new Set(output.keep);
    this.#log = new Map([...this.#log].filter(([position]) => position >= output.before || needed.has(position)));
  }

  #payload(event: { readonly position?: number | null }): Payload | undefined {
    const entry = this.#log.get(event.position ?? 0);
    return entry !== undefined && isPayload(entry) ? entry : undefined;
  }

  /** Each connection is due what it was told, in that order, and can be told it from the log. */
  #compareTold(entry: GroupEntry, outputs: readonly GroupOutput[], seq: number): void {
    const { live } = this.group;
    for (const number of this.#told.keys()) if (!live?.connections.has(number)) this.#told.delete(number);
    let next = seq;
    for (const output of outputs) {
      if (output.type !== "due") continue;
      next++;
      hold(new Set(output.connections).size === output.connections.length, "nobody is told twice");
      for (const number of output.connections) {
        this.#told.set(number, [...(this.#told.get(number) ?? []), next]);
        this.counts.told++;
      }
    }
    if (entry.type === "taken") {
      for (const [number, upTo] of entry.taken) {
        this.#told.set(
          number,
          (this.#told.get(number) ?? []).filter((one) => one > upTo),
        );
      }
    }
    for (const connection of live?.connections.values() ?? []) {
      const events = live === null ? [] : readOutbox(live, connection, 0);
      const told = this.#told.get(connection.number) ?? [];
      hold(
        events.map(({ seq: one }) => one).join() === told.join(),
        "everybody is due what it was told, in that order",
      );
      for (const event of events) {
        const news = mpcEventOf(event, "position" in event ? this.#payload(event) : undefined);
        hold(news !== undefined, "what is due can be read");
        if (news?.name !== "sessionMessage" || event.type !== "sessionMessage") continue;
        const names = [event.sender.number, event.sender.index];
        hold(names.includes(news.message.sender), "a sender is who it says it is");
      }
    }
  }

  /** Members with a token read on: what comes is for them, and each event names the one in front of it. */
  #follow(session: Session): void {
    for (const member of session.members) {
      if (member.token === null) continue;
      const { number } = member;
      const start = session.seq - session.events.length;
      const follower = this.#followers.get(member) ?? { after: start, last: previousSeq(session, number, start) };
      this.#followers.set(member, follower);
      const { events, upTo } = readEvents(session, number, follower.after);
      for (const event of events) {
        hold(previousSeq(session, number, event.seq - 1) === follower.last, "previous is the event before");
        follower.last = event.seq;
        if (event.type === "memberLeft") this.counts.left++;
        if (event.type !== "message") continue;
        const payload = this.#payload(event);
        const bodies = payload === undefined ? [] : bodiesFor(payload, event, number);
        hold(bodies.length > 0 && event.from !== number, "a message is for whom it is sent to");
        const own = payload?.type === "relay" ? bodies : [`${event.from}>0`, `${event.from}>${number}`];
        hold(
          bodies.every((body) => own.includes(body)),
          "nobody gets the envelope of another",
        );
        this.counts.followed++;
      }
      follower.after = upTo;
    }
  }
}

it("any log of a group in which both kinds of members meet: never throws, always the same, and no promise is broken", () => {
  const at = { group: "g", connection: 1 };
  const beginning: GroupEntry[] = [
    { type: "found", ...at, label: "l", parties: 3, threshold: 1 },
    { type: "attach", ...at, connection: 2 },
    { type: "begin", ...at, session: "s1", kind: "keygen", value: "null", life: 60 },
    { type: "signup", ...at, session: "s1", kind: "keygen" },
  ];
  const counts = { told: 0, followed: 0, left: 0 };
  fc.assert(
    fc.property(fc.array(wish, { minLength: 15, maxLength: 60 }), (wishes) => {
      const run = new Run();
      for (const entry of beginning) run.apply(entry);
      for (const one of wishes) run.apply(run.make(one));
      run.end();
      counts.told += run.counts.told;
      counts.followed += run.counts.followed;
      counts.left += run.counts.left;
    }),
    { numRuns: 4_000 },
  );
  expect(counts.told).toBeGreaterThan(5_000);
  expect(counts.followed).toBeGreaterThan(300);
  expect(counts.left).toBeGreaterThan(100);
});

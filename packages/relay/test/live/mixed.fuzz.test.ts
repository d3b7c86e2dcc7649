import {
  applyToGroup,
  bodiesFor,
  createGroup,
  decodeEntry,
  encodeEntry,
  type GroupEntry,
  type GroupOutput,
  groupState,
  isPayload,
  type Member,
  mpcEventOf,
  type Payload,
  previousSeq,
  type Session,
} from "@countersign/relay";
import fc from "fast-check";
import { expect, it } from "vitest";
import { readEvents, readOutbox } from "../read-events.ts";
import { checkGroup, hold } from "./promises.ts";
import { make, type Wish, wish } from "./wishes.ts";

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

import {
  applyToGroup,
  bodiesFor,
  createGroup,
  decodeEntry,
  encodeEntry,
  endOf,
  type Group,
  type GroupEntry,
  type GroupOutput,
  groupState,
  previousSeq,
  type Session,
} from "@countersign/relay";
import fc from "fast-check";
import { expect, it } from "vitest";
import { readEvents } from "./read-events.ts";

// What is asked for is mostly what could be: numbers are meant relative to the state in which an entry is made.
const wish = fc.record({
  type: fc.constantFrom(
    ...([
      "create",
      "claim",
      "free",
      "open",
      "open",
      "open",
      "message",
      "message",
      "message",
      "message",
      "ack",
      "ack",
    ] as const),
    ...(["ack", "finish", "abort", "expire", "forget", "snapshot", "message", "open", "claim"] as const),
  ),
  session: fc.constantFrom("s1", "s1", "s1", "s2"),
  from: fc.integer({ min: 1, max: 3 }),
  claim: fc.constantFrom("c1", "c2", "c3"),
  /** 0 mostly; what makes the entry a little wrong. */
  offset: fc.constantFrom(0, 0, 0, 0, 0, 0, -1, 1),
  flags: fc.record({ named: fc.boolean(), claiming: fc.boolean(), rare: fc.nat(15) }),
  to: fc.array(fc.constantFrom(0, 1, 2, 3), { minLength: 1, maxLength: 2 }),
});

type Wish = typeof wish extends fc.Arbitrary<infer T> ? T : never;

/** The entry that a wish comes to. */
function make({ type, session: id, from, claim, offset, flags, to }: Wish, group: Group, stale: string): GroupEntry {
  const session = group.sessions.get(id);
  const parameters = { kind: "sign", parties: flags.rare === 1 ? 2 : 3, threshold: 2 } as const;
  const life = 60;
  switch (type) {
    case "create":
      return { type, session: id, ...parameters, life };
    case "claim":
    case "free":
      return { type, session: id, claim };
    case "open": {
      const eid = `eid ${from}${flags.rare === 2 ? "x" : ""}`;
      const token = flags.rare === 3 ? "another" : eid;
      const entry = { type, fresh: id, ...parameters, life, eid, versions: "AQ", token } as const;
      const number = new Map([
        [5, 4 - from],
        [6, 200],
        [7, 256],
      ]).get(flags.rare);
      return {
        ...entry,
        ...(flags.named ? { session: id } : {}),
        ...(flags.claiming ? { claim } : {}),
        ...(number === undefined ? {} : { number }),
      };
    }
    case "message": {
      const cseq = Math.max(1, (session?.members[from - 1]?.cseq ?? 0) + 1 + offset);
      // A body that tells whom it is from and for.
      const envelopes = to.filter((number) => number !== from || flags.rare === 4);
      const bodies = envelopes.map((number) => ({ to: number, body: `${from}>${number}` }));
      return {
        type,
        session: id,
        from,
        cseq,
        envelopes: bodies.length === 0 ? [{ to: 0, body: `${from}>0` }] : bodies,
      };
    }
    case "ack":
      return { type, session: id, from, seq: Math.max(0, (session?.seq ?? 0) + offset) };
    case "finish":
      return { type, session: id, from };
    case "abort":
      return { type, session: id, from, reason: "x" };
    case "expire":
      return { type, session: id, activity: (session?.activity ?? 0) + (flags.rare < 8 ? -1 : 0) };
    case "forget":
      return { type, session: id };
    case "snapshot":
      // At the right time, or of the state before the entry in front of it, which makes it void.
      return flags.named
        ? { type, position: group.position, state: JSON.parse(stateOf(group)) }
        : { type, position: Math.max(0, group.position - 1), state: JSON.parse(stale) };
  }
}

/** A state as text, to compare and to put into snapshots. */
function stateOf(group: Group): string {
  return JSON.stringify(groupState(group));
}

function hold(condition: boolean, promise: string): void {
  if (!condition) throw new Error(`broken: ${promise}`);
}

/** What a member that follows a session has got. */
interface Follower {
  after: number;
  last: number;
}

it("any log: never throws, always the same, and no promise is broken", () => {
  fc.assert(
    fc.property(fc.array(wish, { minLength: 10, maxLength: 40 }), (wishes) => {
      const group = createGroup();
      const again = createGroup();
      let log: { position: number; entry: GroupEntry }[] = [];
      const followers = new Map<Session, Follower[]>();
      const ended = new Map<string, Session["phase"]>();
      let stale = stateOf(group);
      let before = stale;

      for (const [i, one] of wishes.entries()) {
        const entry = make(one, group, stale);
        const position = i + 1;
        log.push({ position, entry });
        const outputs = applyToGroup(group, position, entry);
        // Through the text of a store, the same comes out.
        const repeated = applyToGroup(again, position, decodeEntry(encodeEntry(entry)) as GroupEntry);
        hold(JSON.stringify(repeated) === JSON.stringify(outputs), "equal outputs");
        log = trimmed(log, outputs);

        const after = stateOf(group);
        const refused = outputs.some((output) => output.type === "answer" && !output.answer.ok);
        if (refused || entry.type === "snapshot") hold(after === before, "what is refused leaves no trace");
        stale = before;
        before = after;
        for (const output of outputs) if (output.type === "forgotten") ended.delete(output.session);
        for (const session of group.sessions.values()) {
          checkSession(session);
          const phase = ended.get(session.id);
          hold(phase === undefined || session.phase === phase, "what has ended stays as it ended");
          if (endOf(session) !== undefined) ended.set(session.id, session.phase);
        }
        if (entry.type === "snapshot") followers.clear();
        follow(group.sessions.values(), followers, log);
      }

      expect(again).toEqual(group);
      hold(group.stored === log.length, "stored counts the log");
      const events = [...group.sessions.values()].flatMap((session) => session.events);
      hold(group.kept.size === events.filter(({ type }) => type === "message").length, "kept counts the messages");
      const late = createGroup();
      for (const { position, entry } of log) applyToGroup(late, position, entry);
      expect(late).toEqual({ ...group, position: log.at(-1)?.position ?? 0 });
    }),
    { numRuns: 10_000 },
  );
});

function trimmed<R extends { position: number }>(log: R[], outputs: readonly GroupOutput[]): R[] {
  const trim = outputs.find((output) => output.type === "trim");
  if (trim === undefined) return log;
  return log.filter(({ position }) => position >= trim.before || trim.keep.includes(position));
}

function checkSession(session: Session): void {
  const { members, claims, events } = session;
  hold(members.length <= session.parties, "no more members than parties");
  hold(new Set(members.map(({ eid }) => eid)).size === members.length, "eids are unique");
  const used = claims.map((held) => held.number).filter((number) => number > 0);
  hold(new Set(used).size === used.length, "a claim is used once");
  hold(claims.length < session.parties, "parties - 1 claims");
  hold(!session.invited || members.length - used.length <= 1, "one place without a claim");
  const first = session.seq - events.length + 1;
  hold(
    events.every(({ seq }, i) => seq === first + i),
    "seq without a gap",
  );
}

/** Everybody reads on: what comes is for them, and each event names the one in front of it. */
function follow(
  sessions: Iterable<Session>,
  followers: Map<Session, Follower[]>,
  log: readonly { position: number; entry: GroupEntry }[],
): void {
  for (const session of sessions) {
    const known = followers.get(session) ?? [];
    followers.set(session, known);
    for (const [i] of session.members.entries()) {
      const number = i + 1;
      const start = session.seq - session.events.length;
      const follower = known[i] ?? { after: start, last: previousSeq(session, number, start) };
      known[i] = follower;
      const { events, upTo } = readEvents(session, number, follower.after);
      for (const event of events) {
        hold(previousSeq(session, number, event.seq - 1) === follower.last, "previous is the event before");
        follower.last = event.seq;
        if (event.type !== "message") continue;
        const record = log.find(({ position }) => position === event.position)?.entry;
        const bodies = record?.type === "message" ? bodiesFor(record, event, number) : [];
        hold(bodies.length > 0 && event.from !== number, "a message is for whom it is sent to");
        const own = [`${event.from}>0`, `${event.from}>${number}`];
        hold(
          bodies.every((body) => own.includes(body)),
          "nobody gets the envelope of another",
        );
      }
      follower.after = upTo;
    }
  }
}

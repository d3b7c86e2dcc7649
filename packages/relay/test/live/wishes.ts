import { type Group, type GroupEntry, groupState, memberOf } from "@countersign/relay";
import fc from "fast-check";

// A group in which connections and members with a token meet. What is asked for is mostly what could be.
const types = fc.constantFrom(
  ...(["attach", "attach", "attach", "detach", "begin", "visit", "signup", "signup", "signup", "signup"] as const),
  ...(["load", "participant", "participant", "relay", "relay", "relay", "done", "done", "taken", "taken"] as const),
  ...(["propose", "signed", "expire", "forget", "snapshot", "found"] as const),
  ...(["open", "open", "open", "message", "message", "message", "ack", "ack", "index", "finish", "abort"] as const),
);
/** What somebody may want to happen; `make` makes an entry of it that fits the state. */
export const wish = fc.record({
  type: types,
  connection: fc.integer({ min: 1, max: 5 }),
  session: fc.constantFrom("s1", "s1", "s1", "s2"),
  kind: fc.constantFrom("keygen", "keygen", "sign"),
  number: fc.integer({ min: 0, max: 4 }),
  receiver: fc.constantFrom(null, 1, 2, 3, 4),
  isRare: fc.nat(7).map((n) => n === 0),
});
export type Wish = typeof wish extends fc.Arbitrary<infer T> ? T : never;

/** The entry that a wish comes to. `stale` is the state before the last entry. */
export function make(wish: Wish, group: Group, stale: string): GroupEntry {
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

import {
  applyToGroup,
  createGroup,
  decodeEntry,
  encodeEntry,
  type Group,
  type GroupEntry,
  type GroupOutput,
  type LiveEntry,
} from "@countersign/relay";
import fc from "fast-check";
import { expect, it } from "vitest";

const types = fc.constantFrom(
  ...(["attach", "attach", "attach", "detach", "begin", "visit", "signup", "signup", "signup", "signup"] as const),
  ...(["load", "participant", "participant", "relay", "relay", "relay", "done", "done"] as const),
  ...(["propose", "signed", "expire", "snapshot", "found"] as const),
);
const wish = fc.record({
  type: types,
  connection: fc.integer({ min: 1, max: 5 }),
  session: fc.constantFrom("s1", "s1", "s1", "s2"),
  kind: fc.constantFrom("keygen", "keygen", "sign"),
  number: fc.integer({ min: 0, max: 4 }),
  receiver: fc.constantFrom(null, 1, 2, 3, 4),
  isRare: fc.boolean(),
});
type Wish = typeof wish extends fc.Arbitrary<infer T> ? T : never;

function make({ type, kind, number, receiver, isRare, ...who }: Wish, group: Group): GroupEntry {
  const at = { group: "g", ...who };
  switch (type) {
    case "found":
      return { type, group: "g", connection: who.connection, label: "l", parties: 3, threshold: 1 };
    case "attach":
      return { type, group: "g", connection: who.connection };
    case "detach":
      return { type, group: "g", connection: who.connection };
    case "begin":
      // The shell draws ids that are fresh.
      return { type, ...at, session: `s${(group.live?.sessions.length ?? 0) + 1}`, kind, value: "null", life: 60 };
    case "visit":
      return { type, ...at };
    case "signup":
      return { type, ...at, kind };
    case "load":
      return { type, ...at, kind, number };
    case "participant":
      return { type, ...at, index: number + 5, number: isRare ? number : ownNumber(group, who) };
    case "relay": {
      const sender = isRare ? number : ownNumber(group, who);
      return { type, ...at, kind, message: { round: 1, sender, receiver, uuid: who.session, body: "{}" } };
    }
    case "done":
      return { type, ...at, number: isRare ? number : ownNumber(group, who) };
    case "propose":
      return { type, ...at, proposal: "p", message: "1" };
    case "signed":
      return { type, ...at, value: "1" };
    case "expire": {
      const activity = group.live?.sessions.find(({ id }) => id === who.session)?.activity ?? 0;
      return { type, session: who.session, activity: isRare ? activity : activity - 1 };
    }
    case "snapshot":
      return { type, position: group.position - (isRare ? 0 : 1), state: JSON.parse(stateOf(group)) };
  }
}

function ownNumber(group: Group, { connection, session }: { connection: number; session: string }): number {
  const parties = group.live?.sessions.find(({ id }) => id === session)?.parties ?? [];
  return parties.find((party) => party.connection === connection)?.number ?? 1;
}

function stateOf(group: Group): string {
  return JSON.stringify({ sessions: [], live: group.live });
}

function hold(condition: boolean, promise: string): void {
  if (!condition) throw new Error(`broken: ${promise}`);
}

it("any log of a live group: never throws, always the same, and no promise is broken", () => {
  const found: LiveEntry = { type: "found", group: "g", connection: 1, label: "l", parties: 3, threshold: 1 };
  let told = 0;
  fc.assert(
    fc.property(fc.array(wish, { minLength: 10, maxLength: 40 }), (wishes) => {
      const [group, again] = [createGroup(), createGroup()];
      let log: { position: number; entry: GroupEntry }[] = [];
      for (let i = 0; i <= wishes.length; i++) {
        const one = wishes[i - 1];
        const entry = one === undefined ? found : make(one, group);
        const before = { text: stateOf(group), group: structuredClone(group) };
        const position = i + 1;
        log.push({ position, entry });
        const outputs = applyToGroup(group, position, entry);
        const repeated = applyToGroup(again, position, decodeEntry(encodeEntry(entry)) as GroupEntry);
        expect(repeated).toEqual(outputs);
        for (const output of outputs) {
          const isRefused = "answer" in output && !output.answer.ok;
          if (isRefused) hold(stateOf(group) === before.text, "what is refused leaves no trace");
          if (output.type === "trim") log = log.filter((record) => record.position >= output.before);
          if (output.type === "tell") told++;
          checkOutput(output, entry, before.group);
        }
        checkGroup(group);
      }
      const late = createGroup();
      for (const { position, entry } of log) applyToGroup(late, position, entry);
      expect(late).toEqual(group);
    }),
    { numRuns: 10_000 },
  );
  expect(told).toBeGreaterThan(10_000);
});

function checkOutput(output: GroupOutput, entry: GroupEntry, before: Group): void {
  if (output.type !== "tell") return;
  hold(new Set(output.connections).size === output.connections.length, "nobody is told twice");
  if (entry.type !== "relay" || output.event.name !== "sessionMessage") return;
  const parties = before.live?.sessions.find(({ id }) => id === entry.session)?.parties ?? [];
  const own = parties.find(({ connection }) => connection === entry.connection);
  const { sender, receiver } = output.event.message;
  hold(own !== undefined && (sender === own.number || sender === own.index), "a sender is who it says it is");
  hold(
    output.connections.every((one) => parties.some(({ connection }) => connection === one)),
    "only parties get messages",
  );
  hold(receiver !== null || !output.connections.includes(entry.connection), "nobody gets its own broadcast");
  hold(receiver === null || output.connections.length === 1, "what is for one goes to one");
}

function checkGroup({ live }: Group): void {
  if (live === null) return;
  hold(live.connections.length > 0, "a group has a connection");
  hold(live.connections.length <= live.parties, "no more connections than parties");
  hold(new Set(live.connections).size === live.connections.length, "a connection is in a group once");
  for (const { parties, freed, complete } of live.sessions) {
    const numbers = parties.map(({ number }) => number);
    hold(numbers.length <= live.parties, "no more parties than the group has");
    hold(
      numbers.every((number) => number >= 1 && number <= live.parties),
      "numbers are in range",
    );
    hold(new Set([...numbers, ...freed]).size === numbers.length + freed.length, "a number is of one party");
    hold(new Set(parties.map(({ connection }) => connection)).size === parties.length, "a connection is one party");
    const indices = parties.flatMap(({ index }) => (index === null ? [] : [index]));
    hold(new Set(indices).size === indices.length, "an index is of one party");
    hold(
      complete || parties.every(({ connection }) => live.connections.includes(connection)),
      "who has gone has no place in a session that is not complete",
    );
  }
}

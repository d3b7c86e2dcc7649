import { expect, it } from "vitest";
import {
  applyToGroup,
  createGroup,
  decodeEntry,
  encodeEntry,
  type GroupEntry,
  groupExcess,
  groupSnapshot,
} from "../src/index.ts";

const parameters = { kind: "exchange", parties: 2, threshold: 2, fresh: "f", life: 60, versions: "AQ" } as const;
const entries: readonly GroupEntry[] = [
  { type: "open", session: "s", ...parameters, eid: "a", token: "a" },
  { type: "open", session: "s", ...parameters, eid: "b", token: "b" },
  { type: "message", session: "s", from: 1, cseq: 1, envelopes: [{ to: 0, body: "AA" }] },
  ...Array.from({ length: 300 }, (): GroupEntry => ({ type: "ack", session: "s", from: 1, seq: 2 })),
];

function replay() {
  const group = createGroup();
  for (const [i, entry] of entries.entries()) applyToGroup(group, i + 1, entry);
  const snapshot = groupSnapshot(group);
  if (snapshot === undefined) throw new Error("there is enough to be dropped");
  return { group, snapshot };
}

it("a snapshot leads to the same, whether it is the state itself or was read from the log", () => {
  const own = replay();
  const read = replay();
  const session = own.group.sessions.get("s");
  const position = entries.length + 1;
  const outputs = applyToGroup(own.group, position, own.snapshot);
  const decoded = decodeEntry<GroupEntry>(encodeEntry(read.snapshot));
  if (decoded === undefined) throw new Error("an entry");

  expect(applyToGroup(read.group, position, decoded)).toEqual(outputs);
  expect(outputs).toEqual([{ type: "trim", before: position, keep: [3] }]);
  expect(read.group).toEqual(own.group);
  // What it has itself need not be made again.
  expect(own.group.sessions.get("s")).toBe(session);
  expect(read.group.sessions.get("s")).not.toBe(session);
});

it("a snapshot is all that a group needs behind the messages that were kept", () => {
  const { group, snapshot } = replay();
  const position = entries.length + 1;
  applyToGroup(group, position, snapshot);
  const restarted = createGroup();
  const message = entries[2];
  if (message !== undefined) applyToGroup(restarted, 3, message);
  applyToGroup(restarted, position, JSON.parse(encodeEntry(snapshot)) as GroupEntry);
  expect(restarted).toEqual(group);
});

it("what nobody wants any more can be dropped without a snapshot, but for the last record", () => {
  const { group } = replay();
  const { position } = group;
  expect(groupExcess(group)).toEqual({ type: "trim", before: position, keep: [3] });
  expect(group.stored).toBe(2);
  expect(groupExcess(group)).toBeUndefined();
});

it("long messages that were refused, or sent again, are dropped however many short ones are kept", () => {
  const [one, other] = entries;
  if (one === undefined || other === undefined) throw new Error("two members");
  const group = createGroup();
  let position = 0;
  const say = (cseq: number, body: string) =>
    applyToGroup(group, ++position, { type: "message", session: "s", from: 1, cseq, envelopes: [{ to: 0, body }] });
  for (const entry of [one, other]) applyToGroup(group, ++position, entry);
  for (let cseq = 1; cseq <= 1_000; cseq++) say(cseq, "AA");
  expect([groupSnapshot(group), groupExcess(group)]).toEqual([undefined, undefined]);

  const { weight } = group;
  const long = "A".repeat(64_000);
  for (let i = 0; 64_000 * i < weight; i++) say(i % 2 === 0 ? 1_000 : 1_002, long);
  expect(group.weight).toBe(weight);
  expect(groupExcess(group)).toMatchObject({ type: "trim", before: position });
  expect(groupExcess(group)).toBeUndefined();
  // A snapshot is worth more than that.
  for (let i = 0; 64_000 * i < 1024 * 1024; i++) say(1_000, long);
  expect(groupSnapshot(group)).toMatchObject({ type: "snapshot", position });
});

it("with less patience a log is shortened sooner, in proportion", () => {
  const group = createGroup();
  let position = 0;
  for (const entry of entries.slice(0, 2)) applyToGroup(group, ++position, entry);
  const pileUp = () =>
    applyToGroup(group, ++position, {
      type: "message",
      session: "s",
      from: 1,
      cseq: 9,
      envelopes: [{ to: 0, body: "" }],
    });
  while (group.stored - group.kept.size <= 128) pileUp();
  expect([groupSnapshot(group), groupSnapshot(group, 0.51)]).toEqual([undefined, undefined]);
  expect(groupSnapshot(group, 0.5)).toMatchObject({ type: "snapshot", position });
});

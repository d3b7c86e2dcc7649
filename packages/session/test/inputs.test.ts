import { describe, expect, it } from "vitest";
import { createCeremony, type Step } from "../src/index.ts";
import type { CeremonyMessage } from "../src/messages.ts";
import { restate, say } from "./support/forge.ts";
import { bytesOf, optionsOf, type Sent, smallTalk } from "./support/party.ts";
import { Table } from "./support/table.ts";

const now = { ms: 0 };
const talking = (count = 3) => new Table(count, () => ({ protocol: smallTalk(2) }));

describe("messages that no correct party sends", () => {
  const statement: CeremonyMessage = {
    type: "statement",
    chain: bytesOf("chain"),
    signature: new Uint8Array(64),
    body: new Uint8Array(0),
  };
  const evidence: CeremonyMessage = {
    type: "evidence",
    about: 2,
    heard: [1, 2, 3].map(() => ({ hash: bytesOf("hash"), signature: new Uint8Array(64) })),
  };
  const raw = (...bytes: readonly number[]): Sent => ({ from: 2, to: 1, round: 0, bytes: Uint8Array.from(bytes) });
  it.each<[string, Sent]>([
    ["no bytes at all", raw()],
    ["another kind", raw(10)],
    ["a question with something behind it", raw(6, 0)],
    ["an abort without a reason", raw(4, 9, 0, 0, 0)],
    ["an abort with a text that moves a cursor", raw(4, 1, 0, 0, 1, 27)],
    ["an abort with a text that is no text", raw(4, 1, 0, 0, 1, 255)],
    ["a question in a round", say(2, 1, 1, { type: "ask" })],
    ["a statement of no round", say(2, 1, 0, statement)],
    ["a statement behind the last round", say(2, 1, 3, statement)],
    ["a statement that its sender did not sign", say(2, 1, 1, statement)],
    ["a statement two rounds ahead", say(2, 1, 3, statement)],
    ["a seal of a round", say(2, 1, 1, { ...statement, type: "seal", outcome: bytesOf("outcome") })],
    ["a seal two rounds ahead", say(2, 1, 3, { ...statement, type: "seal", outcome: bytesOf("outcome") })],
    ["a direct message where there is none", say(2, 1, 1, { type: "direct", body: new Uint8Array(1) })],
    ["what was heard in a round that has not begun", say(2, 1, 0, evidence)],
  ])("%s: its sender is named, and everybody is told", (_, message) => {
    const table = talking();
    table.start(1);
    table.deliver(message);
    expect(table.end(1)).toBe("peer.protocol 2");
    table.start(2, 3);
    table.run();
    expect(table.end(3)).toBe("peer.aborted  by 1 blaming 2");
  });

  it("are refused by their size before anything else", () => {
    const table = new Table(2);
    table.start();
    const [statement] = table.sent.filter(({ from }) => from === 2);
    if (statement !== undefined) table.deliver(restate(statement, { body: new Uint8Array(65_537) }));
    expect(table.end(1)).toBe("peer.protocol 2");
  });

  it("do not pile up: a flood of what is known already changes nothing", () => {
    const table = talking();
    table.start(1, 2);
    const [first] = table.sent.filter(({ from, to }) => from === 2 && to === 1);
    table.run();
    const before = JSON.stringify(table.party(1).machine);
    for (let i = 0; i < 1_000 && first !== undefined; i++) table.deliver(first);
    expect(JSON.stringify(table.party(1).machine)).toBe(before);
    expect(table.party(1).of("drop")).toHaveLength(1_000);
  });

  it("do not make one answer for ever", () => {
    const table = talking();
    table.start(1);
    for (let i = 0; i < 1_000; i++) table.deliver(say(2, 1, 0, { type: "ask" }));
    expect(table.sent.filter(({ from, round }) => from === 1 && round === 0)).toHaveLength(200);
  });

  it("are beside the point once it has ended", () => {
    const table = talking();
    table.start();
    table.run();
    expect(table.deliver({ from: 2, to: 1, round: 0, bytes: new Uint8Array(0) })).toEqual([]);
  });
});

describe("the user who stops it", () => {
  it("is named with a reason to all, which no terminal suffers from", () => {
    const table = talking();
    table.start(1, 2);
    table.party(1).input({ type: "abort", reason: `lunch\u001b[2J ${"🍜".repeat(100)}` }, 0);
    table.run();
    table.start(3);
    table.run();
    expect(table.ends()[0]).toBe("local.aborted ");
    expect(table.party(2).of("failed")[0]).toMatchObject({ code: "peer.aborted", by: 1, blamed: [] });
    expect(table.party(2).of("failed")[0]?.detail).toMatch(/^party 1 ended the ceremony: lunch \[2J 🍜+$/u);
  });

  it("cannot take back a seal that is out", () => {
    const table = talking(2);
    table.meddle = (message) => (message.round === 3 && message.from === 2 ? [] : [message]);
    table.start();
    table.run();
    expect(table.party(1).machine.view().phase).toBe("closing");
    table.party(1).input({ type: "abort", reason: "" }, 0);
    expect(table.end(1)).toBe("open");
  });
});

describe("a protocol that gives up", () => {
  it("ends the ceremony for everybody, with whom it names", () => {
    const machine = new Table(3);
    machine.start(2, 3);
    machine.party(1).machine.step({ type: "start" }, now);
    machine.party(1).input({ type: "step", step: { type: "failed", culprits: [2], detail: "no good" } }, 0);
    machine.run();
    expect(machine.ends()).toEqual([
      "protocol.failed 2",
      "peer.aborted  by 1 blaming 2",
      "peer.aborted  by 1 blaming 2",
    ]);
    expect(machine.party(3).of("failed")[0]?.detail).toBe("party 1 could not go on: no good");
  });

  it.each<[string, Step<unknown>]>([
    ["a broadcast that is missing", { type: "round", state: bytesOf("state") }],
    [
      "a direct message where there is none",
      { type: "round", state: bytesOf("s"), broadcast: bytesOf("b"), direct: new Map() },
    ],
    ["a broadcast that is too long", { type: "round", state: bytesOf("s"), broadcast: new Uint8Array(65_537) }],
    ["a result before its last round", { type: "done", result: 1, outcome: bytesOf("o"), state: bytesOf("s") }],
    ["a culprit who is not there", { type: "failed", culprits: [9], detail: "" }],
  ])("is told of its own mistakes: %s", (_, step) => {
    const machine = createCeremony(optionsOf(1, 3, { protocol: smallTalk(2) }));
    machine.step({ type: "start" }, now);
    expect(() => machine.step({ type: "step", step }, now)).toThrow(expect.objectContaining({ code: "usage.step" }));
    expect(machine.view().phase).toBe("computing");
  });
});

describe("calling it wrongly", () => {
  it.each([
    ["a transcript of another length", { transcript: new Uint8Array(31) }],
    ["a threshold of nobody", { threshold: 0 }],
    ["a number of nobody", { self: 4 }],
    ["a protocol without rounds", { protocol: { ...smallTalk(1), rounds: [] } }],
    ["a protocol without a name", { protocol: { ...smallTalk(1), name: "" } }],
    ["one party only", { parties: optionsOf(1, 1).parties }],
    ["two parties of one name", { parties: optionsOf(1, 2).parties.map((party) => ({ ...party, label: "x" })) }],
  ])("throws: %s", (_, change) => {
    expect(() => createCeremony(optionsOf(1, 3, change))).toThrow(expect.objectContaining({ name: "UsageError" }));
  });

  it("throws for what means nothing now, and for messages of nobody", () => {
    const machine = createCeremony(optionsOf(1, 3));
    const step = { type: "failed", culprits: [], detail: "" } as const;
    expect(() => machine.step({ type: "step", step }, now)).toThrow("means nothing");
    machine.step({ type: "start" }, now);
    expect(() => machine.step({ type: "start" }, now)).toThrow("means nothing");
    const stranger = { type: "message", from: 9, round: 0, bytes: new Uint8Array(0) } as const;
    expect(() => machine.step(stranger, now)).toThrow("no other party 9");
  });
});

describe("the view", () => {
  it("tells who is there, how far everybody is, and whom one waits for", () => {
    const table = talking();
    table.start(1, 2);
    table.run();
    table.party(1).input({ type: "presence", number: 2, online: true }, 0);
    const view = table.party(1).machine.view();
    expect(view).toMatchObject({ phase: "gathering", round: 1, name: "talk 1", deadline: 20_000 });
    expect(view.parties).toEqual([
      { number: 2, label: "bob", online: true, round: 1, waitedFor: false, waitsFor: [] },
      { number: 3, label: "carol", online: false, round: 0, waitedFor: true, waitsFor: [] },
    ]);
    table.party(1).input({ type: "presence", number: 2, online: false }, 0);
    expect(table.party(1).machine.view().parties[0]?.online).toBe(false);
  });
});

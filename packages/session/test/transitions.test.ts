import { SeededRandom } from "@countersign/testkit";
import { UsageError } from "@countersign/wire";
import { describe, expect, it } from "vitest";
import { acts } from "../src/act.ts";
import { broadcastHash } from "../src/chain.ts";
import { type CeremonyInput, type CeremonyOutput, createCeremony, type Step } from "../src/index.ts";
import { type CeremonyPhase, ceremonyEvents, ceremonyTransitions } from "../src/transitions.ts";
import { read, reseal, restate, say } from "./support/forge.ts";
import { bytesOf, optionsOf, type Sent, smallTalk } from "./support/party.ts";
import { type Meddling, Table } from "./support/table.ts";

const phases = Object.keys(ceremonyTransitions) as CeremonyPhase[];
const cells = phases.flatMap((phase) =>
  ceremonyEvents.map((event) => ({ phase, event, ...ceremonyTransitions[phase][event] })),
);
const ended = (phase: CeremonyPhase) => phase === "over" || phase === "failed";

describe("the table of a ceremony", () => {
  it("has a cell for every state and event, and uses every action that exists", () => {
    expect(cells).toHaveLength(phases.length * ceremonyEvents.length);
    const used = new Set(cells.flatMap(({ actions }) => actions));
    expect([...used].sort()).toEqual(Object.keys(acts).sort());
  });

  it("absorbs in its two ends", () => {
    for (const { phase, next, actions } of cells) if (ended(phase)) expect([next, actions]).toEqual([phase, []]);
  });

  it("changes nothing where it drops or refuses", () => {
    for (const { phase, next, actions } of cells) {
      if (actions.includes("drop") || actions.includes("refuse")) expect([next, actions.length]).toEqual([phase, 1]);
    }
  });

  it("lets a round and a seal leave behind a checkpoint only", () => {
    const leaving = cells.filter(({ actions }) => actions.includes("send-own"));
    expect(leaving.map(({ phase, event }) => `${phase} ${event}`)).toEqual(["computing made", "computing finished"]);
    for (const { actions } of leaving) expect(actions.indexOf("save")).toBe(actions.indexOf("send-own") - 1);
  });

  it("completes by seals of all only, and fails with everybody told", () => {
    const completing = cells.filter(({ phase, next }) => next === "complete" && phase !== "complete");
    expect(new Set(completing.map(({ event }) => event))).toEqual(new Set(["sealed", "certificate"]));
    for (const { phase, next, actions } of cells) {
      const fails = next === "failed" && phase !== "failed";
      expect([actions.includes("fail"), actions.includes("tell-abort")]).toEqual([fails, fails]);
    }
  });
});

/** Everything that was said in a good ceremony of three, and by liars: the words of the walks below. */
function corpus(): {
  readonly messages: readonly Sent[];
  readonly steps: readonly Step<unknown>[];
  checkpoints: Uint8Array[];
} {
  const table = new Table(3, () => ({ protocol: smallTalk(2) }));
  table.start();
  table.run();
  const said = table.sent.filter(({ from, to }) => from !== 1 && to === 1);
  const evidence = new Table(3, () => ({ protocol: smallTalk(2) }));
  evidence.meddle = (message) => [
    message.from === 3 && message.round === 1 && message.to === 1
      ? restate(message, { body: bytesOf("lie") })
      : message,
  ];
  evidence.start();
  evidence.run();
  const lies = said.flatMap((sent) => {
    if (sent.round === 0) return [];
    const other = bytesOf("lie");
    return sent.round === 3
      ? [reseal(sent, { outcome: other }), reseal(sent, { chain: other })]
      : [restate(sent, { body: other }), restate(sent, { chain: other })];
  });
  const shown = evidence.sent.filter(
    ({ round, from, to, bytes }) => round === 0 && from !== 1 && to === 1 && bytes[0] === 3,
  );
  const asks = new Table(3, () => ({ protocol: smallTalk(2) }));
  asks.meddle = (message) => (message.round === 3 && message.from === 3 && message.to === 1 ? [] : [message]);
  asks.start();
  asks.pass(40_000);
  const control = asks.sent.filter(({ round, from, to }) => round === 0 && from !== 1 && to === 1);
  const extra = [2, 3].flatMap((from) => [
    say(from, 1, 0, { type: "ask" }),
    say(from, 1, 0, { type: "answer", at: 1, missing: [3] }),
    say(from, 1, 0, { type: "abort", reason: "local.aborted", blamed: [], text: "" }),
    { from, to: 1, round: 0, bytes: new Uint8Array(3) },
  ]);
  const protocol = smallTalk(2);
  const steps = [
    protocol.begin(),
    protocol.advance(new Uint8Array(0), 1, []),
    protocol.advance(new Uint8Array(0), 2, []),
    { type: "failed", culprits: [2], detail: "no" } as const,
  ] as readonly Step<unknown>[];
  const checkpoints = table
    .party(1)
    .of("persist")
    .map(({ checkpoint }) => checkpoint);
  return { messages: [...said, ...said, ...said, ...lies, ...shown, ...control, ...extra], steps, checkpoints };
}

/** Makes the table note which of its cells are looked up; returns what was noted, and what takes it back. */
function watchTable(): Set<string> {
  const reached = new Set<string>();
  for (const [phase, row] of Object.entries(ceremonyTransitions)) {
    for (const event of ceremonyEvents) {
      const cell = row[event];
      const get = () => {
        reached.add(`${phase} ${event}`);
        return cell;
      };
      Object.defineProperty(row, event, { get });
    }
  }
  return reached;
}

/** What walks hardly ever come by. */
function script(): void {
  const among = (count: number, meddle: Meddling): Table => {
    const table = new Table(count, () => ({ protocol: smallTalk(2) }));
    table.meddle = (message) => (message.from === count ? meddle(message) : [message]);
    table.start();
    table.run();
    return table;
  };
  const isSeal = ({ round }: Sent) => round === 3;
  const abort = say(2, 1, 0, { type: "abort", reason: "local.aborted", blamed: [], text: "" });
  among(2, (message) => (isSeal(message) ? [abort] : [message]));
  among(2, (message) => (isSeal(message) ? [{ ...message, round: 9 }] : [message]));
  // A lie about the history to one of three, who gets a certificate of the other then.
  among(3, (message) => [isSeal(message) && message.to === 1 ? reseal(message, { chain: bytesOf("lie") }) : message]);
  // Somebody shows what convicts itself, while one waits for its seal.
  const table = among(2, (message) => (isSeal(message) ? [] : [message]));
  const heard = [1, 2].flatMap((number) => {
    const sent = table.sent.find(({ from, round, bytes }) => from === number && round === 2 && bytes[0] === 1);
    if (sent === undefined) return [];
    const statement = read(number === 2 ? restate(sent, { body: bytesOf("lie") }) : sent, "statement", 2);
    return statement === undefined ? [] : [{ hash: broadcastHash(statement.body), signature: statement.signature }];
  });
  table.deliver(say(2, 1, 0, { type: "evidence", about: 2, heard }));
  expect(table.end(1)).toBe("peer.equivocation 2");
}

describe("a ceremony that is told anything in any order", () => {
  const words = corpus();

  /** One walk: what a confused shell and two parties might do to party 1. */
  function walk(seed: number): readonly CeremonyOutput[] {
    const random = new SeededRandom(seed);
    const machine = createCeremony(optionsOf(1, 3, { protocol: smallTalk(2) }));
    const outputs: CeremonyOutput[] = [];
    let ms = 0;
    let stepped = 0;
    const feed = (input: CeremonyInput) => {
      const before = JSON.stringify(machine.view());
      try {
        const said = machine.step(input, { ms });
        outputs.push(...said);
        if (said.some(({ type }) => type === "drop")) expect(JSON.stringify(machine.view())).toBe(before);
        for (const output of said) if (output.type === "persist") feed({ type: "persisted", id: output.id });
      } catch (error) {
        // The shell's own mistakes; whatever a peer says never throws.
        expect(error).toBeInstanceOf(UsageError);
        expect(input.type).not.toBe("message");
        expect(JSON.stringify(machine.view())).toBe(before);
      }
    };
    const begin = (): CeremonyInput =>
      random.chance(0.8) ? { type: "start" } : { type: "resume", checkpoint: random.pick(words.checkpoints) };
    if (random.chance(0.95)) feed(begin());
    for (let move = 0; move < 60; move++) {
      const { phase } = machine.view();
      if (phase === "computing" && random.chance(0.7)) {
        const step = random.chance(0.95) ? words.steps[stepped++] : words.steps[3];
        if (step !== undefined) feed({ type: "step", step });
      } else if (random.chance(0.02)) feed({ type: "abort", reason: "enough" });
      else if (random.chance(0.03)) feed({ type: "step", step: random.pick(words.steps) });
      else if (random.chance(0.021)) feed(begin());
      else if (random.chance(0.05)) {
        ms += random.pick([1_000, 10_000, 30_000]);
        feed({ type: "time" });
      } else {
        // Mostly what belongs here, so that some walks come to the end.
        const { round } = machine.view();
        const fitting = words.messages.filter(
          (message) => message.round === round || random.chance(message.round === 0 ? 0.1 : 0.05),
        );
        const { from, round: of, bytes } = random.pick(fitting.length > 0 ? fitting : words.messages);
        feed({ type: "message", from, round: of, bytes });
      }
    }
    return outputs;
  }

  it("ends once, completes with seals of all only, and visits every cell that does something", () => {
    const reached = watchTable();
    script();
    const ends = new Map<string, number>();
    for (let seed = 0; seed < 2_000; seed++) {
      const outputs = walk(seed);
      const last = outputs.filter(({ type }) => type === "complete" || type === "failed");
      expect(last.length).toBeLessThanOrEqual(1);
      for (const { type } of last) ends.set(type, (ends.get(type) ?? 0) + 1);
      const failed = outputs.findIndex(({ type }) => type === "failed");
      if (failed >= 0) expect(outputs.slice(failed + 1).every(({ type }) => type === "wake")).toBe(true);
    }
    expect(ends.get("complete")).toBeGreaterThan(20);
    const doing = cells.filter(
      ({ phase, next, actions }) => !ended(phase) && (next !== phase || actions.length > 0) && actions[0] !== "refuse",
    );
    const wanted = doing.map(({ phase, event }) => `${phase} ${event}`);
    expect(wanted.filter((cell) => !reached.has(cell))).toEqual([]);
  });
});

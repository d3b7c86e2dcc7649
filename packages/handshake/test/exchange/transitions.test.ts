import { inspect } from "node:util";
import { machineSuite, VirtualClock } from "@countersign/testkit";
import { describe, expect, test } from "vitest";
import { Order } from "../../src/exchange/at.ts";
import type { Incoming } from "../../src/exchange/cipher-set.ts";
import { Exchange } from "../../src/exchange/exchange.ts";
import type { ExchangeInput, ExchangeOutput } from "../../src/exchange/exchange-types.ts";
import { type RunEvent, type RunState, runTransitions } from "../../src/exchange/transitions.ts";
import { Kind, packet, ScriptedCipherSet } from "./scripted-cipher-set.ts";

/** One run of interest inside a machine. Initiator runs have the even at of the machine, responder runs an odd one. */
class Subject {
  readonly clock = new VirtualClock();
  readonly cipherSet = new ScriptedCipherSet();
  readonly machine = new Exchange<string, Incoming>({ cipherSet: this.cipherSet, order: Order.EVEN });
  readonly role: "initiator" | "responder";
  at = 0n;
  id = 0;
  private salt = 0;
  private lastPacket: Uint8Array = new Uint8Array(0);

  constructor(role: "initiator" | "responder") {
    this.role = role;
  }

  step(input: ExchangeInput): readonly ExchangeOutput<string>[] {
    return this.machine.step(input, this.clock.now());
  }

  /** Sends this run a new packet, or the last one again. */
  send(kind: Kind): readonly ExchangeOutput<string>[] {
    this.lastPacket = packet(kind, this.at, { responder: this.role === "initiator", salt: ++this.salt });
    return this.step({ type: "packet", body: this.lastPacket });
  }

  again(): readonly ExchangeOutput<string>[] {
    return this.step({ type: "packet", body: this.lastPacket });
  }

  start(): void {
    if (this.role === "initiator") {
      for (const output of this.step({ type: "call" })) if (output.type === "persist-at") this.at = output.at;
    } else {
      this.at = 1_760_000_001n;
      this.send(Kind.opening);
    }
    this.id = 1;
  }

  get state(): RunState {
    const runs = (this.machine as unknown as { runs: { id: number; state: RunState }[] }).runs;
    return runs.find(({ id }) => id === this.id)?.state ?? "gone";
  }
}

function reach(state: RunState): Subject {
  const subject = new Subject(state === "calling" || state === "finishing" ? "initiator" : "responder");
  subject.cipherSet.opening = state === "tentative" ? "complete" : "reply";
  subject.start();
  if (state === "calling") subject.send(Kind.guess);
  if (state === "finishing") subject.send(Kind.complete);
  if (state === "proven" || state === "live" || state === "gone") subject.send(Kind.reply);
  if (state === "live") subject.send(Kind.last);
  if (state === "gone") subject.step({ type: "end" });
  return subject;
}

const fire: Readonly<Record<RunEvent, (subject: Subject) => readonly ExchangeOutput<string>[]>> = {
  reply: (subject) => subject.send(Kind.reply),
  complete: (subject) => subject.send(Kind.complete),
  "complete-last": (subject) => subject.send(Kind.last),
  repeat: (subject) => subject.again(),
  bad: (subject) => subject.send(Kind.bad),
  "bad-guess": (subject) => subject.send(Kind.badGuess),
  refused: (subject) => subject.send(Kind.refused),
  heard: (subject) => subject.step({ type: "heard", id: subject.id }),
  "resend-due": (subject) => {
    subject.clock.advance(1_000);
    return subject.step({ type: "time" });
  },
  expired: (subject) => {
    subject.clock.advance(30_000);
    return subject.step({ type: "time" });
  },
  reconnected: (subject) => subject.step({ type: "reconnected" }),
  replaced: (subject) => subject.step({ type: "end" }),
};

describe("every cell of the exchange's table", () => {
  machineSuite(
    { test, expect },
    {
      table: runTransitions,
      reach,
      fire: (subject: Subject, event: RunEvent) => fire[event](subject),
      stateOf: (subject) => subject.state,
      snapshot: ({ machine }) => inspect({ ...machine, outputs: undefined }, { depth: 8 }),
      terminal: ["gone"],
    },
  );
});

describe("what a run that is gone leaves behind", () => {
  test.each(["calling", "answering", "proven", "finishing", "tentative"] as const)("%s: no state, no wake", (state) => {
    const subject = reach(state);
    subject.clock.advance(30_000);
    const outputs = subject.step({ type: "time" });
    expect(outputs).toContainEqual({ type: "wake", at: undefined });
    expect(outputs.some(({ type }) => type === "expired")).toBe(true);
    expect(subject.cipherSet.wiped).toEqual([1]);
    expect((subject.machine as unknown as { runs: unknown[] }).runs).toEqual([]);
  });
});

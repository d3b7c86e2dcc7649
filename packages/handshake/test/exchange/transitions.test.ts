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
  private answered: Uint8Array = new Uint8Array(0);
  private message: Uint8Array = new Uint8Array(0);

  constructor(role: "initiator" | "responder") {
    this.role = role;
  }

  step(input: ExchangeInput): readonly ExchangeOutput<string>[] {
    return this.machine.step(input, this.clock.now());
  }

  /** Sends this run a new packet. */
  send(kind: Kind): readonly ExchangeOutput<string>[] {
    const body = packet(kind, this.at, { responder: this.role === "initiator", salt: ++this.salt });
    if (kind === Kind.message) this.message = body;
    else if (kind === Kind.opening || kind === Kind.reply || kind === Kind.guess) this.answered = body;
    return this.step({ type: "packet", body });
  }

  /** Sends again what was answered last. */
  again(): readonly ExchangeOutput<string>[] {
    return this.step({ type: "packet", body: this.answered });
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
    return runsOf(this.machine).find(({ id }) => id === this.id)?.state ?? "gone";
  }

  /** The application's yes, of which the cipher set makes this. */
  accept(standing: ScriptedCipherSet["standing"]): readonly ExchangeOutput<string>[] {
    this.cipherSet.standing = standing;
    if (this.state === "offered") this.answered = this.message;
    return this.step({ type: "accept", id: this.id });
  }
}

function runsOf(machine: object): readonly { readonly id: number; readonly state: RunState }[] {
  return (machine as { runs: { records: [] } }).runs.records;
}

function reach(state: RunState): Subject {
  const subject = new Subject(state === "calling" || state === "finishing" ? "initiator" : "responder");
  subject.start();
  if (state === "calling") subject.send(Kind.guess);
  if (state === "proven") subject.send(Kind.reply);
  if (state === "answering" || state === "calling" || state === "proven") return subject;
  if (state === "offered" || state === "gone") subject.send(Kind.reply);
  subject.send(Kind.message);
  if (state === "finishing" || state === "tentative" || state === "live") subject.accept(state);
  if (state === "refused") subject.step({ type: "refuse", id: subject.id });
  if (state === "gone") subject.step({ type: "end" });
  return subject;
}

const fire: Readonly<Record<RunEvent, (subject: Subject) => readonly ExchangeOutput<string>[]>> = {
  reply: (subject) => subject.send(Kind.reply),
  message: (subject) => subject.send(Kind.message),
  accepted: (subject) => subject.accept("live"),
  "accepted-finishing": (subject) => subject.accept("finishing"),
  "accepted-tentative": (subject) => subject.accept("tentative"),
  refused: (subject) => subject.step({ type: "refuse", id: subject.id }),
  repeat: (subject) => subject.again(),
  bad: (subject) => subject.send(Kind.bad),
  "bad-guess": (subject) => subject.send(Kind.badGuess),
  fault: (subject) => subject.send(Kind.fault),
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
      // But for the pace of openings, which is a limit on what is computed and no state of the protocol.
      snapshot: ({ machine }) => inspect({ ...machine, pace: undefined }, { depth: 9 }),
      terminal: ["gone"],
    },
  );
});

describe("what a run that is gone leaves behind", () => {
  test.each(["calling", "answering", "proven", "offered", "finishing", "tentative"] as const)(
    "%s: no state, no wake",
    (state) => {
      const subject = reach(state);
      subject.clock.advance(30_000);
      const outputs = subject.step({ type: "time" });
      expect(outputs).toContainEqual({ type: "wake", at: undefined });
      expect(outputs.some(({ type }) => type === "expired")).toBe(true);
      expect(subject.cipherSet.wiped).toEqual([1]);
      expect(runsOf(subject.machine)).toEqual([]);
    },
  );
});

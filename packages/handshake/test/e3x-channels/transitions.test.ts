import { machineSuite } from "@countersign/testkit";
import type { JsonObject } from "@countersign/wire";
import { describe, expect, test } from "vitest";
import type { ChannelInput } from "../../src/e3x-channels/channel-types.ts";
import { E3xChannel } from "../../src/e3x-channels/e3x-channel.ts";
import {
  type ChannelEvent,
  type ChannelState,
  channelEvents,
  channelStates,
  channelTransitions,
} from "../../src/e3x-channels/transitions.ts";

/** A reliable channel, and the other end of it, which is made of numbers only. */
class Subject {
  readonly channel: E3xChannel;
  private sent = 0;
  private seq = 0;

  constructor(opener: "self" | "peer") {
    this.channel = new E3xChannel({ id: 1, type: "test", reliable: true, opener }, 0);
  }

  say(end = false) {
    const outputs = this.step({ type: "send", content: { end } });
    this.sent++;
    return outputs;
  }

  /** Content of the peer. */
  content(json: JsonObject = {}) {
    return this.packet({ seq: ++this.seq, ...json });
  }

  /** An acknowledgement of everything. */
  confirm() {
    return this.packet({ ack: this.sent });
  }

  packet(json: JsonObject) {
    return this.step({ type: "packet", content: { json: { c: 1, ...json }, body: new Uint8Array(0) } });
  }

  step(input: ChannelInput, now = 0) {
    return this.channel.step(input, now);
  }
}

const reach: { readonly [State in ChannelState]: () => Subject } = {
  opening() {
    const subject = new Subject("self");
    subject.say();
    return subject;
  },
  offered: () => new Subject("peer"),
  open() {
    const subject = reach.opening();
    subject.content({ ack: 1 });
    subject.step({ type: "processed" });
    return subject;
  },
  ending() {
    const subject = reach.open();
    subject.say(true);
    return subject;
  },
  ended() {
    const subject = reach.open();
    subject.content({ end: true });
    subject.step({ type: "processed" });
    return subject;
  },
  lingering() {
    const subject = reach.ending();
    subject.content({ end: true });
    subject.step({ type: "processed" });
    return subject;
  },
  done() {
    const subject = reach.lingering();
    subject.confirm();
    return subject;
  },
  closed() {
    const subject = reach.open();
    subject.packet({ err: "gone" });
    return subject;
  },
};

const unless = (run: () => ReturnType<Subject["step"]>) => {
  try {
    return run();
  } catch {
    return [];
  }
};

const fire: { readonly [Event in ChannelEvent]: (subject: Subject) => ReturnType<Subject["step"]> } = {
  send: (subject) => unless(() => subject.say()),
  "send-end": (subject) => unless(() => subject.say(true)),
  content: (subject) => subject.content(),
  end: (subject) => subject.content({ end: true }),
  heard: (subject) => subject.packet({ ack: 0 }),
  processed(subject) {
    if (subject.channel.state === "offered") subject.content();
    return unless(() => subject.step({ type: "processed" }));
  },
  settled: (subject) => (subject.channel.state === "lingering" ? subject.confirm() : subject.step({ type: "time" })),
  err: (subject) => subject.packet({ err: "gone" }),
  fail: (subject) => subject.step({ type: "fail", err: "no" }),
  timeout(subject) {
    // An open channel waits for nothing but what was not confirmed.
    if (subject.channel.state === "open") subject.say();
    return subject.step({ type: "time" }, 30_000);
  },
  reset: (subject) => subject.step({ type: "reset" }),
};

describe("the table of a channel", () => {
  machineSuite(
    { test, expect },
    {
      table: channelTransitions,
      reach: (state) => reach[state](),
      fire: (subject, event) => fire[event](subject),
      stateOf: ({ channel }) => channel.state,
      snapshot: ({ channel }) => structuredClone({ ...channel, outputs: [], reliable: { ...channel["reliable"] } }),
      terminal: ["closed"],
    },
  );

  test("has a cell for each state and event", () => {
    expect(Object.keys(channelTransitions)).toEqual([...channelStates]);
    for (const row of Object.values(channelTransitions))
      expect(Object.keys(row).toSorted()).toEqual(channelEvents.toSorted());
  });
});

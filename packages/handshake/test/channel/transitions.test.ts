import { machineSuite } from "@countersign/testkit";
import { describe, expect, it } from "vitest";
import { Channel } from "../../src/channel/channel.ts";
import { Channels } from "../../src/channel/channels.ts";
import { type Effects, Lifecycle } from "../../src/channel/lifecycle.ts";
import {
  type ChannelEvent,
  type ChannelState,
  type ConversationAction,
  type ConversationEvent,
  type ConversationState,
  channelTransitions,
  conversationTransitions,
} from "../../src/channel/transitions.ts";
import { keysOf } from "./keys.ts";
import { snapshot } from "./snapshot.ts";
import { SpyCipher } from "./spy-cipher.ts";

const runner = { test: it, expect };

interface Subject {
  readonly channels: Channels;
  readonly channel: Channel;
}

/** How a fresh channel gets into each state. */
const ways: Readonly<Record<ChannelState, readonly ChannelEvent[]>> = {
  tentative: [],
  live: ["confirmed"],
  previous: ["confirmed", "replaced"],
  gone: ["discarded"],
};

describe("the table of a channel", () => {
  machineSuite<Subject, ChannelState, ChannelEvent>(runner, {
    table: channelTransitions,
    reach: (state) => {
      const channels = new Channels();
      const channel = new Channel({
        ...keysOf(1, "a"),
        id: 1,
        cipher: new SpyCipher(),
        peerNext: 0n,
        first: 0,
        installedAt: 0,
      });
      channels.add(channel);
      for (const event of ways[state]) channels.fire(channel, event, 0);
      return { channels, channel };
    },
    fire: ({ channels, channel }, event) => channels.fire(channel, event, 0).map((type) => ({ type })),
    stateOf: ({ channel }) => channel.state,
    snapshot,
    terminal: ["gone"],
  });

  it("wipes whatever goes, and nothing else", () => {
    for (const row of Object.values(channelTransitions)) {
      for (const { next, actions } of Object.values(row)) {
        const goes = next === "gone" && row !== channelTransitions.gone;
        expect(actions.some((action) => action === "wipe")).toBe(goes);
      }
    }
  });
});

const conversationWays: Readonly<Record<ConversationState, readonly ConversationEvent[]>> = {
  open: [],
  closing: ["close"],
  closed: ["close", "out-of-patience"],
};

describe("the table of a conversation", () => {
  let done: ConversationAction[] = [];
  const all = Object.values(conversationTransitions).flatMap((row) => Object.values(row));
  const effects: Effects = Object.fromEntries(
    all.flatMap(({ actions }) => actions).map((action) => [action, () => done.push(action)]),
  );
  const life = () => new Lifecycle({ posted: 0n, unacknowledged: [] });

  machineSuite<Lifecycle, ConversationState, ConversationEvent>(runner, {
    table: conversationTransitions,
    reach: (state) => {
      const subject = life();
      for (const event of conversationWays[state]) subject.fire(event, {});
      return subject;
    },
    fire: (subject, event) => {
      done = [];
      subject.fire(event, effects);
      return done.map((type) => ({ type }));
    },
    stateOf: (subject) => subject["state"],
    snapshot,
    terminal: ["closed"],
  });

  it("says once that it is closed, and ends all channels, on every way there", () => {
    for (const state of ["open", "closing"] as const) {
      for (const { next, actions } of Object.values(conversationTransitions[state])) {
        const ends = actions.filter((action) => action === "report-closed" || action === "wipe");
        expect(ends).toEqual(next === "closed" ? ["report-closed", "wipe"] : []);
      }
    }
  });

  it("delivers and takes in only while it is open", () => {
    for (const state of ["closing", "closed"] as const) {
      const actions = Object.values(conversationTransitions[state]).flatMap((cell) => cell.actions);
      expect(actions).not.toContain("deliver");
      expect(actions).not.toContain("keep");
      expect(actions).not.toContain("queue");
    }
  });
});

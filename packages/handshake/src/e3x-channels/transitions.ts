import type { TransitionTable } from "../transition-table.ts";

/**
 * Where a channel stands, at one end. Telehash's three states are OPENING (opening, offered), OPEN (open, ending) and
 * ENDED (the others).
 * - opening: our first packet was sent, nothing was heard
 * - offered: the peer's first packet was received, and the application has neither processed nor answered it
 * - open: packets went both ways
 * - ending: our end was sent, the peer's has not come
 * - ended: the peer's end has come, ours was not sent
 * - lingering: both have ended, and something is not confirmed or not processed
 * - done: over for the application; what the peer repeats is still acknowledged
 * - closed: without state
 */
export const channelStates = ["opening", "offered", "open", "ending", "ended", "lingering", "done", "closed"] as const;
export type ChannelState = (typeof channelStates)[number];

/**
 * What can happen to a channel.
 * - send, send-end: the application sends content, the last of it
 * - content, end: content of the peer is delivered, the last of it
 * - heard: a packet without content to deliver
 * - processed: the application is done with what was delivered
 * - settled: everything that was sent is confirmed, everything that was delivered is processed
 * - err: the peer's error
 * - fail: the application gives the channel up
 * - timeout: nothing was heard for too long
 * - reset: the exchange is another one now, or none
 */
export const channelEvents = [
  "send",
  "send-end",
  "content",
  "end",
  "heard",
  "processed",
  "settled",
  "err",
  "fail",
  "timeout",
  "reset",
] as const;
export type ChannelEvent = (typeof channelEvents)[number];

/**
 * What a channel does.
 * - transmit: the content leaves, or waits for room
 * - deliver: hand it to the application
 * - tell-peer: send the error, once
 * - report: the channel is over for the application, with the error if there is one
 * - refuse: the call is wrong
 * - drop: nothing
 */
export type ChannelAction = "transmit" | "deliver" | "tell-peer" | "report" | "refuse" | "drop";

const stay = <S extends ChannelState>(next: S) => ({ next, actions: [] }) as const;
const drop = <S extends ChannelState>(next: S) => ({ next, actions: ["drop"] }) as const;
const refuse = <S extends ChannelState>(next: S) => ({ next, actions: ["refuse"] }) as const;
const transmit = <S extends ChannelState>(next: S) => ({ next, actions: ["transmit"] }) as const;
const deliver = <S extends ChannelState>(next: S) => ({ next, actions: ["deliver"] }) as const;
const over = {
  err: { next: "closed", actions: ["report"] },
  fail: { next: "closed", actions: ["tell-peer", "report"] },
  timeout: { next: "closed", actions: ["tell-peer", "report"] },
  reset: { next: "closed", actions: ["report"] },
} as const;

/** All transitions of a channel (spec 0009, section 8). The machine executes this table. */
export const channelTransitions: TransitionTable<ChannelState, ChannelEvent, ChannelAction> = {
  opening: {
    send: transmit("opening"),
    "send-end": transmit("ending"),
    content: deliver("open"),
    end: deliver("ended"),
    heard: stay("open"),
    processed: stay("opening"),
    settled: stay("opening"),
    ...over,
  },
  offered: {
    send: transmit("open"),
    "send-end": transmit("ending"),
    content: deliver("offered"),
    end: deliver("ended"),
    heard: stay("offered"),
    processed: stay("open"),
    settled: stay("offered"),
    ...over,
  },
  open: {
    send: transmit("open"),
    "send-end": transmit("ending"),
    content: deliver("open"),
    end: deliver("ended"),
    heard: stay("open"),
    processed: stay("open"),
    settled: stay("open"),
    ...over,
  },
  ending: {
    send: refuse("ending"),
    "send-end": refuse("ending"),
    content: deliver("ending"),
    end: deliver("lingering"),
    heard: stay("ending"),
    processed: stay("ending"),
    settled: stay("ending"),
    ...over,
  },
  ended: {
    send: transmit("ended"),
    "send-end": transmit("lingering"),
    content: drop("ended"),
    end: drop("ended"),
    heard: stay("ended"),
    processed: stay("ended"),
    settled: stay("ended"),
    ...over,
  },
  lingering: {
    send: refuse("lingering"),
    "send-end": refuse("lingering"),
    content: drop("lingering"),
    end: drop("lingering"),
    heard: stay("lingering"),
    processed: stay("lingering"),
    settled: { next: "done", actions: ["report"] },
    ...over,
  },
  done: {
    send: refuse("done"),
    "send-end": refuse("done"),
    content: drop("done"),
    end: drop("done"),
    heard: stay("done"),
    processed: stay("done"),
    settled: stay("done"),
    err: stay("closed"),
    fail: stay("closed"),
    timeout: stay("closed"),
    reset: stay("closed"),
  },
  closed: {
    send: refuse("closed"),
    "send-end": refuse("closed"),
    content: drop("closed"),
    end: drop("closed"),
    heard: drop("closed"),
    processed: stay("closed"),
    settled: stay("closed"),
    err: drop("closed"),
    fail: stay("closed"),
    timeout: stay("closed"),
    reset: stay("closed"),
  },
};

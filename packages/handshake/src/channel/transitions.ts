import type { TransitionTable } from "../transition-table.ts";

/**
 * Where the channel of one exchange stands.
 * - tentative: nothing was heard under its keys, and nothing is sent under them
 * - live: the one that is sent on
 * - previous: replaced; it still receives for 30 s
 * - gone: without keys
 */
export type ChannelState = "tentative" | "live" | "previous" | "gone";

/**
 * What can happen to a channel.
 * - confirmed: installed as the one to use
 * - heard: its first authentic frame
 * - replaced: another one became live
 * - discarded: its exchange came to nothing
 * - expired: its time as previous one is up
 * - ended: the conversation is over
 */
export type ChannelEvent = "confirmed" | "heard" | "replaced" | "discarded" | "expired" | "ended";

/**
 * What is done about it.
 * - report-heard: tell
 * - take-over: replace the live one, seal anew what is unacknowledged
 * - start-clock: the 30 s begin
 * - wipe: erase keys, ciphertext and what came early
 */
export type ChannelAction = "report-heard" | "take-over" | "start-clock" | "wipe";

const wiped = { next: "gone", actions: ["wipe"] } as const;

function stay<S extends ChannelState>(next: S) {
  return { next, actions: [] } as const;
}

/** All transitions of a channel (spec 0004, section 8). The conversation executes this table. */
export const channelTransitions: TransitionTable<ChannelState, ChannelEvent, ChannelAction> = {
  tentative: {
    confirmed: { next: "live", actions: ["take-over"] },
    heard: { next: "live", actions: ["report-heard", "take-over"] },
    replaced: stay("tentative"),
    discarded: wiped,
    expired: stay("tentative"),
    ended: wiped,
  },
  live: {
    confirmed: stay("live"),
    heard: { next: "live", actions: ["report-heard"] },
    replaced: { next: "previous", actions: ["start-clock"] },
    discarded: stay("live"),
    expired: stay("live"),
    ended: wiped,
  },
  previous: {
    confirmed: stay("previous"),
    heard: { next: "previous", actions: ["report-heard"] },
    replaced: wiped,
    discarded: stay("previous"),
    expired: wiped,
    ended: wiped,
  },
  gone: {
    confirmed: stay("gone"),
    heard: stay("gone"),
    replaced: stay("gone"),
    discarded: stay("gone"),
    expired: stay("gone"),
    ended: stay("gone"),
  },
};

/**
 * Where the conversation stands.
 * - open: messages go both ways
 * - closing: this end has sent its CLOSE; it takes nothing more in and waits for an answer
 * - closed: over; all keys are gone
 */
export type ConversationState = "open" | "closing" | "closed";

/**
 * What can happen to a conversation.
 * - install: an exchange brought keys
 * - took-over: a channel became live
 * - post, control: something to send
 * - content: a frame in order that holds more than an ACK
 * - close: this end wants to close, and a CLOSE can leave
 * - close-mute: this end wants to close, and there is nothing to send it on
 * - close-received: the peer's CLOSE, in order or while closing
 * - close-acknowledged: the peer has this end's CLOSE
 * - close-repeated: the peer's CLOSE again, byte for byte
 * - fault: an authentic frame that no correct peer sends
 * - out-of-patience: 30 s without an answer while closing
 */
export type ConversationEvent =
  | "install"
  | "took-over"
  | "post"
  | "control"
  | "content"
  | "close"
  | "close-mute"
  | "close-received"
  | "close-acknowledged"
  | "close-repeated"
  | "fault"
  | "out-of-patience";

/**
 * What is done about it.
 * - admit: keep the keys; refuse-keys: erase them
 * - seal-anew: send in the new channel what is unacknowledged
 * - keep, queue: take a message or a control frame in
 * - deliver: hand on
 * - send-close: seal a CLOSE
 * - answer-ack: acknowledge the peer's CLOSE; answer-close: this end's own CLOSE is the answer; answer-again: repeat it
 * - report-fault, report-closed, drop: tell
 * - wipe: end all channels
 */
export type ConversationAction =
  | "admit"
  | "refuse-keys"
  | "seal-anew"
  | "keep"
  | "queue"
  | "deliver"
  | "send-close"
  | "answer-ack"
  | "answer-close"
  | "answer-again"
  | "report-fault"
  | "report-closed"
  | "drop"
  | "wipe";

const open = { next: "open", actions: [] } as const;
const closing = { next: "closing", actions: [] } as const;
const closed = { next: "closed", actions: [] } as const;
const over = { next: "closed", actions: ["report-closed", "wipe"] } as const;

/** All transitions of a conversation (spec 0004, section 10). The machine executes this table. */
export const conversationTransitions: TransitionTable<ConversationState, ConversationEvent, ConversationAction> = {
  open: {
    install: { next: "open", actions: ["admit"] },
    "took-over": { next: "open", actions: ["seal-anew"] },
    post: { next: "open", actions: ["keep"] },
    control: { next: "open", actions: ["queue"] },
    content: { next: "open", actions: ["deliver"] },
    close: { next: "closing", actions: ["send-close"] },
    "close-mute": over,
    "close-received": { next: "closed", actions: ["answer-ack", "report-closed", "wipe"] },
    "close-acknowledged": open,
    "close-repeated": open,
    fault: { next: "closed", actions: ["send-close", "report-fault", "report-closed", "wipe"] },
    "out-of-patience": open,
  },
  closing: {
    install: { next: "closing", actions: ["admit"] },
    "took-over": { next: "closing", actions: ["send-close"] },
    post: closing,
    control: closing,
    content: { next: "closing", actions: ["drop"] },
    close: closing,
    "close-mute": closing,
    "close-received": { next: "closed", actions: ["answer-close", "report-closed", "wipe"] },
    "close-acknowledged": over,
    "close-repeated": closing,
    fault: { next: "closed", actions: ["report-fault", "report-closed", "wipe"] },
    "out-of-patience": over,
  },
  closed: {
    install: { next: "closed", actions: ["refuse-keys"] },
    "took-over": closed,
    post: closed,
    control: closed,
    content: closed,
    close: closed,
    "close-mute": closed,
    "close-received": closed,
    "close-acknowledged": closed,
    "close-repeated": { next: "closed", actions: ["answer-again"] },
    fault: closed,
    "out-of-patience": closed,
  },
};

import type { RelayCode } from "@countersign/rpc";

/** Where a session's life stands. The last three are the ends; from there it can only be forgotten. */
export type Phase = "gathering" | "full" | "closed" | "aborted" | "expired";

/**
 * What happens to a session. `fill` is the join that takes the last place, `leave` the end of a connection that is a
 * member, `close` the finish of the last member.
 */
export type Cause =
  | "claim"
  | "free"
  | "join"
  | "fill"
  | "leave"
  | "message"
  | "ack"
  | "index"
  | "finish"
  | "close"
  | "abort"
  | "expire"
  | "forget";

/** The phase that follows, or why nothing happens: the caller's error, or silence where nobody asked. */
export type Transition = Phase | RelayCode | "forgotten" | "ignored";

const ended: Readonly<Record<Cause, Transition>> = {
  claim: "relay.session-ended",
  free: "ignored",
  join: "relay.session-ended",
  fill: "relay.session-ended",
  leave: "ignored",
  message: "relay.session-ended",
  ack: "relay.session-ended",
  index: "relay.session-ended",
  finish: "relay.session-ended",
  close: "relay.session-ended",
  abort: "relay.session-ended",
  expire: "ignored",
  forget: "forgotten",
};

/** The life of a session: every phase, every cause. */
export const transitions: Readonly<Record<Phase, Readonly<Record<Cause, Transition>>>> = {
  gathering: {
    claim: "gathering",
    free: "gathering",
    join: "gathering",
    fill: "full",
    leave: "gathering",
    message: "gathering",
    ack: "gathering",
    index: "gathering",
    finish: "gathering",
    close: "closed",
    abort: "aborted",
    expire: "expired",
    forget: "ignored",
  },
  full: {
    claim: "relay.invitation-closed",
    free: "ignored",
    join: "relay.session-full",
    fill: "relay.session-full",
    leave: "ignored",
    message: "full",
    ack: "full",
    index: "full",
    finish: "full",
    close: "closed",
    abort: "aborted",
    expire: "expired",
    forget: "ignored",
  },
  closed: ended,
  aborted: ended,
  expired: ended,
};

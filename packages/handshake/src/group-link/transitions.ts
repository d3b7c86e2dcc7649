import type { TransitionTable } from "../transition-table.ts";

/**
 * Where one endpoint's group link stands.
 * - waiting: not all others are introduced
 * - open: its G1 is out, and the ephemeral key is held
 * - over: no ephemeral key, for the rest of the session
 */
export type GroupLinkState = "waiting" | "open" | "over";

/**
 * What can happen to it.
 * - full: all others are introduced
 * - ephemeral: the first G1 of a peer whose pair has no keys
 * - unusable: any other G1
 * - served: all pairs have keys
 * - replaced: the relay has put another endpoint in the place of one
 * - expired: two seconds are over
 * - ended: the session is
 */
export type GroupLinkEvent = "full" | "ephemeral" | "unusable" | "served" | "replaced" | "expired" | "ended";

/**
 * What is done about it.
 * - draw, say: make the ephemeral key, and tell it to all
 * - start-clock, stop-clock: the two seconds
 * - keep: keep a G1 until the own key is there; use-kept: use those
 * - forget: forget what is kept of a replaced one
 * - hand-over: the keys of a pair
 * - erase: the ephemeral key, and what is kept
 */
export type GroupLinkAction =
  | "draw"
  | "say"
  | "start-clock"
  | "stop-clock"
  | "keep"
  | "use-kept"
  | "forget"
  | "hand-over"
  | "erase"
  | "drop";

const over = { next: "over", actions: ["stop-clock", "erase"] } as const;
const nothing = { next: "over", actions: [] } as const;

/** All transitions of a group link (spec 0012). The machine executes this table. */
export const groupLinkTransitions: TransitionTable<GroupLinkState, GroupLinkEvent, GroupLinkAction> = {
  waiting: {
    full: { next: "open", actions: ["draw", "say", "start-clock", "use-kept"] },
    ephemeral: { next: "waiting", actions: ["keep"] },
    unusable: { next: "waiting", actions: ["drop"] },
    served: { next: "over", actions: ["erase"] },
    replaced: { next: "waiting", actions: ["forget"] },
    expired: { next: "waiting", actions: [] },
    ended: { next: "over", actions: ["erase"] },
  },
  open: {
    full: { next: "open", actions: [] },
    ephemeral: { next: "open", actions: ["hand-over"] },
    unusable: { next: "open", actions: ["drop"] },
    served: over,
    replaced: over,
    expired: over,
    ended: over,
  },
  over: {
    full: nothing,
    ephemeral: { next: "over", actions: ["drop"] },
    unusable: { next: "over", actions: ["drop"] },
    served: nothing,
    replaced: nothing,
    expired: nothing,
    ended: nothing,
  },
};

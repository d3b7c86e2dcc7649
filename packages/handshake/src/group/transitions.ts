import type { TransitionTable } from "../transition-table.ts";

/**
 * Where a session's peer group stands.
 * - gathering: not all pairs are up yet
 * - comparing: all pairs are up, the SAS is being made or compared
 * - ready: the SAS is confirmed or all peers are pinned; messages may flow
 * - closing: this end has said that it is done
 * - closed, failed: for good
 */
export const groupStates = ["gathering", "comparing", "ready", "closing", "closed", "failed"] as const;
export type GroupState = (typeof groupStates)[number];

/**
 * What can happen to a peer group as a whole. `restored`: it was ready in a process before this one; `reopened`: there
 * was a string to compare.
 */
export const groupEvents = ["all-up", "restored", "reopened", "sas-complete", "close", "all-closed", "fault"] as const;
export type GroupEvent = (typeof groupEvents)[number];

/**
 * What is done about it.
 * - erase-code: it has done its work
 * - start-sas: make the commitment
 * - count-sas: an end between one's own reveal and the string is a SAS failure, whoever brings it about
 * - announce-ready, announce-failure: tell
 * - close-pairs: CLOSE to everybody
 * - erase: all secrets
 */
export type GroupAction =
  | "erase-code"
  | "start-sas"
  | "count-sas"
  | "announce-ready"
  | "close-pairs"
  | "announce-failure"
  | "erase";

const stay = <S extends GroupState>(next: S) => ({ next, actions: [] }) as const;
const fail = { next: "failed", actions: ["close-pairs", "announce-failure", "erase"] } as const;
const close = { next: "closing", actions: ["close-pairs"] } as const;
const closed = { next: "closed", actions: ["erase"] } as const;

/** All transitions of a peer group (spec 0003, section 9). The machine executes this table. */
export const groupTransitions: TransitionTable<GroupState, GroupEvent, GroupAction> = {
  gathering: {
    "all-up": { next: "comparing", actions: ["erase-code", "start-sas"] },
    restored: { next: "ready", actions: ["erase-code", "announce-ready"] },
    reopened: { next: "comparing", actions: ["erase-code", "start-sas"] },
    "sas-complete": stay("gathering"),
    close,
    "all-closed": closed,
    fault: fail,
  },
  comparing: {
    "all-up": stay("comparing"),
    restored: stay("comparing"),
    reopened: stay("comparing"),
    "sas-complete": { next: "ready", actions: ["announce-ready"] },
    close: { next: "closing", actions: ["count-sas", "close-pairs"] },
    "all-closed": { next: "closed", actions: ["count-sas", "erase"] },
    fault: { next: "failed", actions: ["count-sas", "close-pairs", "announce-failure", "erase"] },
  },
  ready: {
    "all-up": stay("ready"),
    restored: stay("ready"),
    reopened: stay("ready"),
    "sas-complete": stay("ready"),
    close,
    "all-closed": closed,
    fault: fail,
  },
  closing: {
    "all-up": stay("closing"),
    restored: stay("closing"),
    reopened: stay("closing"),
    "sas-complete": stay("closing"),
    close: stay("closing"),
    "all-closed": closed,
    fault: fail,
  },
  closed: {
    "all-up": stay("closed"),
    restored: stay("closed"),
    reopened: stay("closed"),
    "sas-complete": stay("closed"),
    close: stay("closed"),
    "all-closed": stay("closed"),
    fault: stay("closed"),
  },
  failed: {
    "all-up": stay("failed"),
    restored: stay("failed"),
    reopened: stay("failed"),
    "sas-complete": stay("failed"),
    close: stay("failed"),
    "all-closed": stay("failed"),
    fault: stay("failed"),
  },
};

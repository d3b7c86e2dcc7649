import type { MpcGroup, MpcKind } from "@countersign/rpc";
import type { Kind } from "../kind.ts";

/** A connection that is in a group. */
export interface LiveConnection {
  readonly number: number;
  /** The events of the outbox that it has not been handed yet, by seq. */
  readonly due: number[];
}

/** The names by which a party of a session goes. */
export interface Names {
  readonly number: number;
  /** Null until it has said one. */
  readonly index: number | null;
}

/**
 * News for connections. What members wrote, of the size `size`, stays in the log at `position` until everybody who is to
 * hear it has been handed it.
 */
export type LiveEvent =
  | {
      readonly seq: number;
      readonly type: "sessionCreate";
      readonly session: string;
      readonly kind: Kind;
      /** Null where the session has no value. */
      readonly position: number | null;
      readonly size: number;
    }
  | { readonly seq: number; readonly type: "sessionSignup" | "sessionLoad"; readonly session: string }
  | {
      readonly seq: number;
      readonly type: "sessionMessage";
      readonly session: string;
      readonly sender: Names;
      /** Null: for all others. */
      readonly receiver: Names | null;
      readonly position: number;
      readonly size: number;
      /** Which one of a member's envelopes it is; null for a message of a connection. */
      readonly envelope: number | null;
    }
  | {
      readonly seq: number;
      readonly type: "sessionClosed";
      readonly session: string;
      readonly numbers: readonly number[];
    }
  | {
      readonly seq: number;
      readonly type: "notifyProposal" | "notifySigned";
      readonly session: string;
      readonly position: number;
      readonly size: number;
    };

/**
 * What a group has for connections. It exists as long as a connection is in it or a member with a token in one of its
 * sessions.
 */
export interface LiveGroup {
  readonly id: string;
  readonly label: string;
  readonly parties: number;
  readonly threshold: number;
  /** By their numbers, in the order in which they came. */
  readonly connections: Map<number, LiveConnection>;
  /** The newest event's place in the order of the outbox. */
  seq: number;
  /** The outbox: the newest events without a gap; those in front of them were handed to everybody. */
  readonly events: LiveEvent[];
  /** The sizes of what members wrote in them. */
  bytes: number;
}

/** The group as a connection sees it. */
export function describeGroup({ id, label, parties, threshold }: LiveGroup): MpcGroup {
  return { uuid: id, params: { parties, threshold }, label };
}

/** How many parties a session needs; the kind is the one that a request names. */
export function requiredParties(group: LiveGroup, kind: Kind | MpcKind): number {
  return kind === "sign" ? group.threshold + 1 : group.parties;
}

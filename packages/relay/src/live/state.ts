import type { MpcGroup, MpcKind, MpcSession, RawJson } from "@countersign/rpc";
import type { GroupEntry } from "../entry.ts";
import type { TimerOutput } from "../timer-output.ts";

/** A place in a session. */
export interface Party {
  /** Who has it. Once the session was complete, it stays that of a connection that is gone. */
  readonly connection: number;
  readonly number: number;
  /** Under which it is reached while it signs, null until it says so. */
  index: number | null;
  finished: boolean;
}

/** A session of a live group; plain data. */
export interface LiveSession {
  readonly id: string;
  readonly kind: MpcKind;
  readonly value: RawJson;
  /** Seconds without activity until it expires. */
  readonly life: number;
  /** Whether all parties that it needs were there once. Until then, the place of whoever goes is free again. */
  complete: boolean;
  /** In the order in which they came. */
  readonly parties: Party[];
  /** Numbers that were given back, which are given out first. */
  readonly freed: number[];
  /** Counts what happens, so that an `expire` that comes late can be told. */
  activity: number;
}

/** A group whose members are connections; plain data. It exists as long as one of them does. */
export interface LiveGroup {
  readonly id: string;
  readonly label: string;
  readonly parties: number;
  readonly threshold: number;
  /** In the order in which they came. */
  readonly connections: number[];
  readonly sessions: LiveSession[];
}

/** The group as a member sees it. */
export function describeGroup({ id, label, parties, threshold }: LiveGroup): MpcGroup {
  return { uuid: id, params: { parties, threshold }, label };
}

/** The session as a member sees it. */
export function describeSession({ id, kind, value }: LiveSession): MpcSession {
  return { uuid: id, kind, value };
}

/** How many parties a session needs; the kind is the one that a request names. */
export function requiredParties(group: LiveGroup, kind: MpcKind): number {
  return kind === "keygen" ? group.parties : group.threshold + 1;
}

/** Notes that something happened, which begins the life of the session anew. */
export function touchLive(session: LiveSession): TimerOutput<GroupEntry> {
  session.activity++;
  return liveTimer(session);
}

/** The timer at which a session expires. */
export function liveTimer({ id, life, activity }: LiveSession): TimerOutput<GroupEntry> {
  return { type: "timer", key: id, after: life, entry: { type: "expire", session: id, activity } };
}

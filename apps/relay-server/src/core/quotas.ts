import { endOf, type Refusal, refuse, weightOf } from "@countersign/relay";
import type { Quota } from "@countersign/rpc";
import type { Limits } from "../limits/limits.ts";
import type { Attachable } from "./attachments.ts";
import type { Directory } from "./directory.ts";

/**
 * Sessions of a group for each one that may go on, with those that have ended and are not forgotten: so that counting
 * them stays cheap, too.
 */
const KEPT_PER_SESSION = 16;

/** Something of which there may be only so many. */
export interface Demand {
  readonly quota: Quota;
  /** Whose they are. */
  readonly of: unknown;
  /** Whether there are as many already, with `underway` more on their way to a log. */
  isReached(underway: number): boolean;
}

/** Acts while there is room. What is on its way to a log counts, so that asking quickly leads nobody past a limit. */
export class Quotas {
  readonly #limits: Limits;
  readonly #directory: Directory;
  readonly #underway = new Map<Quota, Map<unknown, number>>();

  constructor(limits: Limits, directory: Directory) {
    this.#limits = limits;
    this.#directory = directory;
  }

  /** Acts if nothing that it demands is used up; begins at once. */
  async within<Answer>(
    demands: readonly Demand[],
    act: () => Answer | Promise<Answer>,
  ): Promise<Answer | (Refusal & { readonly quota: Quota })> {
    const reached = demands.find(({ quota, of, isReached }) => isReached(this.#underway.get(quota)?.get(of) ?? 0));
    if (reached !== undefined) {
      const { quota } = reached;
      return { ...refuse("relay.quota-reached", { quota }), quota };
    }
    this.#count(demands, 1);
    try {
      return await act();
    } finally {
      this.#count(demands, -1);
    }
  }

  /** One more session of a group. */
  session(group: string): readonly Demand[] {
    const { sessions: all, sessionsPerGroup } = this.#limits;
    const ofGroup = (underway: number) => {
      const sessions = this.#directory.find(group)?.sessions ?? new Map();
      if (sessions.size + underway < sessionsPerGroup) return false;
      if (sessions.size + underway >= sessionsPerGroup * KEPT_PER_SESSION) return true;
      const going = [...sessions.values()].filter((session) => endOf(session) === undefined);
      return going.length + underway >= sessionsPerGroup;
    };
    return [
      { quota: "sessions", of: "relay", isReached: (underway) => this.#directory.size.sessions + underway >= all },
      { quota: "sessionsPerGroup", of: group, isReached: ofGroup },
    ];
  }

  /** One more session of which a connection is a member. */
  place({ feeds }: Pick<Attachable, "feeds">): Demand {
    const { sessionsPerConnection } = this.#limits;
    const isReached = (underway: number) => feeds.size + underway >= sessionsPerConnection;
    return { quota: "sessionsPerConnection", of: feeds, isReached };
  }

  /** One more group that a connection is in, beside `groups`, those on their way included. */
  group(groups: number): Demand {
    const isReached = () => groups >= this.#limits.groupsPerConnection;
    return { quota: "groupsPerConnection", of: undefined, isReached };
  }

  /** Whether a session that keeps so much may keep a message of so many characters. */
  hasRoomFor(more: number, kept: number): boolean {
    return kept + weightOf(more) <= this.#limits.bytesPerSession;
  }

  #count(demands: readonly Demand[], change: 1 | -1): void {
    for (const { quota, of } of demands) {
      const counts = this.#underway.get(quota) ?? new Map<unknown, number>();
      this.#underway.set(quota, counts);
      const count = (counts.get(of) ?? 0) + change;
      if (count === 0) counts.delete(of);
      else counts.set(of, count);
    }
  }
}

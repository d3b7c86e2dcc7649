import { endOf, type Refusal, refuse, weightOf, weightOfSession } from "@countersign/relay";
import type { Quota } from "@countersign/rpc";
import type { Limits } from "../limits/limits.ts";
import type { Attachable } from "./attachments.ts";
import type { Directory } from "./directory.ts";
import type { GroupHost } from "./group-host.ts";

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

  /** One more session of a group, which is made for a network (`networkOf`) if there is none. */
  session(group: string, address: string): readonly Demand[] {
    const { bytes, sessions: all, sessionsPerAddress, sessionsPerGroup } = this.#limits;
    const { usage } = this.#directory;
    const owner = this.#ownerOf(this.#directory.find(group), address);
    const ofOwner = (underway: number) => owner !== null && usage.of(owner).sessions + underway >= sessionsPerAddress;
    const ofGroup = (underway: number) => {
      const sessions = this.#directory.find(group)?.sessions ?? new Map();
      if (sessions.size + underway < sessionsPerGroup) return false;
      if (sessions.size + underway >= sessionsPerGroup * KEPT_PER_SESSION) return true;
      const going = [...sessions.values()].filter((session) => endOf(session) === undefined);
      return going.length + underway >= sessionsPerGroup;
    };
    return [
      { quota: "sessions", of: "relay", isReached: (underway) => this.#directory.size.sessions + underway >= all },
      { quota: "sessionsPerAddress", of: owner, isReached: ofOwner },
      { quota: "sessionsPerGroup", of: group, isReached: ofGroup },
      { quota: "bytes", of: "relay", isReached: () => usage.weight + weightOfSession({ value: "" }) > bytes },
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

  /** Why a session of a group may not keep so many characters more, undefined if it may. */
  objection(host: GroupHost, session: string, more: number): Quota | undefined {
    const { bytes, bytesPerAddress, bytesPerSession } = this.#limits;
    const { usage } = this.#directory;
    const weight = weightOf(more);
    const kept = (host.sessions.get(session)?.bytes ?? 0) + (host.live?.bytes ?? 0);
    if (kept + weight > bytesPerSession) return "bytesPerSession";
    if (host.owner !== null && usage.of(host.owner).weight + weight > bytesPerAddress) return "bytesPerAddress";
    return usage.weight + weight > bytes ? "bytes" : undefined;
  }

  /** For whom a group counts: whoever has made it, or makes it now. */
  #ownerOf(host: GroupHost | undefined, address: string): string | null {
    return host === undefined ? address : host.owner;
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

import type { Member, Session } from "@countersign/relay";
import { dialectLimits } from "@countersign/rpc";
import type { Lookups } from "../limits/common-limits.ts";
import type { Limits } from "../limits/limits.ts";
import { LookupLimit } from "../limits/lookup-limit.ts";
import { Attachments } from "./attachments.ts";
import { Audience } from "./audience.ts";
import { Directory } from "./directory.ts";
import { GroupFeeds } from "./group-feeds.ts";
import type { GroupHost } from "./group-host.ts";
import type { GroupNews } from "./group-machine.ts";
import type { Surroundings } from "./machine.ts";
import { Openings } from "./openings.ts";
import { Quotas } from "./quotas.ts";

/** What a relay is given. */
export interface RelayParts {
  readonly sessionLife: number;
  readonly limits: Limits;
  /** How failed look-ups are counted; without it by this relay alone. */
  readonly lookups?: Lookups | undefined;
}

/** What all dialects share: the groups, who is connected to them, and the limits. */
export class Relay {
  readonly directory: Directory;
  /** The connections of members with a token. */
  readonly attachments: Attachments;
  /** The connections that are in groups, and what they hear there. */
  readonly audience = new Audience();
  readonly groups = new GroupFeeds(this.audience);
  readonly openings = new Openings();
  readonly lookups: Lookups;
  /** Seconds without activity until a session expires. */
  readonly sessionLife: number;
  /** How much is done for whom. */
  readonly limits: Limits;
  readonly quotas: Quotas;

  constructor(surroundings: Surroundings, { sessionLife, limits, lookups }: RelayParts) {
    this.sessionLife = sessionLife;
    this.limits = limits;
    this.lookups = lookups ?? new LookupLimit(surroundings.clock, dialectLimits.failedLookups);
    this.directory = new Directory(surroundings, {
      tell: (host, news) => this.#tell(host, news),
      entered: (host, connection) => this.audience.entered(connection, host),
      left: (host, connection) => this.audience.left(connection, host),
      elsewhere: {
        presence: (session, number, online) => this.attachments.tell(session, number, online),
        moved: (session, number) => this.#moved(session, number),
        stays: (session, number) => this.attachments.insist(session, number),
        cameHere: (session, number) => this.attachments.cameHere(session, number),
      },
      isNeeded: (host) => this.#isNeeded(host),
      sayAgain: () => this.attachments.sayAgain(),
      expel: () => this.audience.expel(),
    });
    this.attachments = new Attachments(this.directory.elsewhere, surroundings.clock);
    this.quotas = new Quotas(limits, this.directory);
  }

  /** Reads what there is. Rejects with `StartError`. */
  async load(): Promise<void> {
    this.audience.count(await this.directory.load());
  }

  session(id: string): Session | undefined {
    return this.directory.ofSession(id)?.sessions.get(id);
  }

  /** Whether a member of a session is connected. */
  isOnline(session: string, { number, connection }: Member): boolean {
    if (connection === null) return this.attachments.isOnline(session, number);
    return this.directory.ofSession(session)?.live?.connections.has(connection) ?? false;
  }

  /** A member has come to another node, with which the life of its session begins anew. */
  #moved(session: string, number: number): void {
    this.attachments.dismiss(session, number);
    const host = this.directory.ofSession(session);
    const state = host?.sessions.get(session);
    if (state !== undefined) host?.renew(state);
  }

  /** Whether somebody of this node is in a group, or connected as a member of one of its sessions. */
  #isNeeded({ live, sessions }: GroupHost): boolean {
    for (const connection of live?.connections.keys() ?? []) if (this.audience.isOwn(connection)) return true;
    for (const session of sessions.keys()) if (this.attachments.has(session)) return true;
    return false;
  }

  #tell(host: GroupHost, news: GroupNews): void {
    switch (news.type) {
      case "made":
        return;
      case "event":
        return this.attachments.wake(news.session);
      case "presence":
        return this.attachments.tell(news.session, news.number, news.online);
      case "forgotten":
        return this.attachments.forget(news.session);
      case "due":
        return this.groups.wake(host, news.connections);
      case "cut":
        return this.audience.cut(news.connections, news.session, news.ended);
    }
  }
}

import type { Member, Session } from "@countersign/relay";
import { dialectLimits } from "@countersign/rpc";
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

/** What all dialects share: the groups, who is connected to them, and the limits. */
export class Relay {
  readonly directory: Directory;
  /** The connections of members with a token. */
  readonly attachments = new Attachments();
  /** The connections that are in groups, and what they hear there. */
  readonly audience = new Audience();
  readonly groups = new GroupFeeds(this.audience);
  readonly openings = new Openings();
  readonly lookups: LookupLimit;
  /** Seconds without activity until a session expires. */
  readonly sessionLife: number;
  /** How much is done for whom. */
  readonly limits: Limits;
  readonly quotas: Quotas;

  constructor(surroundings: Surroundings, { sessionLife, limits }: { sessionLife: number; limits: Limits }) {
    this.sessionLife = sessionLife;
    this.limits = limits;
    this.lookups = new LookupLimit(surroundings.clock, dialectLimits.failedLookups);
    this.directory = new Directory(surroundings, {
      tell: (host, news) => this.#tell(host, news),
      entered: (host, connection) => this.audience.entered(connection, host),
      left: (host, connection) => this.audience.left(connection, host),
    });
    this.quotas = new Quotas(limits, this.directory);
  }

  session(id: string): Session | undefined {
    return this.directory.ofSession(id)?.sessions.get(id);
  }

  /** Whether a member of a session is connected. */
  isOnline(session: string, { number, connection }: Member): boolean {
    if (connection === null) return this.attachments.isOnline(session, number);
    return this.directory.ofSession(session)?.live?.connections.has(connection) ?? false;
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

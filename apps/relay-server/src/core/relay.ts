import type { Session } from "@countersign/relay";
import { dialectLimits } from "@countersign/rpc";
import type { Limits } from "../limits/limits.ts";
import { LookupLimit } from "../limits/lookup-limit.ts";
import { Attachments } from "./attachments.ts";
import { Audience } from "./audience.ts";
import { Directory } from "./directory.ts";
import type { Surroundings } from "./log-host.ts";

/** What all dialects share: the groups, who is connected to them, and the limits. */
export class Relay {
  readonly directory: Directory;
  readonly attachments = new Attachments();
  readonly audience = new Audience();
  readonly lookups: LookupLimit;
  /** Seconds without activity until a session expires. */
  readonly sessionLife: number;
  /** How much is done for whom. */
  readonly limits: Limits;

  constructor(surroundings: Surroundings, { sessionLife, limits }: { sessionLife: number; limits: Limits }) {
    this.sessionLife = sessionLife;
    this.limits = limits;
    this.lookups = new LookupLimit(surroundings.clock, dialectLimits.failedLookups);
    this.directory = new Directory(surroundings, {
      changed: (_host, session) => this.attachments.wake(session),
      forgotten: (session) => this.attachments.forget(session),
      tell: (connections, event) => this.audience.tell(connections, event),
      cut: (connections, session) => this.audience.cut(connections, session),
    });
  }

  session(id: string): Session | undefined {
    return this.directory.ofSession(id)?.sessions.get(id);
  }
}

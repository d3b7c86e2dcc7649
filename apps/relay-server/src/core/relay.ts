import type { Session } from "@countersign/relay";
import { dialectLimits } from "@countersign/rpc";
import { Attachments } from "./attachments.ts";
import { Audience } from "./audience.ts";
import { Directory } from "./directory.ts";
import type { Surroundings } from "./log-host.ts";
import { LookupLimit } from "./lookup-limit.ts";

/** What all dialects share: the groups, who is connected to them, and the limits. */
export class Relay {
  readonly directory: Directory;
  readonly attachments = new Attachments();
  readonly audience = new Audience();
  readonly lookups: LookupLimit;
  /** Seconds without activity until a session expires. */
  readonly sessionLife: number;

  constructor(surroundings: Surroundings, sessionLife: number) {
    this.sessionLife = sessionLife;
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

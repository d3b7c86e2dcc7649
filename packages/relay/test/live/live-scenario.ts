import {
  applyToGroup,
  createGroup,
  type Group,
  type GroupEntry,
  type GroupOutput,
  isPayload,
  type LiveEntry,
  type LiveGroup,
  mpcEventOf,
  type Session,
} from "@countersign/relay";
import type { MpcEvent } from "@countersign/rpc";

type Wish = LiveEntry extends infer Entry ? (Entry extends LiveEntry ? Omit<Entry, "group"> : never) : never;

/** A live group `g` of three with the threshold 1, for tests that say what happens and look at what follows. */
export class LiveScenario {
  readonly group: Group = createGroup();
  readonly log: GroupEntry[] = [];
  outputs: readonly GroupOutput[] = [];

  constructor(connections: number) {
    this.ask({ type: "found", connection: 1, label: "l", parties: 3, threshold: 1 });
    for (let connection = 2; connection <= connections; connection++) this.ask({ type: "attach", connection });
  }

  get live(): LiveGroup {
    if (this.group.live === null) throw new Error("no live group");
    return this.group.live;
  }

  get connections(): number[] {
    return [...this.live.connections.keys()];
  }

  session(id = "s"): Session {
    const session = this.group.sessions.get(id);
    if (session === undefined) throw new Error(`no session ${id}`);
    return session;
  }

  apply(entry: GroupEntry): readonly GroupOutput[] {
    this.outputs = applyToGroup(this.group, this.log.push(entry), entry);
    return this.outputs;
  }

  /** What the caller is told: the result, or the text of the rule. */
  ask(entry: Wish): unknown {
    const [first] = this.apply({ group: "g", ...entry } as LiveEntry);
    if (first?.type !== "reply") throw new Error("no reply");
    return first.answer.ok ? first.answer.result : first.answer.error.message;
  }

  begin(kind: "keygen" | "sign" | "exchange", session = "s"): unknown {
    return this.ask({ type: "begin", connection: 1, session, kind, value: "null", life: 60 });
  }

  signup(connection: number, kind: "keygen" | "sign" = "keygen", session = "s"): unknown {
    return this.ask({ type: "signup", connection, session, kind });
  }

  relay(connection: number, sender: number, receiver: number | null = null, body = "{}"): unknown {
    const kind = this.session().kind === "sign" ? "sign" : "keygen";
    const message = { round: 1, sender, receiver, uuid: "s", body };
    return this.ask({ type: "relay", connection, session: "s", kind, message });
  }

  /** Who was told what by the last entry. */
  get told(): readonly [connections: readonly number[], event: MpcEvent | undefined][] {
    const due = this.outputs.filter((output) => output.type === "due");
    const events = due.length === 0 ? [] : this.live.events.slice(-due.length);
    return events.map((event, i) => {
      const entry = "position" in event && event.position !== null ? this.log[event.position - 1] : undefined;
      const payload = entry !== undefined && isPayload(entry) ? entry : undefined;
      return [due[i]?.connections ?? [], mpcEventOf(event, payload)];
    });
  }

  /** What a connection is due that it has not been handed. */
  due(connection: number): number[] {
    return [...(this.live.connections.get(connection)?.due ?? [])];
  }
}

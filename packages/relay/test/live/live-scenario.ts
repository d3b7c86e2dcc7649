import {
  applyToGroup,
  createGroup,
  type Group,
  type GroupEntry,
  type GroupOutput,
  type LiveEntry,
  type LiveGroup,
} from "@countersign/relay";
import type { MpcEvent } from "@countersign/rpc";

type Wish = LiveEntry extends infer Entry ? (Entry extends LiveEntry ? Omit<Entry, "group"> : never) : never;

/** A live group `g` of three with the threshold 1, for tests that say what happens and look at what follows. */
export class LiveScenario {
  readonly group: Group = createGroup();
  outputs: readonly GroupOutput[] = [];
  #position = 0;

  constructor(connections: number) {
    this.ask({ type: "found", connection: 1, label: "l", parties: 3, threshold: 1 });
    for (let connection = 2; connection <= connections; connection++) this.ask({ type: "attach", connection });
  }

  get live(): LiveGroup {
    if (this.group.live === null) throw new Error("no live group");
    return this.group.live;
  }

  apply(entry: GroupEntry): readonly GroupOutput[] {
    this.outputs = applyToGroup(this.group, ++this.#position, entry);
    return this.outputs;
  }

  /** What the caller is told: the result, or the text of the rule. */
  ask(entry: Wish): unknown {
    const [first] = this.apply({ group: "g", ...entry } as LiveEntry);
    if (first?.type !== "reply") throw new Error("no reply");
    return first.answer.ok ? first.answer.result : first.answer.error.message;
  }

  begin(kind: "keygen" | "sign", session = "s"): unknown {
    return this.ask({ type: "begin", connection: 1, session, kind, value: "null", life: 60 });
  }

  signup(connection: number, kind: "keygen" | "sign" = "keygen", session = "s"): unknown {
    return this.ask({ type: "signup", connection, session, kind });
  }

  relay(connection: number, sender: number, receiver: number | null = null): unknown {
    const kind = this.live.sessions[0]?.kind ?? "keygen";
    return this.ask({
      type: "relay",
      connection,
      session: "s",
      kind,
      message: { round: 1, sender, receiver, uuid: "s", body: "{}" },
    });
  }

  /** Who was told what by the last entry. */
  get told(): readonly [connections: readonly number[], event: MpcEvent][] {
    return this.outputs.flatMap((output) => (output.type === "tell" ? [[output.connections, output.event]] : []));
  }
}

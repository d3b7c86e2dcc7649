import {
  applyToGroup,
  createGroup,
  type Group,
  type GroupAnswer,
  type GroupEntry,
  type GroupOutput,
  type Session,
} from "@countersign/relay";

export const parameters = { kind: "exchange", parties: 2, threshold: 2 } as const;

/** A group with its log, for tests that want to say what happens and look at what follows. */
export class Scenario {
  readonly group: Group = createGroup();
  readonly log: { position: number; entry: GroupEntry }[] = [];
  outputs: readonly GroupOutput[] = [];

  apply(entry: GroupEntry): readonly GroupOutput[] {
    const position = (this.log.at(-1)?.position ?? 0) + 1;
    this.log.push({ position, entry });
    this.outputs = applyToGroup(this.group, position, entry);
    return this.outputs;
  }

  /** Applies an entry and gives its answer in a short form: what it was answered, or the code of the refusal. */
  ask(entry: GroupEntry): object | string {
    const output = this.apply(entry).find(({ type }) => type === "answer");
    return shortAnswer((output as { answer: GroupAnswer }).answer);
  }

  open(member: string, more: Partial<Extract<GroupEntry, { type: "open" }>> = {}): object | string {
    const stamped = { session: "s", fresh: `fresh-${this.log.length}`, life: 1_800, versions: "AQ" };
    return this.ask({ type: "open", ...parameters, ...stamped, eid: member, token: `token of ${member}`, ...more });
  }

  message(from: number, cseq: number, envelopes = [{ to: 0, body: "AA" }]): object | string {
    return this.ask({ type: "message", session: "s", from, cseq, envelopes });
  }

  session(id = "s"): Session {
    const session = this.group.sessions.get(id);
    if (session === undefined) throw new Error(`no session ${id}`);
    return session;
  }
}

export function shortAnswer(answer: GroupAnswer): object | string {
  if (answer.ok) return { number: answer.number, seq: answer.seq };
  const data = answer.error.data as { code?: string; path?: string; ended?: string; expected?: number };
  if (data.code === undefined) return `invalid ${data.path}`;
  return [data.code, data.ended, data.expected].filter((part) => part !== undefined).join(" ");
}

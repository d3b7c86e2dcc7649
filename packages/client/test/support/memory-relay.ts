import type { Transport, TransportConnection, TransportHandlers } from "@countersign/client";
import {
  applyToGroup,
  bodiesFor,
  createGroup,
  type Group,
  type GroupAnswer,
  type GroupEntry,
  memberOf,
  nextEvent,
  previousSeq,
  refuse,
  type Session,
  type SessionEvent,
} from "@countersign/relay";
import {
  decodeRpc,
  encodeFailure,
  encodeNotification,
  encodeSuccess,
  isMethodName,
  type MethodParams,
  type RpcErrorObject,
  type RpcRequest,
  readParams,
} from "@countersign/rpc";
import type { SeededRandom } from "@countersign/testkit";
import type { AlarmClock } from "./alarm-clock.ts";

/** What happens to a text: it and all that is under way on its connection is lost, or only what follows it. */
export type Fate = "cut-before" | "cut-after" | "pass";

export interface MemoryRelayOptions {
  readonly clock: AlarmClock;
  readonly random: SeededRandom;
  /** Asked for every text in either direction, with its number from 1. */
  readonly fate: (text: number) => Fate;
}

/** One group of the real relay's state machine behind a network in memory: one seed, one run. */
export class MemoryRelay implements Transport {
  /** Texts that have arrived, in either direction. */
  texts = 0;
  private readonly options: MemoryRelayOptions;
  private readonly log: GroupEntry[] = [];
  private group: Group = createGroup();
  private groupId = "";
  private readonly lines = new Set<Line>();

  constructor(options: MemoryRelayOptions) {
    this.options = options;
  }

  connect(_url: string, _protocols: readonly string[], handlers: TransportHandlers): TransportConnection {
    const line = new Line(this.options, handlers, {
      arrived: () => this.options.fate(++this.texts),
      request: (text) => this.take(line, text),
      gone: () => this.lines.delete(line),
    });
    this.lines.add(line);
    return { send: (text) => line.toRelay(text), close: () => line.cut(false) };
  }

  /** Loses all connections and everything in memory, and comes back with what is in the log. */
  restart(): void {
    for (const line of [...this.lines]) line.cut(true);
    this.group = createGroup();
    for (const [i, entry] of this.log.entries()) applyToGroup(this.group, i + 1, entry);
  }

  private take(line: Line, text: string): void {
    for (const message of decodeRpc(text).messages) {
      if (message.type === "request") this.answer(line, message);
    }
    for (const other of this.lines) this.tellNews(other);
  }

  private answer(line: Line, { id, method, params }: RpcRequest): void {
    if (!isMethodName(method)) throw new Error(`no method ${method}`);
    const read = readParams(method, params);
    if (!read.ok) throw new Error(`${method}: ${read.path} ${read.reason}`);
    const outcome = this.call(line, method, read.value);
    line.toClient("error" in outcome ? encodeFailure(id, outcome.error) : encodeSuccess(id, outcome.result));
  }

  private call(line: Line, method: string, params: unknown): { result: object } | { error: RpcErrorObject } {
    if (method === "Session.open") {
      const open = params as MethodParams<"Session.open">;
      const { group, ...rest } = open;
      this.groupId = group;
      const answer = this.append({ type: "open", ...rest, fresh: "00000000-0000-4000-8000-00000000ffff", life: 1_800 });
      return answer.ok ? this.attach(line, answer, 0) : answer;
    }
    const { session: id } = params as { session: string };
    const session = this.group.sessions.get(id);
    if (method === "Session.resume") {
      const { token, after } = params as MethodParams<"Session.resume">;
      const number = session?.members.find((member) => member.token === token)?.number;
      return number === undefined
        ? refuse("relay.unknown-token")
        : this.attach(line, { session: id, number, seq: 0 }, after);
    }
    const from = line.seat?.number;
    if (from === undefined) return refuse("relay.not-a-member");
    const type = method.slice("Session.".length);
    const answer = this.append({ ...(params as object), type, from } as GroupEntry);
    if (!answer.ok) return answer;
    return { result: type === "message" ? { seq: answer.seq } : {} };
  }

  private append(entry: GroupEntry): GroupAnswer {
    this.log.push(entry);
    const answered = applyToGroup(this.group, this.log.length, entry).find((output) => output.type === "answer");
    if (answered?.type !== "answer") throw new Error("an entry without an answer");
    return answered.answer;
  }

  private attach(line: Line, { session: id, number, seq }: Omit<GroupAnswer & { ok: true }, "ok">, after: number) {
    const session = this.session(id);
    for (const other of this.lines) {
      if (other === line || other.seat?.number !== number) continue;
      other.seat = undefined;
      other.toClient(encodeNotification("sessionReplaced", { session: id }));
    }
    line.seat = { session: id, number, after };
    const members = session.members.map(({ number, eid, versions }) => ({ number, eid, versions, online: true }));
    return { result: { group: this.groupId, session: id, number, seq, members, missing: [] } };
  }

  private tellNews(line: Line): void {
    const { seat } = line;
    if (seat === undefined) return;
    const session = this.session(seat.session);
    for (;;) {
      const event = nextEvent(session, seat.number, seat.after);
      if (event === undefined) return;
      const previous = previousSeq(session, seat.number, event.seq - 1);
      const params = { session: session.id, seq: event.seq, previous, ...this.detailsOf(event, session, seat.number) };
      line.toClient(encodeNotification(event.type, params));
      seat.after = event.seq;
    }
  }

  private detailsOf(event: SessionEvent, session: Session, receiver: number): object {
    if (event.type === "memberJoined") {
      const member = memberOf(session, event.number);
      return { number: event.number, eid: member?.eid, versions: member?.versions };
    }
    if (event.type === "message") {
      const entry = this.log[event.position - 1];
      return { from: event.from, bodies: entry?.type === "message" ? bodiesFor(entry, event, receiver) : [] };
    }
    const { seq: _seq, type: _type, ...details } = event;
    return details;
  }

  private session(id: string): Session {
    const session = this.group.sessions.get(id);
    if (session === undefined) throw new Error("no such session");
    return session;
  }
}

interface LineEnds {
  arrived(): Fate;
  request(text: string): void;
  gone(): void;
}

/** One connection: texts take their time, stay in order, and are lost together. */
class Line {
  seat: { readonly session: string; readonly number: number; after: number } | undefined;
  private readonly options: MemoryRelayOptions;
  private readonly handlers: TransportHandlers;
  private readonly ends: LineEnds;
  private readonly freeAt = { up: 0, down: 0 };
  private isCut = false;

  constructor(options: MemoryRelayOptions, handlers: TransportHandlers, ends: LineEnds) {
    this.options = options;
    this.handlers = handlers;
    this.ends = ends;
    this.travel("down", () => handlers.open());
  }

  toRelay(text: string): void {
    this.travel("up", () => this.arrive(() => this.ends.request(text)));
  }

  toClient(text: string): void {
    this.travel("down", () => this.arrive(() => this.handlers.message(text)));
  }

  cut(tell: boolean): void {
    if (this.isCut) return;
    this.isCut = true;
    this.ends.gone();
    if (tell) this.handlers.close(1006);
  }

  private arrive(deliver: () => void): void {
    const fate = this.ends.arrived();
    if (fate !== "cut-before") deliver();
    if (fate !== "pass") this.cut(true);
  }

  private travel(direction: "up" | "down", arrive: () => void): void {
    const { clock, random } = this.options;
    const at = Math.max(this.freeAt[direction], clock.now().ms + 1 + random.integer(20));
    // Alarms of one moment ring in any order: texts of one line never share one.
    this.freeAt[direction] = at + 0.001;
    clock.wakeAt(at, () => {
      if (!this.isCut) arrive();
    });
  }
}

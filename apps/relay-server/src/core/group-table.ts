import type { AppendWaiter, Group, LogRecord, Phase } from "@countersign/relay";
import type { GroupHost } from "./group-host.ts";
import type { GroupNews } from "./group-machine.ts";
import { Usage } from "./usage.ts";

/** The groups that this node runs, where their sessions are, and how much they keep. */
export class GroupTable {
  /** How much all groups keep, and for whom. */
  readonly usage = new Usage();
  readonly #hosts = new Map<string, GroupHost>();
  /** The group of each session. */
  readonly #sessions = new Map<string, GroupHost>();

  /** By log. */
  get hosts(): ReadonlyMap<string, GroupHost> {
    return this.#hosts;
  }

  /** How many sessions there are. */
  get size(): number {
    return this.#sessions.size;
  }

  /** How many sessions stand where in their lives. */
  get phases(): Readonly<Record<Phase, number>> {
    const counts = { gathering: 0, full: 0, closed: 0, aborted: 0, expired: 0 };
    for (const host of this.#hosts.values()) for (const { phase } of host.sessions.values()) counts[phase]++;
    return counts;
  }

  ofSession(session: string): GroupHost | undefined {
    return this.#sessions.get(session);
  }

  add(host: GroupHost): void {
    this.#hosts.set(host.log, host);
  }

  /** Takes a group out, which ends; answers whether it was in. */
  remove(host: GroupHost): boolean {
    if (this.#hosts.get(host.log) !== host) return false;
    this.#hosts.delete(host.log);
    host.close();
    let sessions = 0;
    for (const session of host.sessions.keys()) if (this.#sessions.delete(session)) sessions++;
    this.usage.add(host.owner, { weight: -host.weight, sessions: -sessions });
    return true;
  }

  /** Counts what was there when the relay was started, which is nobody's. */
  countAll(): void {
    for (const host of this.#hosts.values()) {
      this.usage.add(null, { weight: host.weight, sessions: 0 });
      for (const session of host.sessions.keys()) this.#sessions.set(session, host);
    }
  }

  /** Applies an entry that has come back from the log of a group. */
  hear(host: GroupHost, record: LogRecord, waiter: AppendWaiter | undefined): void {
    const { weight } = host;
    host.hear(record, waiter);
    if (host.weight !== weight) this.usage.add(host.owner, { weight: host.weight - weight, sessions: 0 });
  }

  /** Puts what was read of a group in the place of what was known of it. Answers what is new, which may be anything. */
  renew(host: GroupHost, group: Group): readonly GroupNews[] {
    const { weight } = host;
    const news = host.become(group);
    this.usage.add(host.owner, { weight: host.weight - weight, sessions: 0 });
    return news;
  }

  /** Notes which sessions there are. */
  note(host: GroupHost, news: GroupNews): void {
    if (news.type === "made") {
      this.#sessions.set(news.session, host);
      this.usage.add(host.owner, { weight: 0, sessions: 1 });
    } else if (news.type === "forgotten" && this.#sessions.delete(news.session)) {
      this.usage.add(host.owner, { weight: 0, sessions: -1 });
    }
  }
}

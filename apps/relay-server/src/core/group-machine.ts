import {
  applyToGroup,
  type Group,
  type GroupAnswer,
  type GroupEntry,
  type GroupOutput,
  groupSnapshot,
  isPayload,
  type LiveAnswer,
  type SnapshotEntry,
  type TimerOutput,
  timersOf,
} from "@countersign/relay";
import type { GroupHost, GroupLinks, GroupNews } from "./group-host.ts";
import type { Machine } from "./log-host.ts";

/** A group as its log drives it. */
export class GroupMachine implements Machine<GroupEntry, GroupAnswer | LiveAnswer, GroupNews> {
  readonly #host: GroupHost;
  readonly #group: Group;
  readonly #links: GroupLinks;

  constructor(host: GroupHost, group: Group, links: GroupLinks) {
    this.#host = host;
    this.#group = group;
    this.#links = links;
  }

  apply(position: number, entry: GroupEntry): readonly GroupOutput[] {
    if (isPayload(entry)) this.#links.cache.put(position, entry);
    return applyToGroup(this.#group, position, entry);
  }

  snapshot(): SnapshotEntry | undefined {
    return groupSnapshot(this.#group);
  }

  timers(): readonly TimerOutput<GroupEntry>[] {
    return timersOf(this.#group.sessions.values());
  }

  tell(news: GroupNews): void {
    this.#links.watcher.tell(this.#host, news);
  }

  idle(): void {
    this.#links.watcher.idle(this.#host);
  }
}

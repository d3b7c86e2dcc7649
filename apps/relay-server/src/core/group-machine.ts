import { randomInt } from "node:crypto";
import {
  applyToGroup,
  type Group,
  type GroupAnswer,
  type GroupEntry,
  type GroupOutput,
  groupExcess,
  groupSnapshot,
  isPayload,
  type LiveAnswer,
  type SnapshotEntry,
  type TimerOutput,
  type TrimOutput,
  timersOf,
} from "@countersign/relay";
import type { Machine } from "./machine.ts";
import type { GroupCache } from "./payload-cache.ts";

/** What a group tells. */
export type GroupNews = Extract<GroupOutput, { type: "made" | "event" | "presence" | "forgotten" | "due" | "cut" }>;

/** Whom a group tells of what happens in it, and of which group it is. */
export interface NewsWatcher<Host> {
  tell(host: Host, news: GroupNews): void;
  /** Nothing is on its way to the group's log at the moment. */
  idle(host: Host): void;
}

interface Links<Host> {
  readonly cache: GroupCache;
  readonly watcher: NewsWatcher<Host>;
}

/** A group as its log drives it. There are as many as groups: it holds no more than it must. */
export class GroupMachine<Host> implements Machine<GroupEntry, GroupAnswer | LiveAnswer, GroupNews> {
  readonly #host: Host;
  readonly #group: Group;
  readonly #links: Links<Host>;
  /** A thousand groups of the same age and pace would all be shortened in one second, and everybody would wait for it. */
  readonly #patience = randomInt(512, 1_024) / 1_024;

  constructor(host: Host, group: Group, links: Links<Host>) {
    this.#host = host;
    this.#group = group;
    this.#links = links;
  }

  apply(position: number, entry: GroupEntry): readonly GroupOutput[] {
    if (isPayload(entry)) this.#links.cache.put(position, entry, this.#group.kept);
    return applyToGroup(this.#group, position, entry);
  }

  snapshot(): SnapshotEntry | undefined {
    return groupSnapshot(this.#group, this.#patience);
  }

  excess(): TrimOutput | undefined {
    return groupExcess(this.#group);
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

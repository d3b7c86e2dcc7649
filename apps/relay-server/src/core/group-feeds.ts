import type { Audience, Listener } from "./audience.ts";
import { type GroupCodec, GroupFeed, type GroupLine } from "./group-feed.ts";
import type { GroupHost } from "./group-host.ts";
import { Handed } from "./handed.ts";
import type { Outlet } from "./pump.ts";
import { SharedTexts } from "./shared-texts.ts";

/** A connection as far as groups are concerned. */
export interface Hearer extends Outlet, Listener {
  /** What it hears of groups, by group. */
  readonly groups: Map<string, GroupFeed>;
  /** Whether anything that is sent can still arrive. */
  readonly isOpen: boolean;
}

/** Which connections hear what happens in which groups. */
export class GroupFeeds {
  readonly #audience: Audience;
  readonly #lines = new Map<GroupHost, GroupLine>();

  constructor(audience: Audience) {
    this.#audience = audience;
  }

  /** Begins to tell a connection that is in a group what happens there, if it is not told already. */
  attach(hearer: Hearer, host: GroupHost, codec: GroupCodec): void {
    const current = hearer.groups.get(host.id);
    if (!hearer.isOpen || current?.host === host) return;
    current?.stop();
    const line = this.#lines.get(host) ?? {
      host,
      shared: new SharedTexts(),
      handed: new Handed(host),
      feeds: new Map(),
    };
    this.#lines.set(host, line);
    const connection = this.#audience.add(hearer);
    const feed = new GroupFeed(line, { connection, codec, outlet: hearer });
    hearer.groups.set(host.id, feed);
    line.feeds.set(connection, feed);
  }

  /** Lets connections know that there is something new in a group. */
  wake(host: GroupHost, connections: readonly number[]): void {
    const feeds = this.#lines.get(host)?.feeds;
    if (feeds !== undefined) for (const connection of connections) feeds.get(connection)?.wake();
  }

  /** A connection is gone. */
  detach(hearer: Hearer): void {
    if (hearer.groups.size === 0) return;
    const connection = this.#audience.add(hearer);
    for (const feed of hearer.groups.values()) {
      feed.stop();
      const line = this.#lines.get(feed.host);
      line?.feeds.delete(connection);
      line?.handed.forget(connection);
      if (line?.feeds.size === 0) this.#lines.delete(feed.host);
    }
    hearer.groups.clear();
  }
}

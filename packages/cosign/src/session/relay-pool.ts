import { type Relay, RelayConnection, type RelayConnectionOptions, RelayShare } from "@countersign/client";

/**
 * Connections to one relay. With all sessions that a daemon may have, each has no more than a relay admits on one
 * connection, and together they are few enough for several daemons of one address (spec 0006, section 8.1).
 */
const CONNECTIONS = 16;

interface Shared {
  readonly connection: RelayConnection;
  parts: number;
}

/** The connections of a daemon, each shared by a few of its sessions; each session has a seat of its own in one. */
export class RelayPool {
  private readonly shared = new Map<string, Set<Shared>>();

  /** A part in a connection to a relay; to be closed. Throws `UsageError` for a URL that is none of a relay. */
  take(options: RelayConnectionOptions): Relay {
    // The token belongs to a relay: parts of one connection have the same.
    const key = `${options.url} ${options.accessToken ?? ""}`;
    const connections = this.shared.get(key) ?? new Set();
    this.shared.set(key, connections);
    const chosen = choose(connections) ?? { connection: new RelayConnection(options), parts: 0 };
    connections.add(chosen);
    chosen.parts += 1;
    return new RelayShare(chosen.connection, () => {
      chosen.parts -= 1;
      if (chosen.parts > 0) return;
      connections.delete(chosen);
      if (connections.size === 0) this.shared.delete(key);
      chosen.connection.close();
    });
  }
}

/** The one with the fewest sessions; undefined for a new one: also where those that there are would make a caller wait. */
function choose(connections: ReadonlySet<Shared>): Shared | undefined {
  if (connections.size < CONNECTIONS) return undefined;
  const usable = [...connections].filter(({ connection }) => !connection.isLost);
  return usable.reduce<Shared | undefined>((best, one) => (best && best.parts <= one.parts ? best : one), undefined);
}

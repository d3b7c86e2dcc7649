import type { MethodParams, MethodResult } from "@countersign/rpc";
import { RelayError } from "./errors.ts";
import type { Follower } from "./follower.ts";
import type { RelayConnection, StandaloneMethod } from "./relay-connection.ts";

/** What a session needs of a connection to a relay. */
export type Relay = Pick<RelayConnection, "call" | "close" | "follow" | "unfollow" | "url" | "urls">;

/**
 * One part in a connection to a relay that several sessions share, each with a seat of its own: closing it lets go of what
 * came by it, and leaves the connection to the others.
 */
export class RelayShare implements Relay {
  private readonly connection: RelayConnection;
  private readonly released: () => void;
  private readonly followers = new Set<Follower>();
  private readonly calls = new Set<(error: RelayError) => void>();
  private isClosed = false;

  /** `released`: told once, when it is closed. */
  constructor(connection: RelayConnection, released: () => void) {
    this.connection = connection;
    this.released = released;
  }

  /** As `RelayConnection.url`. */
  get url(): string {
    return this.connection.url;
  }

  /** As `RelayConnection.urls`. */
  get urls(): string {
    return this.connection.urls;
  }

  /** As `RelayConnection.call`. */
  call<Name extends StandaloneMethod>(method: Name, params: MethodParams<Name>): Promise<MethodResult<Name>> {
    return new Promise((resolve, reject) => {
      if (this.isClosed) return reject(closedError());
      this.calls.add(reject);
      this.connection
        .call(method, params)
        .finally(() => this.calls.delete(reject))
        .then(resolve, reject);
    });
  }

  /** As `RelayConnection.follow`. */
  follow(follower: Follower): void {
    if (this.isClosed) return follower.gone(closedError());
    this.followers.add(follower);
    this.connection.follow(follower);
  }

  unfollow(follower: Follower): void {
    this.followers.delete(follower);
    this.connection.unfollow(follower);
  }

  /** Closes this part for good; calls without an answer reject with `relay.closed`. */
  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    for (const reject of this.calls) reject(closedError());
    for (const follower of [...this.followers]) {
      this.unfollow(follower);
      follower.gone(closedError());
    }
    this.released();
  }
}

function closedError(): RelayError {
  return new RelayError("relay.closed", "The connection to the relay was closed by this side");
}

import {
  CeremonyError,
  type FullIdentity,
  generateIdentity,
  type Invitation,
  type KeyMeeting,
  MemoryJournal,
  openSession,
  RelayConnection,
  runCeremony,
  type Session,
  type SessionEvent,
} from "@countersign/client";
import { nodeBackend } from "@countersign/noise/node";
import type { RoundProtocol } from "@countersign/session";
import { nodeBackend as spake2Backend } from "@countersign/spake2/node";
import { ceremonyEnding } from "../ceremony/endings.ts";
import { nodeSigner } from "../ceremony/sign.ts";
import { nodeVerify } from "../ceremony/verify.ts";
import { CommandError } from "../command-error.ts";
import { ExitStatus } from "../exit-status.ts";
import { limits } from "../limits.ts";
import { endedEnding, failedEnding, groupLeft } from "../session/endings.ts";
import type { Ready } from "../session/gathering-options.ts";
import { nodeKdf } from "../session/kdf.ts";

/** How a party of the rehearsal comes to a session. */
export type Entrance = { readonly invitation: Invitation } | { readonly key: KeyMeeting };

/** What a person would have been shown and asked. */
export interface Seen {
  readonly words: string;
  readonly digits: string;
}

/** One party of a rehearsal: keys that nobody keeps, a connection of its own, nothing on a disk. */
export class Player {
  readonly self: { readonly label: string; readonly identity: FullIdentity };
  readonly relay: RelayConnection;

  constructor(label: string, { url, accessToken }: { readonly url: string; readonly accessToken: string | undefined }) {
    this.self = { label, identity: generateIdentity() };
    const token = accessToken === undefined ? {} : { accessToken };
    this.relay = new RelayConnection({
      url,
      ...token,
      connectTimeoutMs: limits.relayConnect,
      reconnectForMs: limits.grace,
    });
  }

  /** Takes its seat. Rejects with `RelayError`. */
  async enter(entrance: Entrance): Promise<Scene> {
    const journal = new MemoryJournal();
    const around = { relay: this.relay, self: this.self, journal, kdf: nodeKdf, backend: nodeBackend, spake2Backend };
    return new Scene(this, await openSession({ ...around, ...entrance }));
  }
}

/** A session of one party of a rehearsal. */
export class Scene {
  readonly session: Session;
  private readonly player: Player;
  private readonly events: AsyncIterable<SessionEvent>;
  private agreed: Ready | undefined;

  constructor(player: Player, session: Session) {
    this.player = player;
    this.session = session;
    this.events = session.events();
  }

  /** Goes on to the string to compare. Throws `CommandError`. */
  async compare(): Promise<Seen> {
    const event = await this.until("sas");
    return { words: event.words, digits: event.digits };
  }

  /** Says that it is the same, and goes on until all have said so. Throws `CommandError`. */
  async agree(): Promise<Ready> {
    if (this.session.confirmation === "sas") this.session.confirm(true);
    this.agreed = await this.until("ready");
    return this.agreed;
  }

  /** Who all are, once all have agreed. */
  get ready(): Ready {
    if (this.agreed === undefined) throw new Error("not everybody has agreed yet");
    return this.agreed;
  }

  /** Runs a protocol to its end, with whoever is there. Throws `CommandError`. */
  async play<Result>(protocol: RoundProtocol<Result>): Promise<Result> {
    const { session, events, player, ready } = this;
    const journal = { write: async () => undefined };
    const signing = { sign: nodeSigner(player.self.identity), verify: nodeVerify };
    const run = runCeremony({ session, events, ready, self: player.self, protocol, journal, ...signing });
    try {
      return (await run.result).result;
    } catch (error) {
      const label = (number: number) => `party ${number}`;
      throw error instanceof CeremonyError ? ceremonyEnding(error, { label, isSealed: false }) : error;
    } finally {
      await run.close();
    }
  }

  private async until<Type extends "sas" | "ready">(type: Type): Promise<Extract<SessionEvent, { type: Type }>> {
    const reader = this.events[Symbol.asyncIterator]();
    for (;;) {
      const { done, value: event } = await reader.next();
      if (done) throw groupLeft("Somebody");
      if (event.type === type) return event as Extract<SessionEvent, { type: Type }>;
      if (event.type === "failed") throw failedEnding(event, undefined);
      if (event.type === "ended") throw endedEnding(event, undefined);
      if (event.type === "closed")
        throw new CommandError(ExitStatus.error, "peer.left", "A party of the rehearsal left.");
    }
  }
}

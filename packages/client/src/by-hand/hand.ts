import { FLIGHT_LIFE, PAIR_LIFE } from "@countersign/handshake";
import { accepted, type Decoded, equalBytes, refused } from "@countersign/wire";
import type { Carrier } from "../carrier.ts";
import type { MemberHandlers } from "../member-handlers.ts";
import type { Envelope } from "../outbox.ts";
import type { Clock, RandomBytes } from "../ports.ts";
import type { SessionOrigin, SessionRecord } from "../session-record.ts";
import { VERSIONS } from "../versions.ts";
import { type Bundle, decodeBundle, encodeBundle, LIFE_LENGTH } from "./bundle.ts";
import { HandPost } from "./hand-post.ts";
import { StillClock } from "./still-clock.ts";

/** Ms for which an acknowledgement may wait for more of them: below the first time at which anything is sent again. */
const ACKNOWLEDGED_WITHIN = 250;
/** Ms that lie between two openings of a peer that are answered (spec 0003, section 3.3, rule 7). */
const OPENING_PAUSE = 1_000;
/** What others at the relay are told when a session leaves it. */
const GONE_BY_HAND = "cancelled";

/** How a session is while a bundle is taken in. */
export interface Taking {
  /** Settles when nothing waits to be written. */
  settled(): Promise<void>;
  /** Whether the keys of the other party are known. */
  isPaired(): boolean;
  /** Whether there is a SAS, so that people are waited for, and nothing else. */
  isAgreed(): boolean;
}

/**
 * Carries the packets of one session of two parties by hand: somebody takes what `pack` says to the other party, and
 * gives what comes from there to `take`. Time stands still between two of these (decision 0040). A session at a relay
 * can be taken out of there as long as nobody has joined it.
 */
export class Hand {
  readonly clock: StillClock;
  private readonly randomBytes: RandomBytes;
  private state: "open" | "by-relay" | "by-hand" = "open";
  private origin: SessionOrigin | undefined;
  private relay: Carrier | undefined;
  private handlers: MemberHandlers | undefined;
  private post: HandPost | undefined;
  /** The endpoint of the other party: the first one that was introduced. */
  private peer: Uint8Array | undefined;
  private turn = Promise.resolve();

  constructor({ clock, randomBytes }: { readonly clock: Clock; readonly randomBytes: RandomBytes }) {
    this.clock = new StillClock(clock);
    this.randomBytes = randomBytes;
  }

  /** Whether packets go by hand from now on, or by the relay; neither is certain before the other party is there. */
  get isCarrying(): boolean {
    return this.state === "by-hand";
  }

  get isRelayed(): boolean {
    return this.state === "by-relay";
  }

  /** Whether the other party has shown that it has heard this process. */
  get isKnown(): boolean {
    return this.post?.isKnown ?? false;
  }

  /** Whether there are packets to be carried. */
  get isEmpty(): boolean {
    return this.post?.isEmpty ?? true;
  }

  /** The carrier of a session, over the one that it has at a relay if it has any. */
  over({ origin, history }: SessionRecord, relay: Carrier | undefined): Carrier {
    const { parameters, number, eid } = origin;
    this.origin = origin;
    this.relay = relay;
    this.post = new HandPost({ parameters, number, eid, versions: VERSIONS }, () => this.randomBytes(LIFE_LENGTH));
    this.peer = history.peers.find((peer) => peer.number !== number)?.eid;
    if (relay === undefined) this.carry();
    else if (this.peer !== undefined) this.state = "by-relay";
    return {
      listen: (handlers) => this.listen(handlers),
      send: (envelopes) => this.send(envelopes),
      leave: async (abortReason) => await this.relay?.leave(abortReason),
      stop: () => this.relay?.stop(),
    };
  }

  /** Reads a bundle, and refuses what is not of the other party of this session. */
  read(bytes: Uint8Array): Decoded<Bundle> {
    const bundle = decodeBundle(bytes);
    if (!bundle.ok || this.origin === undefined) return bundle;
    const { parameters, number } = this.origin;
    const { from } = bundle.value;
    const sameSession =
      equalBytes(from.parameters.group, parameters.group) && equalBytes(from.parameters.session, parameters.session);
    if (!sameSession) return refused("wire.out-of-range", "packets of another session");
    const { kind, parties, threshold } = from.parameters;
    const sameKind = kind === parameters.kind && parties === parameters.parties && threshold === parameters.threshold;
    if (!sameKind || from.number < 1 || from.number > parties || parties !== 2) {
      return refused("wire.out-of-range", "packets of a session of another kind");
    }
    if (from.number === number) return refused("wire.out-of-range", "packets of this party, not of the other one");
    return this.isOfPeer(bundle.value) ? bundle : stranger();
  }

  /** Lets go of the session without a word, for another process to take it up. */
  drop(): void {
    if (this.isCarrying) this.handlers?.ended({ type: "ended", how: "unreachable" });
  }

  /** Takes in what the other party sends, one bundle after the other; refuses it if another endpoint came first. */
  async take(bundle: Bundle, session: Taking): Promise<Decoded<Bundle>> {
    const turn = this.turn.then(async () => {
      if (!this.isOfPeer(bundle)) return stranger();
      await this.takeIn(bundle, session);
      return accepted(bundle);
    });
    this.turn = turn.then(
      () => undefined,
      () => undefined,
    );
    return await turn;
  }

  /** Everything that the other party is not known to have, once nothing of it waits to be written. */
  pack(): Uint8Array {
    if (this.post === undefined) throw new TypeError("no session yet");
    return encodeBundle(this.post.pack());
  }

  private isOfPeer({ from }: Bundle): boolean {
    return this.peer === undefined || equalBytes(this.peer, from.eid);
  }

  private async takeIn(bundle: Bundle, session: Taking): Promise<void> {
    const { from } = bundle;
    if (this.isRelayed || this.post === undefined) return;
    this.carry();
    const { hadOthers, isNewLife, isQuiet, packets } = this.post.take(bundle);
    // A peer that was begun anew knows nothing of a handshake that was under way: what was begun with the process before
    // has come to nothing, which otherwise only time would show.
    if (isNewLife) this.clock.pass(hadOthers && !session.isPaired() ? FLIGHT_LIFE : OPENING_PAUSE);
    if (this.peer === undefined) {
      this.peer = from.eid;
      this.handlers?.joined({ number: from.number, eid: from.eid, versions: from.versions });
    }
    // Neither end has anything to say, and there is no SAS: a restart has cut off what only its time limit can end.
    if (isQuiet && !session.isAgreed()) this.clock.pass(PAIR_LIFE);
    await session.settled();
    if (packets.length === 0) return;
    this.handlers?.packets(from.number, packets);
    await session.settled();
    this.clock.passToAlarm(ACKNOWLEDGED_WITHIN);
    await session.settled();
  }

  /** From now on nothing goes over the relay any more, and time stands still. */
  private carry(): void {
    if (this.state !== "open") return;
    this.state = "by-hand";
    this.clock.stop();
    const { relay } = this;
    this.relay = undefined;
    void relay?.leave(GONE_BY_HAND).then(() => relay.stop());
  }

  private send(envelopes: readonly Envelope[]): void {
    if (!this.isCarrying) this.relay?.send(envelopes);
    else for (const { bytes } of envelopes) this.post?.post(bytes);
  }

  private listen(handlers: MemberHandlers): void {
    this.handlers = handlers;
    const relayed = () => {
      if (this.state === "open") this.state = "by-relay";
      return this.isRelayed;
    };
    this.relay?.listen({
      joined: (member) => relayed() && handlers.joined(member),
      joinedInTheClear: (number) => relayed() && handlers.joinedInTheClear(number),
      online: (number, online) => this.isRelayed && handlers.online(number, online),
      packets: (from, packets) => this.isRelayed && handlers.packets(from, packets),
      lost: () => !this.isCarrying && handlers.lost(),
      back: () => !this.isCarrying && handlers.back(),
      ended: (ended) => !this.isCarrying && handlers.ended(ended),
    });
  }
}

function stranger(): Decoded<never> {
  return refused("wire.out-of-range", "packets of somebody else than the party whose packets came first");
}

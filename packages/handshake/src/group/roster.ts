import { type Backend, type KeyPair, portableBackend } from "@countersign/noise";
import { equalBytes, limits, UsageError } from "@countersign/wire";
import type { Endpoint } from "../context.ts";
import type { IntroducedPeer, PairSuite, Refusal } from "../cs43/suite.ts";
import type { Instant } from "../machine.ts";
import type { Failed, Party, PeerGroupOptions, PinnedPeer } from "../peer-group-types.ts";
import type { SasParty } from "../sas/group-transcript.ts";
import { faults } from "./faults.ts";
import type { PeerHistory } from "./history.ts";
import { checkIntroduction, pinOf } from "./introduction.ts";
import { hasNumbersOfKey } from "./options.ts";
import { Pair } from "./pair.ts";
import { Peer } from "./peer.ts";

/** How long a pair may take to come up, in ms after its peer became known: as long as a whole exchange. */
export const PAIR_LIFE = 90_000;
/** First contacts that are computed at a time; an opening above it is dropped and comes again by its resend. */
const MOST_PAIRINGS = 16;
/** What an endpoint publishes as the versions that it speaks. */
export const VERSION = Uint8Array.of(1);

/** What became of an introduction by the relay. */
export type Admission =
  | { readonly type: "known" }
  | { readonly type: "new"; readonly peer: Peer; readonly replaced: Peer | undefined }
  | Failed;

/** The other parties of a session, as the relay has introduced them and as they have proven to be. */
export class Roster {
  readonly backend: Backend;
  /** One's own static key, in the form that the backend is quick with. */
  readonly staticKey: KeyPair;
  private readonly options: PeerGroupOptions;
  private readonly codeKey: () => Uint8Array | undefined;
  private readonly byNumber = new Map<number, Peer>();
  /** All of them. */
  peers: readonly Peer[] = [];

  constructor(options: PeerGroupOptions, codeKey: () => Uint8Array | undefined) {
    this.options = options;
    this.codeKey = codeKey;
    this.backend = options.backend ?? portableBackend;
    this.staticKey = this.backend.dh.keyPair(options.self.identity.noiseStatic.privateKey);
  }

  get(number: number): Peer | undefined {
    return this.byNumber.get(number);
  }

  /** The party that the application means. Throws `UsageError` where there is none. */
  expect(number: number): Peer {
    const peer = this.byNumber.get(number);
    if (peer === undefined) throw new UsageError("usage.unknown-party", `there is no party ${number}`);
    return peer;
  }

  /** Whether all pairs have keys: of an exchange that has proven who the peer is, or of a group link, which soon will. */
  get complete(): boolean {
    const { parties } = this.options.parameters;
    if (this.byNumber.size < parties - 1) return false;
    return this.peers.every(({ identity, isKeyed }) => identity !== undefined || isKeyed);
  }

  /** What is to be pinned of those who have proven who they are. */
  pins(): readonly PinnedPeer[] {
    return this.peers.flatMap(({ identity }) => (identity === undefined ? [] : [identity]));
  }

  /** All parties, oneself included, by ascending number. */
  parties(): readonly Party[] {
    const { number, label } = this.options.self;
    const others = this.pins().map((pin) => ({ number: pin.number, label: pin.label }));
    return [{ number, label }, ...others].sort((a, b) => a.number - b.number);
  }

  /** All of them as the group SAS and its transcript have them; of the others those whose keys are proven or pinned. */
  sasParties(): readonly SasParty[] {
    const { number, eid, label, identity } = this.options.self;
    const { noiseStatic, ed25519 } = identity;
    const own = { number, eid, label, noiseStatic: noiseStatic.publicKey, ed25519 };
    const others = this.peers.flatMap(({ identity, pinned, pair }) => {
      const known = identity ?? pinned;
      return known === undefined ? [] : [{ ...known, eid: pair.peer.eid }];
    });
    return [own, ...others];
  }

  /** Takes up whom the relay introduces. `closed`: nobody may take another one's place any more. */
  admit(endpoint: Endpoint, { closed, now }: { readonly closed: boolean; readonly now: Instant }): Admission {
    const { self, parameters } = this.options;
    const { number, eid, versions } = endpoint;
    const known = this.byNumber.get(number);
    if (number === self.number || (known !== undefined && equalBytes(known.pair.peer.eid, eid)))
      return { type: "known" };
    const last = hasNumbersOfKey(this.options) ? limits.parties : parameters.parties;
    const isOneMore = known === undefined && this.byNumber.size >= parameters.parties - 1;
    const valid = Number.isInteger(number) && number >= 1 && number <= last && eid.length === 32 && !isOneMore;
    const eids = [self.eid, ...this.peers.filter((peer) => peer !== known).map(({ pair }) => pair.peer.eid)];
    if (!valid || eids.some((other) => equalBytes(other, eid))) return faults.roster();
    if (!equalBytes(versions, VERSION)) return faults.version(number);
    if (this.options.trust.type === "pins" && pinOf(this.options, number) === undefined) return faults.stranger(number);
    if (known !== undefined && (closed || this.complete)) return faults.replaced(number);
    const peer = this.create(endpoint, now);
    this.put(peer);
    return { type: "new", peer, replaced: known };
  }

  /** Takes up those whom a process before this one knew. */
  restore(histories: readonly PeerHistory[], now: Instant): void {
    for (const history of histories) {
      const peer = this.create(history, now, history);
      peer.restore(history);
      this.put(peer);
    }
  }

  /**
   * The peers that are ours to call now, being of a lower number: by a code only as many at a time as guesses are left,
   * because each of them is charged one until its peer has proven the code.
   */
  toCall(guessesLeft: number, now: Instant): readonly Peer[] {
    const { self, trust } = this.options;
    const ours = this.peers.filter(({ number }) => self.number > number);
    const underWay = ours.filter(({ called, identity }) => called && identity === undefined).length;
    const charged = ours.filter((peer) => peer.charged).length;
    const most = trust.type === "pins" ? ours.length : Math.max(1, guessesLeft + charged);
    const due = ours.filter((peer) => !peer.called && peer.identity === undefined && peer.heldUntil <= now.ms);
    return due.slice(0, Math.max(0, most - underWay));
  }

  /** Whether a packet of this peer may be computed, or too many first contacts are being answered at a time. */
  mayCompute(peer: Peer): boolean {
    // The limit is for what a code costs.
    if (this.options.trust.type === "pins") return true;
    // A peer that is being answered or was called costs nothing new, so that only a further one has to wait.
    if (peer.pair.unproven > 0 || peer.pair.up || peer.called) return true;
    return this.peers.reduce((sum, { pair }) => sum + pair.unproven, 0) < MOST_PAIRINGS;
  }

  private put(peer: Peer): void {
    this.byNumber.set(peer.number, peer);
    this.peers = [...this.byNumber.values()];
  }

  private create({ number, eid, versions }: Endpoint, now: Instant, history?: PeerHistory): Peer {
    const { parameters, self, trust, randomBytes, spake2Backend } = this.options;
    const suite: Omit<PairSuite, "expected" | "pairing"> = {
      parameters,
      self: { number: self.number, eid: self.eid, versions: VERSION },
      peer: { number, eid, versions },
      staticKey: this.staticKey,
      ed25519: self.identity.ed25519,
      label: self.label,
      backend: this.backend,
      spake2Backend,
      randomBytes,
    };
    const judge = (introduced: IntroducedPeer) => this.check(number, introduced);
    const pinned = trust.type === "pins" ? pinOf(this.options, number) : undefined;
    const pin = history?.identity ?? pinned;
    return new Peer(new Pair({ suite, judge, prk: this.codeKey, pin, history }), pinned, now.ms + PAIR_LIFE);
  }

  /** Erases the copy of the static key; no pair makes an exchange any more. */
  destroy(): void {
    this.backend.dh.destroyKeyPair(this.staticKey);
  }

  private check(number: number, introduced: IntroducedPeer): Refusal | undefined {
    // For each pair, so it is a plain loop: a hundred parties do this ten thousand times.
    const others: PinnedPeer[] = [];
    for (const { identity } of this.peers) {
      if (identity !== undefined && identity.number !== number) others.push(identity);
    }
    return checkIntroduction(this.options, number, { introduced, others });
  }
}

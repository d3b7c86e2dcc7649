import { portableBackend } from "@countersign/noise";
import { equalBytes } from "@countersign/wire";
import type { Endpoint } from "../context.ts";
import type { IntroducedPeer, PairSuite, Refusal } from "../cs43/suite.ts";
import type { Instant } from "../machine.ts";
import type { Failed, Party, PeerGroupOptions, PinnedPeer } from "../peer-group-types.ts";
import { faults } from "./faults.ts";
import { checkIntroduction, pinOf } from "./introduction.ts";
import { Pair } from "./pair.ts";
import { Peer } from "./peer.ts";

/** How long a pair may take to come up, in ms after its peer became known: as long as a whole exchange. */
export const PAIR_LIFE = 90_000;
const VERSION = Uint8Array.of(1);

/** What became of an introduction by the relay. */
export type Admission =
  | { readonly type: "known" }
  | { readonly type: "new"; readonly peer: Peer; readonly replaced: Peer | undefined }
  | Failed;

/** The other parties of a session, as the relay has introduced them and as they have proven to be. */
export class Roster {
  private readonly options: PeerGroupOptions;
  private readonly codeKey: () => Uint8Array | undefined;
  private readonly byNumber = new Map<number, Peer>();

  constructor(options: PeerGroupOptions, codeKey: () => Uint8Array | undefined) {
    this.options = options;
    this.codeKey = codeKey;
  }

  get peers(): readonly Peer[] {
    return [...this.byNumber.values()];
  }

  get(number: number): Peer | undefined {
    return this.byNumber.get(number);
  }

  /** Whether all parties of the session have proven who they are. */
  get complete(): boolean {
    return this.pins().length === this.options.parameters.parties - 1;
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

  /** Takes up whom the relay introduces. `closed`: nobody may take another one's place any more. */
  admit(endpoint: Endpoint, { closed, now }: { readonly closed: boolean; readonly now: Instant }): Admission {
    const { self, parameters } = this.options;
    const { number, eid, versions } = endpoint;
    const known = this.byNumber.get(number);
    if (number === self.number || (known !== undefined && equalBytes(known.pair.peer.eid, eid)))
      return { type: "known" };
    const valid = Number.isInteger(number) && number >= 1 && number <= parameters.parties && eid.length === 32;
    const eids = [self.eid, ...this.peers.filter((peer) => peer !== known).map(({ pair }) => pair.peer.eid)];
    if (!valid || eids.some((other) => equalBytes(other, eid))) return faults.roster();
    if (!equalBytes(versions, VERSION)) return faults.version(number);
    if (known !== undefined && closed) return faults.replaced(number);
    const peer = this.create(endpoint, now);
    this.byNumber.set(number, peer);
    return { type: "new", peer, replaced: known };
  }

  private create(endpoint: Endpoint, now: Instant): Peer {
    const { parameters, self, trust, backend = portableBackend, randomBytes } = this.options;
    const suite: Omit<PairSuite, "expected" | "pairing"> = {
      parameters,
      self: { number: self.number, eid: self.eid, versions: VERSION },
      peer: endpoint,
      staticKey: self.identity.noiseStatic,
      ed25519: self.identity.ed25519,
      label: self.label,
      backend,
      randomBytes,
      accept: (introduced) => this.check(endpoint.number, introduced),
    };
    const pin = trust.type === "pins" ? pinOf(this.options, endpoint.number) : undefined;
    return new Peer(new Pair({ suite, prk: this.codeKey, pin }), pin?.label, now.ms + PAIR_LIFE);
  }

  private check(number: number, introduced: IntroducedPeer): Refusal | undefined {
    const others = this.pins().filter((pin) => pin.number !== number);
    return checkIntroduction(this.options, number, { introduced, others });
  }
}

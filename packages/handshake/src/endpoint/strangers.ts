import type { DhFunctions, KeyPair } from "@countersign/noise";
import { equalBytes } from "@countersign/wire";
import { CipherSet3a } from "../cs3a/cipher-set3a.ts";
import { CSID_3A, decryptMessage3a } from "../cs3a/message.ts";
import { KEY_LENGTH } from "../cs3a/nacl.ts";
import { FLIGHT_LIFE } from "../exchange/schedule.ts";
import { decodeInnerMessage } from "../link/handshake-message.ts";
import { readLink } from "../link/link.ts";
import type { LinkedPeer } from "./linked-peer.ts";
import { type Budget, TokenBucket } from "./token-bucket.ts";

/** Strangers whose handshakes the application has not accepted, and those that it refused a short time ago. */
const MOST_STRANGERS = 32;

/** Messages that are kept because the `link` that says whose they are may be on its way. */
const MOST_EARLY = 16;

/** What strangers are identified with. */
export interface StrangersOptions {
  readonly dh: DhFunctions;
  readonly own: KeyPair;
  readonly randomBytes: (length: number) => Uint8Array;
  readonly budget: Budget;
}

/** Who made a handshake, or why nobody knows. */
export type Identified =
  | { readonly ok: true; readonly set: CipherSet3a }
  | { readonly ok: false; readonly code: string };

/** Senders that nobody here knows: what finding out costs is bounded, and so is how many of them are kept. */
export class Strangers<Path> {
  private readonly options: StrangersOptions;
  private readonly bucket: TokenBucket;
  /** Until when each is kept; undefined while the application has it before it. */
  private early: Uint8Array[] = [];
  private readonly kept = new Map<LinkedPeer<Path>, number | undefined>();

  constructor(options: StrangersOptions) {
    this.options = options;
    this.bucket = new TokenBucket(options.budget);
  }

  /** When the next one is forgotten. */
  get due(): number | undefined {
    const moments = [...this.kept.values()].filter((until) => until !== undefined);
    return moments.length === 0 ? undefined : Math.min(...moments);
  }

  /**
   * Who made this handshake. It takes a scalar multiplication to find out that it was nobody, and a `link`, because only
   * that has its sender's key.
   */
  identify(body: Uint8Array, now: number): Identified {
    if (!this.bucket.take(now)) return { ok: false, code: "endpoint.busy" };
    const { dh, own, randomBytes } = this.options;
    const opened = decryptMessage3a(dh, own, body);
    if (!opened.ok) return opened;
    const message = decodeInnerMessage(opened.value.unverifiedInner);
    if (!message.ok) return message;
    if (message.value.type !== "link") {
      this.early = [...this.early.slice(1 - MOST_EARLY), body.slice()];
      return { ok: false, code: "endpoint.unknown-sender" };
    }
    const link = readLink(CSID_3A, message.value);
    if (!link.ok) return link;
    const { key, hashname } = link.value;
    if (equalBytes(key, own.publicKey)) return { ok: false, code: "cs3a.reflected" };
    const set = CipherSet3a.create({ dh, own, peer: { key, hashname }, randomBytes });
    if (!set.ok) return set;
    if (set.value.isAuthentic(body)) return { ok: true, set: set.value };
    set.value.destroy();
    return { ok: false, code: "cs3a.forged" };
  }

  /** What came before this `link`, under the same KEY. */
  takeEarly(link: Uint8Array): readonly Uint8Array[] {
    const isOfLink = (body: Uint8Array) => equalBytes(body.subarray(0, KEY_LENGTH), link.subarray(0, KEY_LENGTH));
    const taken = this.early.filter(isOfLink);
    if (taken.length > 0) this.early = this.early.filter((body) => !isOfLink(body));
    return taken;
  }

  has(peer: LinkedPeer<Path>): boolean {
    return this.kept.has(peer);
  }

  /** Whether there is room for one more; if it takes the place of one that was refused, that one is to be forgotten. */
  room(): { readonly free: boolean; readonly instead?: LinkedPeer<Path> } {
    if (this.kept.size < MOST_STRANGERS) return { free: true };
    const refused = [...this.kept].find(([, until]) => until !== undefined)?.[0];
    return refused === undefined ? { free: false } : { free: true, instead: refused };
  }

  /** Its handshake is with the application. */
  offered(peer: LinkedPeer<Path>): void {
    this.kept.set(peer, undefined);
  }

  /** It was refused: what it repeats is dropped without being computed for a while. */
  refused(peer: LinkedPeer<Path>, now: number): void {
    if (this.kept.has(peer)) this.kept.set(peer, now + FLIGHT_LIFE);
  }

  /** It is no stranger any more, or gone. */
  delete(peer: LinkedPeer<Path>): void {
    this.kept.delete(peer);
  }

  /** Those whose time is over. */
  expired(now: number): readonly LinkedPeer<Path>[] {
    return [...this.kept].flatMap(([peer, until]) => (until !== undefined && now >= until ? [peer] : []));
  }
}

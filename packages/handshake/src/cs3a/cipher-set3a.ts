import type { DhFunctions, KeyPair } from "@countersign/noise";
import { accepted, equalBytes, UsageError } from "@countersign/wire";
import type { Answer, CipherSet, ExchangeKeys } from "../exchange/cipher-set.ts";
import type { HandshakeMessage } from "../exchange/message-group.ts";
import { decodeInnerMessage, encodeInnerMessage } from "../link/handshake-message.ts";
import { readLink } from "../link/link.ts";
import { channelKeys3a } from "./channel-packet.ts";
import type { Incoming3a, Peer3a } from "./incoming3a.ts";
import { CSID_3A, isAuthentic, openMessage3a, sealMessage3a, type VerifiedMessage3a } from "./message.ts";
import { agree, KEY_LENGTH, NONCE_LENGTH } from "./nacl.ts";
import { PeerKeys } from "./peer-keys.ts";
import { type Result3a, refused3a } from "./results.ts";
import { type Pair3a, Run3a } from "./run3a.ts";

/** What cipher set 3a needs between two ends. */
export interface CipherSetOptions3a {
  readonly dh: DhFunctions;
  /** The key pair of this endpoint, whose public key is its CSK. */
  readonly own: KeyPair;
  readonly peer: Peer3a;
  readonly randomBytes: (length: number) => Uint8Array;
}

/** Cipher set 3a between this end and one peer, as the exchange machine drives it (spec 0009, sections 3 and 4). */
export class CipherSet3a implements CipherSet<Peer3a, Incoming3a>, Pair3a {
  readonly csid = CSID_3A;
  readonly atCap = undefined;
  readonly lasting = true;
  readonly peer: Peer3a;
  private readonly options: CipherSetOptions3a;
  /** `agree` of both endpoints' keys: the same for as long as they are. */
  private readonly auth: Uint8Array;
  private readonly received = new PeerKeys();
  /** The key pair of this end of the exchange, made when it is needed first. */
  private current: KeyPair | undefined;
  /** `agree` of the current ephemeral key and the peer's. */
  private box: Uint8Array | undefined;

  private constructor(options: CipherSetOptions3a, auth: Uint8Array) {
    this.options = options;
    this.peer = options.peer;
    this.auth = auth;
  }

  /** Refuses a peer with a key that is none. */
  static create(options: CipherSetOptions3a): Result3a<CipherSet3a> {
    const auth = agree(options.dh, options.own, options.peer.key);
    return auth.ok ? { ok: true, value: new CipherSet3a(options, auth.value) } : auth;
  }

  /** The public key of this end of the exchange; undefined where it was not needed yet. */
  get ephemeral(): Uint8Array | undefined {
    return this.current?.publicKey;
  }

  /** Whether only the peer, or this end itself, can have made this body. Costs a hash. */
  isAuthentic(body: Uint8Array): boolean {
    return isAuthentic(this.auth, body);
  }

  /** Whether the peer has proven to speak under this body's KEY; then opening it costs no scalar multiplication. */
  knows(body: Uint8Array): boolean {
    return this.received.secretOf(body) !== undefined;
  }

  /**
   * Whether the peer has introduced itself under this body's KEY. Only that makes the KEY the peer's own: to another
   * message, whoever sees it on its way can put an AUTH of his own.
   */
  isIntroducedBy(body: Uint8Array): boolean {
    return this.received.isIntroduced(body);
  }

  read(body: Uint8Array) {
    if (this.current !== undefined && equalBytes(body.subarray(0, KEY_LENGTH), this.current.publicKey)) {
      return refused3a("cs3a.reflected");
    }
    const box = this.boxFrom(body);
    const opened = openMessage3a({ auth: this.auth, box, sender: this.peer.key }, body);
    if (!opened.ok) return opened;
    const secret = box();
    if (secret !== undefined) this.received.keep(body, secret);
    const inner = decodeInnerMessage(opened.value.inner);
    if (!inner.ok) return inner;
    const { at, ...message } = inner.value;
    if (message.type === "link" && message.body.length > 0) {
      if (!this.introduces(message)) return refused3a("cs3a.impostor");
      this.received.introduce(body);
    }
    const exch = opened.value.ephemeral.slice(0, 16);
    const verified = opened.value;
    return accepted<Incoming3a>({
      exch,
      at,
      opening: true,
      sender: undefined,
      authentic: true,
      body: body.slice(),
      message,
      verified,
    });
  }

  call(at: bigint, messages: readonly HandshakeMessage[]) {
    return { run: new Run3a(this, "initiator", at), flight: this.seal(at, messages) };
  }

  answer(opening: Incoming3a): Answer<Peer3a, Incoming3a> {
    const run = new Run3a(this, "responder", opening.at);
    const result = run.consume(opening);
    return result.type === "bad" ? { run: undefined, result } : { run, result };
  }

  renew(): void {
    if (this.current !== undefined) this.options.dh.destroyKeyPair(this.current);
    this.current = undefined;
    this.box?.fill(0);
    this.box = undefined;
    this.received.wipe();
  }

  /** Erases everything that is secret between the two; nothing may be asked afterwards. */
  destroy(): void {
    this.renew();
    this.auth.fill(0);
  }

  /** The bodies of these messages, all with this `at` and of our end of the exchange. */
  seal(at: bigint, messages: readonly HandshakeMessage[]): readonly Uint8Array[] {
    const ephemeral = this.ownEphemeral();
    const box = this.boxTo(ephemeral);
    return messages.map((message) =>
      sealMessage3a({
        ephemeral: ephemeral.publicKey,
        box,
        auth: this.auth,
        nonce: this.options.randomBytes(NONCE_LENGTH),
        inner: encodeInnerMessage({ ...message, at }),
      }),
    );
  }

  keysWith(message: VerifiedMessage3a): ExchangeKeys {
    const keys = channelKeys3a(this.options.dh, this.ownEphemeral(), message);
    this.received.agree(message.ephemeral);
    // A KEY of small order agrees with nobody, so that no message of it was ever opened.
    if (!keys.ok) throw new UsageError("usage.key", "a message that was verified has a key");
    return keys.value;
  }

  private ownEphemeral(): KeyPair {
    this.current ??= this.options.dh.generateKeyPair(this.options.randomBytes);
    return this.current;
  }

  private boxTo(ephemeral: KeyPair): Uint8Array {
    if (this.box === undefined) {
      const box = agree(this.options.dh, ephemeral, this.peer.key);
      // The peer's key was looked at when the set was made: what small order is does not depend on the secret key.
      this.box = box.ok ? box.value : new Uint8Array(KEY_LENGTH);
    }
    return this.box;
  }

  /** `agree` of our key and this body's KEY, computed when it is asked for, and once. */
  private boxFrom(body: Uint8Array): () => Uint8Array | undefined {
    let box = this.received.secretOf(body);
    return () => {
      if (box !== undefined) return box;
      const agreed = agree(this.options.dh, this.options.own, body.subarray(0, KEY_LENGTH));
      box = agreed.ok ? agreed.value : undefined;
      return box;
    };
  }

  /** A `link` with a body introduces the peer whose message it is; to whom we know, it may be without one. */
  private introduces(message: HandshakeMessage): boolean {
    const link = readLink(CSID_3A, message);
    return link.ok && equalBytes(link.value.key, this.peer.key) && link.value.hashname === this.peer.hashname;
  }
}

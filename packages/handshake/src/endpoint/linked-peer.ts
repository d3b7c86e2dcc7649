import { encodeHex, encodePacket } from "@countersign/wire";
import { openChannelPacket3a, sealChannelPacket3a } from "../cs3a/channel-packet.ts";
import type { CipherSet3a } from "../cs3a/cipher-set3a.ts";
import type { Peer3a } from "../cs3a/incoming3a.ts";
import { NONCE_LENGTH } from "../cs3a/nacl.ts";
import type { ChannelInput } from "../e3x-channels/channel-types.ts";
import { decodeChannelContent } from "../e3x-channels/content.ts";
import type { Order } from "../exchange/at.ts";
import type { ExchangeKeys } from "../exchange/cipher-set.ts";
import type { ExchangeInput, ExchangeOutput } from "../exchange/exchange-types.ts";
import type { HandshakeMessage } from "../exchange/message-group.ts";
import type { Instant, Persist } from "../machine.ts";
import { routingToken } from "../routing-token.ts";
import { ChannelTable, type OpenOptions, type TableOutput } from "./channel-table.ts";
import type { DownReason } from "./endpoint-types.ts";
import { type HandshakeOutput, Handshakes } from "./handshakes.ts";
import { TokenBucket } from "./token-bucket.ts";

/** Channel packets that are kept while their keys are on the way: the peer has them as soon as it has answered. */
const MOST_EARLY = 16;
/** Handshakes under a new ephemeral key that are decrypted: a replay of an old one is authentic, and costs as much. */
const NEW_KEYS = { burst: 8, perSecond: 2 } as const;
/** How often a peer that seems to have lost its clock is called. */
const MENDS = { burst: 1, perSecond: 1 / 60 } as const;
/** Bytes of token and nonce in front of a channel packet's ciphertext. */
const TOKEN = 16;

/** What a peer wants done; the endpoint puts the name to it. */
export type PeerOutput<Path> =
  | { readonly type: "send"; readonly bytes: Uint8Array; readonly path: Path }
  | (Extract<ExchangeOutput<Peer3a>, { readonly type: "offer" }> & { readonly path: Path })
  | { readonly type: "up"; readonly at: bigint }
  | { readonly type: "alive"; readonly at: bigint }
  | { readonly type: "down"; readonly reason: DownReason }
  | { readonly type: "exhausted" }
  | { readonly type: "undecided" }
  | Persist<bigint>
  | Exclude<TableOutput, { readonly type: "transmit" }>;

/** What a linked peer begins with. */
export interface LinkedPeerOptions<Path> {
  readonly set: CipherSet3a;
  readonly order: Order;
  readonly highest: bigint;
  readonly messages: readonly HandshakeMessage[];
  readonly randomBytes: (length: number) => Uint8Array;
  readonly path: Path;
}

/** One peer whose key is known: its exchange, its channels, and where it is. */
export class LinkedPeer<Path> {
  readonly hashname: string;
  /** Where the last fresh and authentic packet came from, or where to try first. */
  path: Path;
  private readonly set: CipherSet3a;
  private readonly randomBytes: LinkedPeerOptions<Path>["randomBytes"];
  private readonly handshakes: Handshakes<Path>;
  private readonly channels: ChannelTable;
  private readonly newKeys = new TokenBucket(NEW_KEYS);
  private readonly mends = new TokenBucket(MENDS);
  private early: { readonly body: Uint8Array; readonly path: Path }[] = [];
  private established: { readonly id: number; readonly keys: ExchangeKeys } | undefined;
  private live: { readonly id: number; readonly keys: ExchangeKeys } | undefined;
  private tokenOf: Uint8Array | undefined;
  private currentToken: string | undefined;
  private calling = false;
  /** The newest answer of the peer to a call of ours, as the application may name it. */
  private answer: number | undefined;
  private outputs: PeerOutput<Path>[] = [];

  constructor({ set, order, highest, messages, randomBytes, path }: LinkedPeerOptions<Path>) {
    this.hashname = set.peer.hashname;
    this.set = set;
    this.randomBytes = randomBytes;
    this.path = path;
    this.handshakes = new Handshakes({ cipherSet: set, order, highest, messages });
    this.channels = new ChannelTable(order);
  }

  /** Our routing token in hexadecimal; undefined while no handshake has one. */
  get token(): string | undefined {
    const { ephemeral } = this.set;
    if (ephemeral !== this.tokenOf) {
      this.tokenOf = ephemeral;
      this.currentToken = ephemeral && encodeHex(routingToken(ephemeral));
    }
    return this.currentToken;
  }

  /** When `time` is to be called. */
  get due(): number | undefined {
    const [handshake, channel] = [this.handshakes.due, this.channels.due];
    return handshake === undefined || channel === undefined ? (handshake ?? channel) : Math.min(handshake, channel);
  }

  /** Whether this peer, or we ourselves, made this handshake. */
  made(body: Uint8Array): boolean {
    return this.set.isAuthentic(body);
  }

  /** Whether it has proven to speak under the KEY of this handshake. */
  speaksUnder(body: Uint8Array): boolean {
    return this.set.knows(body);
  }

  /** Whether this handshake's KEY is the peer's own. */
  isIntroducedBy(body: Uint8Array): boolean {
    return this.set.isIntroducedBy(body);
  }

  /** Begins a handshake; with a peer that is up, to see whether it still answers. */
  call(now: Instant): readonly PeerOutput<Path>[] {
    this.calling = true;
    this.drive({ type: this.live === undefined ? "call" : "keep-alive" }, now);
    return this.flush();
  }

  keepAlive(now: Instant): readonly PeerOutput<Path>[] {
    if (this.live !== undefined) this.drive({ type: "keep-alive" }, now);
    return this.flush();
  }

  /** What is said from now on; said at once only where there is somebody to hear it. */
  provide(messages: readonly HandshakeMessage[], now: Instant): readonly PeerOutput<Path>[] {
    this.drive({ type: "provide", messages, quiet: this.live === undefined && !this.calling }, now);
    return this.flush();
  }

  /** A handshake that this peer has made. */
  handshake(body: Uint8Array, path: Path, now: Instant): readonly PeerOutput<Path>[] {
    // What is due goes to where the peer is, not to where this packet came from.
    this.passTime(now);
    const renewed = !this.speaksUnder(body);
    if (renewed && !this.newKeys.take(now.ms)) this.outputs.push({ type: "drop", code: "endpoint.busy" });
    else this.drive({ type: "packet", body }, now, path);
    if (renewed) this.mend(now);
    return this.flush();
  }

  /**
   * A peer that is up and speaks under a new KEY with an old `at` has lost its state and the time with it, or somebody
   * replays what it once said. A call of ours, to where the peer was last, tells the former our `at` and the latter nothing.
   */
  private mend(now: Instant): void {
    const old = this.outputs.some((one) => one.type === "drop" && one.code === "exchange.old");
    if (old && this.live !== undefined && this.mends.take(now.ms)) this.drive({ type: "keep-alive" }, now);
  }

  decide(type: "accept" | "refuse", id: number, now: Instant): readonly PeerOutput<Path>[] {
    this.drive({ type, id }, now);
    // Whose answer is not accepted does not come up, and what was to be said to him is not kept.
    if (type === "refuse" && id === this.answer && this.live === undefined) this.down("refused", now);
    return this.flush();
  }

  /** A channel packet with our token. */
  packet(body: Uint8Array, path: Path, now: Instant): readonly PeerOutput<Path>[] {
    if (this.live !== undefined) this.open(this.live.keys, { body, path }, now);
    else if (this.early.length < MOST_EARLY) this.early.push({ body: body.slice(), path });
    else this.outputs.push({ type: "drop", code: "endpoint.early" });
    return this.flush();
  }

  openChannel(options: OpenOptions, now: Instant): readonly PeerOutput<Path>[] {
    this.take(this.channels.open(options, now.ms));
    return this.flush();
  }

  channel(id: number, input: ChannelInput, now: Instant): readonly PeerOutput<Path>[] {
    this.take(this.channels.input(id, input, now.ms));
    return this.flush();
  }

  writable(channel: number): boolean {
    return this.channels.writable(channel);
  }

  time(now: Instant): readonly PeerOutput<Path>[] {
    this.passTime(now);
    this.take(this.channels.time(now.ms));
    return this.flush();
  }

  persisted(id: number, now: Instant): readonly PeerOutput<Path>[] {
    this.obey(this.handshakes.persisted(id, now), now);
    return this.flush();
  }

  /** Forgets everything that is secret; nothing may be asked afterwards. */
  end(now: Instant): readonly PeerOutput<Path>[] {
    this.handshakes.end(now);
    this.down("ended", now);
    this.set.destroy();
    return this.flush();
  }

  private passTime(now: Instant): void {
    const { due } = this.handshakes;
    if (due !== undefined && now.ms >= due) this.drive({ type: "time" }, now);
  }

  private drive(input: ExchangeInput, now: Instant, path: Path = this.path): void {
    this.obey(this.handshakes.step(input, path, now), now);
  }

  private obey(outputs: readonly HandshakeOutput<Path>[], now: Instant): void {
    for (const one of outputs) {
      if (one.type === "said") this.said(one, now);
      else this.outputs.push(one);
    }
  }

  private said({ output, path, cause }: Extract<HandshakeOutput<Path>, { type: "said" }>, now: Instant): void {
    if (output.type === "offer") {
      // What the peer says for the first time tells where it is.
      this.path = path;
      if (output.role === "initiator") this.answer = output.id;
      this.outputs.push({ ...output, path });
    } else if (output.type === "establish") this.established = output;
    else if (output.type === "confirmed") this.confirmed(output.id, output.at, now);
    else if (output.type === "discard") {
      if (this.live?.id === output.id) this.down(cause === "packet" ? "replaced" : "refused", now);
    } else if (output.type === "exhausted") this.exhausted(now);
    else if (output.type === "expired") {
      if (output.role === "initiator") this.down("unanswered", now);
      else this.outputs.push({ type: "undecided" });
    }
  }

  private confirmed(id: number, at: bigint, now: Instant): void {
    this.calling = false;
    if (this.established?.id !== id) return void this.outputs.push({ type: "alive", at });
    const { keys } = this.established;
    this.live = this.established;
    this.established = undefined;
    this.outputs.push({ type: "up", at });
    this.take(this.channels.release(now.ms));
    for (const packet of this.early.splice(0)) this.open(keys, packet, now);
  }

  private exhausted(now: Instant): void {
    this.outputs.push({ type: "exhausted" });
    if (this.live === undefined) this.down("unanswered", now);
  }

  private down(reason: DownReason, now: Instant): void {
    const known = this.live !== undefined || this.calling;
    this.live?.keys.sendKey.fill(0);
    this.live?.keys.receiveKey.fill(0);
    this.live = undefined;
    this.calling = false;
    this.early = [];
    this.take(this.channels.reset(now.ms));
    if (known) this.outputs.push({ type: "down", reason });
  }

  private open(keys: ExchangeKeys, { body, path }: { body: Uint8Array; path: Path }, now: Instant): void {
    const inner = openChannelPacket3a(keys, body);
    if (!inner.ok) return void this.outputs.push({ type: "drop", code: inner.code });
    const packet = decodeChannelContent(inner.value);
    if (!packet.ok) return void this.outputs.push({ type: "drop", code: packet.code });
    const said = this.channels.receive(packet.value, body.slice(TOKEN, TOKEN + NONCE_LENGTH), now.ms);
    if (said.some(({ type }) => type === "deliver")) this.path = path;
    this.take(said);
  }

  private take(outputs: readonly TableOutput[]): void {
    for (const output of outputs) {
      if (output.type !== "transmit") this.outputs.push(output);
      else if (this.live !== undefined) {
        const nonce = this.randomBytes(NONCE_LENGTH);
        const body = sealChannelPacket3a({ keys: this.live.keys, nonce, inner: output.inner });
        this.outputs.push({ type: "send", bytes: encodePacket({ type: "channel", body }), path: this.path });
      }
    }
  }

  private flush(): readonly PeerOutput<Path>[] {
    const { outputs } = this;
    this.outputs = [];
    return outputs;
  }
}

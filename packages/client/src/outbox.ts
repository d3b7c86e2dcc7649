import { dialectLimits } from "@countersign/rpc";
import { compareBytes, encodeBase64url, limits } from "@countersign/wire";
import { Alarm } from "./alarm.ts";
import { BackOff } from "./back-off.ts";
import type { RelayError } from "./errors.ts";
import type { Clock, RandomBytes } from "./ports.ts";
import type { RpcSocket } from "./rpc-socket.ts";

/** A packet for one party. */
export interface Envelope {
  readonly to: number;
  readonly bytes: Uint8Array;
}

export interface OutboxOptions {
  /** UUID of the session. */
  readonly session: string;
  readonly clock: Clock;
  readonly randomBytes: RandomBytes;
  /** Of the session. */
  readonly parties: number;
  /** Whether a process before this one may have sent something: then the relay is asked for the cseq to go on from. */
  readonly goesOn: boolean;
  /** Everything posted so far is durable at the relay. */
  drained(): void;
  /** A refusal that sending again does not mend. */
  refused(error: RelayError): void;
}

/** Requests without an answer at a time: enough to hide a round trip, little enough to lose to a rate limit. */
const WINDOW = 4;
/** Characters of bodies with which a request is worth sending beside others. */
const FULL = dialectLimits.bodies / 2;
/** Parties of a session above which a little waits for more, though nothing is on its way, and for how many ms of each. */
const FEW = 4;
const GATHER_MS = { perParty: 2, most: 50 };
/** The number that stands for all others, who get the same bytes. */
const TO_ALL = 0;
/** A cseq that no member ever reaches: the relay refuses it and says which one it expects. */
const UNKNOWN = Number.MAX_SAFE_INTEGER;
/** Characters of a request around its envelopes, and of an envelope around its body: upper bounds. */
const REQUEST_FRAME = 256;
const ENVELOPE_FRAME = 24;

/**
 * What a member sends, in order and once: envelopes are batched into requests, each with the member's next cseq, and
 * kept until the relay says that they are durable. After a reconnect the same requests go out again, word for word;
 * the relay answers a cseq that it has with the answer of the first time.
 */
export class Outbox {
  private readonly options: OutboxOptions;
  private readonly backOff: BackOff;
  private readonly pause: Alarm;
  private readonly gather: Alarm;
  private readonly requests: Request[] = [];
  private waiting: Envelope[] = [];
  private nextCseq: number;
  private socket: RpcSocket | undefined;
  /** Whether the relay has yet to take something of this process: until then requests go one by one. */
  private isNew: boolean;

  constructor(options: OutboxOptions) {
    this.options = options;
    this.nextCseq = options.goesOn ? UNKNOWN : 1;
    this.isNew = options.goesOn;
    this.backOff = new BackOff(options.randomBytes);
    this.pause = new Alarm(options.clock, () => this.pump());
    this.gather = new Alarm(options.clock, () => this.pump(true));
  }

  get isEmpty(): boolean {
    return this.requests.length === 0 && this.waiting.length === 0;
  }

  /** Takes envelopes for the relay. One that still waits for its receipt is not sent a second time. */
  post(envelopes: readonly Envelope[]): void {
    for (const envelope of envelopes) if (!this.holds(envelope)) this.waiting.push(envelope);
    this.pump();
  }

  /** The socket on which the seat is taken; on a new one, what has no receipt goes out again. */
  attach(socket: RpcSocket): void {
    if (socket === this.socket) return;
    this.detach();
    this.socket = socket;
    this.pump();
  }

  detach(): void {
    this.socket = undefined;
    this.pause.clear();
    this.gather.clear();
    for (const request of this.requests) request.sent = false;
  }

  private pump(isGathered = false): void {
    if (this.pause.isSet) return;
    const window = this.isNew ? 1 : WINDOW;
    for (let i = 0; i < window && this.socket !== undefined; i++) {
      const mayLeave = this.isWorthIt || (i === 0 && (isGathered || !this.waitsForMore()));
      const request = this.requests[i] ?? (mayLeave ? this.nextRequest() : undefined);
      if (request === undefined) return;
      if (!request.sent) this.send(request, this.socket);
    }
  }

  /**
   * Whether what waits is worth a request beside those that have no answer yet. Among many, it waits for what the others
   * cause to be said to them in the same moment, and goes with it.
   */
  private get isWorthIt(): boolean {
    if (this.options.parties === 2 || this.waiting.length >= limits.envelopes) return true;
    return this.waiting.reduce((sum, { bytes }) => sum + bytes.length, 0) * (4 / 3) >= FULL;
  }

  /**
   * Whether what waits is a part of what will be said in this moment to all: among many, these follow each other within
   * some milliseconds. What is for all leaves at once.
   */
  private waitsForMore(): boolean {
    const { parties } = this.options;
    if (parties <= FEW || this.waiting.length === 0 || this.waiting.length >= parties - 1) return false;
    if (this.waiting.some(({ to }) => to === TO_ALL)) return false;
    if (!this.gather.isSet) this.gather.setIn(Math.min(GATHER_MS.perParty * parties, GATHER_MS.most));
    return true;
  }

  private send(request: Request, socket: RpcSocket): void {
    request.sent = true;
    const params = { session: this.options.session, cseq: request.cseq, envelopes: request.encoded };
    socket.request("Session.message", params, {
      result: () => {
        this.requests.splice(this.requests.indexOf(request), 1);
        this.isNew = false;
        this.backOff.reset();
        this.pump();
        if (this.isEmpty) this.options.drained();
      },
      error: (error) => this.failed(request, error, socket),
    });
  }

  private failed(request: Request, error: RelayError, socket: RpcSocket): void {
    if (socket !== this.socket) return;
    const expected = error.data?.expected ?? request.cseq;
    const isOutOfOrder = error.code === "relay.out-of-order";
    if (isOutOfOrder && request.cseq === UNKNOWN) return this.number(request, expected);
    if (isOutOfOrder && this.options.goesOn && expected > request.cseq) return this.renumber(request, expected);
    const missing = this.requests[0]?.cseq ?? this.nextCseq;
    // What was acknowledged is gone here: a relay that asks for it again has lost what it called durable.
    const sendAgain = error.code === "relay.rate-limited" || (isOutOfOrder && expected >= missing);
    if (!sendAgain) return this.options.refused(error);
    request.sent = false;
    if (!this.pause.isSet) this.pause.setIn(this.backOff.next());
  }

  /** The relay has said where this member is: the request that asked goes out under the cseq that is next. */
  private number(request: Request, cseq: number): void {
    request.cseq = cseq;
    request.sent = false;
    this.nextCseq = cseq + 1;
    this.pump();
  }

  /** The number is taken: by a process before this one, whose message came in late, from another node. */
  private renumber(request: Request, expected: number): void {
    this.nextCseq = Math.max(this.nextCseq, expected);
    this.requests.splice(this.requests.indexOf(request), 1);
    this.requests.push(request);
    request.cseq = this.nextCseq++;
    request.sent = false;
    this.pump();
  }

  private nextRequest(): Request | undefined {
    if (this.waiting.length === 0) return undefined;
    const encoded: { to: number; body: string }[] = [];
    let bodies = 0;
    let text = REQUEST_FRAME;
    for (const { to, bytes } of this.waiting) {
      const length = Math.ceil((bytes.length * 4) / 3);
      const fits = bodies + length <= dialectLimits.bodies && text + length + ENVELOPE_FRAME <= limits.relayMessage;
      if (encoded.length > 0 && (!fits || encoded.length === limits.envelopes)) break;
      encoded.push({ to, body: encodeBase64url(bytes) });
      bodies += length;
      text += length + ENVELOPE_FRAME;
    }
    const envelopes = this.waiting.slice(0, encoded.length);
    this.waiting = this.waiting.slice(encoded.length);
    this.gather.clear();
    const request = { cseq: this.nextCseq++, envelopes, encoded, sent: false };
    this.requests.push(request);
    return request;
  }

  private holds(envelope: Envelope): boolean {
    const same = (other: Envelope) => other.to === envelope.to && compareBytes(other.bytes, envelope.bytes) === 0;
    return this.waiting.some(same) || this.requests.some((request) => request.envelopes.some(same));
  }
}

interface Request {
  cseq: number;
  readonly envelopes: readonly Envelope[];
  readonly encoded: { to: number; body: string }[];
  sent: boolean;
}

import type { RelayEvent } from "@countersign/rpc";
import { decodeBase64url } from "@countersign/wire";
import type { Carrier } from "./carrier.ts";
import type { RelayError } from "./errors.ts";
import { Farewell } from "./farewell.ts";
import type { Follower } from "./follower.ts";
import type { MemberHandlers } from "./member-handlers.ts";
import { type Envelope, Outbox } from "./outbox.ts";
import type { Clock, RandomBytes } from "./ports.ts";
import { Presence } from "./presence.ts";
import { Receipts } from "./receipts.ts";
import type { RpcSocket } from "./rpc-socket.ts";
import { endTakenFrom, endToldBy } from "./session-end.ts";
import type { SessionEnded } from "./session-event.ts";
import type { Seat, SeatTaken } from "./take-seat.ts";

export interface MembershipOptions extends SeatTaken {
  readonly clock: Clock;
  readonly randomBytes: RandomBytes;
  /** How many take part in the session. */
  readonly parties: number;
  /** The token that the seat was taken with, base64url. Secret. */
  readonly token: string;
  /** What a process before this one was done with; none for a seat that is new. */
  readonly past: { readonly seen: number; readonly members: readonly number[] } | undefined;
  /** Ms of silence after which the relay is shown that the session goes on; none: it may expire. */
  readonly keepAliveMs: number | undefined;
  /** Writes that events up to this one need not be asked for again. */
  save(seq: number): Promise<void>;
}

/** A seat in one session at the relay across reconnects: it is taken up again by its token behind the last event seen. */
export class Membership implements Carrier, Follower {
  private readonly options: MembershipOptions;
  private readonly session: string;
  private readonly outbox: Outbox;
  private readonly receipts: Receipts;
  private readonly presence = new Presence((number, online) => this.handlers?.online(number, online));
  private handlers: MemberHandlers | undefined;
  private socket: RpcSocket | undefined;
  private resuming = false;
  /** seq behind which a gap was found: a second one there means that resuming does not help. */
  private gapAt: number | undefined;
  /**
   * Ms until which the relay may still hear what an earlier connection asked for and give it the seat: to the relay that
   * is the newer one. Nobody else can tell it from another process, which this side gives way to.
   */
  private lateUntil = 0;
  private farewell: { readonly last: Farewell; readonly heard: () => void } | undefined;
  private over = false;

  constructor(options: MembershipOptions) {
    const { clock, randomBytes, seat, parties, past, keepAliveMs, save } = options;
    this.options = options;
    this.session = seat.session;
    if (options.wasAskedBefore) this.mayHearLate();
    this.receipts = new Receipts({ session: this.session, clock, parties, after: past?.seen ?? 0, keepAliveMs, save });
    this.outbox = new Outbox({
      session: this.session,
      clock,
      randomBytes,
      parties,
      goesOn: past !== undefined,
      drained: () => this.sayFarewell(),
      refused: (error) => this.refused(error),
    });
  }

  /** Begins: in the same turn in which the seat was taken, so that no event is missed. */
  listen(handlers: MemberHandlers): void {
    this.handlers = handlers;
    for (const number of this.options.past?.members ?? []) this.presence.joined(number);
    this.attached(this.options.socket, this.options.seat);
  }

  send(envelopes: readonly Envelope[]): void {
    if (!this.over) this.outbox.post(envelopes);
  }

  /** Finishes, or aborts with a reason, behind everything that was sent; resolves when the relay knows, or has ended. */
  leave(abortReason?: string): Promise<void> {
    return new Promise((resolve) => {
      if (this.over) return resolve();
      this.farewell = { last: new Farewell(this.session, abortReason), heard: resolve };
      this.sayFarewell();
    });
  }

  /** Lets go of the seat without a word. */
  stop(): void {
    if (this.over) return;
    this.over = true;
    this.down();
    this.farewell?.heard();
    this.options.release();
  }

  up(socket: RpcSocket): void {
    if (!this.over) this.resume(socket);
  }

  down(): void {
    const wasAttached = this.socket !== undefined;
    this.socket = undefined;
    this.outbox.detach();
    this.receipts.detach();
    if (this.resuming) this.mayHearLate();
    this.resuming = false;
    this.farewell?.last.detach();
    if (wasAttached && !this.over) this.handlers?.lost();
  }

  gone(cause: RelayError): void {
    this.end({ type: "ended", how: "unreachable", cause });
  }

  event(event: RelayEvent): void {
    if (this.over || event.params.session !== this.session) return;
    const { seq, previous } = "seq" in event.params ? event.params : {};
    if (seq !== undefined && seq <= this.receipts.last) return;
    if (previous !== undefined && previous !== this.receipts.last) return this.catchUp();
    const ended = endToldBy(event);
    if (ended?.how === "replaced" && this.now() < this.lateUntil) return this.comeBack();
    if (ended !== undefined) return this.end(ended);
    this.handOn(event);
    if (seq !== undefined && !this.over) this.receipts.add(seq);
  }

  private handOn({ name, params }: RelayEvent): void {
    switch (name) {
      case "memberJoined": {
        const { number, eid, versions } = params;
        if (eid === undefined || versions === undefined) return this.handlers?.joinedInTheClear(number);
        this.handlers?.joined({ number, eid: bytesOf(eid), versions: bytesOf(versions) });
        return this.presence.joined(number);
      }
      case "message":
        return this.handlers?.packets(params.from, params.bodies.map(bytesOf));
      case "memberOnline":
      case "memberOffline":
        return this.presence.set(params.number, name === "memberOnline");
    }
  }

  private attached(socket: RpcSocket, seat: Seat): void {
    this.socket = socket;
    for (const { number, online } of seat.members) this.presence.set(number, online);
    this.receipts.attach(socket);
    this.outbox.attach(socket);
    this.sayFarewell();
  }

  /** Asks for the events behind a gap, on the same socket; a relay that leaves the gap open is dropped. */
  private catchUp(): void {
    if (this.resuming || this.socket === undefined) return;
    if (this.gapAt === this.receipts.last) return this.socket.cut("the relay leaves out events");
    this.gapAt = this.receipts.last;
    this.resume(this.socket);
  }

  private mayHearLate(): void {
    this.lateUntil = this.now() + LATE_MS;
  }

  /** Takes the seat from a connection of its own that it has given up; once, should it not have been that one. */
  private comeBack(): void {
    this.lateUntil = 0;
    this.socket?.cut("a connection that was given up took its place");
  }

  private resume(socket: RpcSocket): void {
    this.resuming = true;
    const params = { session: this.session, token: this.options.token, after: this.receipts.last };
    socket.request("Session.resume", params, {
      result: (seat) => {
        this.resuming = false;
        if (this.over) return;
        const wasAway = this.socket === undefined;
        this.attached(socket, seat);
        if (wasAway) this.handlers?.back();
      },
      error: (error) => {
        this.resuming = false;
        this.refused(error, socket);
      },
    });
  }

  private sayFarewell(): void {
    const { farewell, socket } = this;
    if (farewell === undefined || socket === undefined || !this.outbox.isEmpty) return;
    farewell.last.say(socket, { result: farewell.heard, error: (error) => this.refused(error, socket) });
  }

  private refused(error: RelayError, socket = this.socket): void {
    if (this.over) return;
    if (mended.has(error.code)) socket?.cut(error.message);
    else this.end(endTakenFrom(error));
  }

  private end(ended: SessionEnded): void {
    if (this.over) return;
    this.stop();
    this.handlers?.ended(ended);
  }

  private now(): number {
    return this.options.clock.now().ms;
  }
}

/** A relay cuts a connection from which nothing came between two pings, by default 20 s apart: then nothing comes of it. */
const LATE_MS = 60_000;

/** Refusals after which another connection, when the relay has had some time, is worth an attempt. */
const mended: ReadonlySet<string> = new Set(["relay.unavailable", "relay.rate-limited", "relay.not-a-member"]);

/** The schema of the event has seen to it that the text is base64url. */
function bytesOf(text: string): Uint8Array {
  const bytes = decodeBase64url(text);
  if (!bytes.ok) throw new TypeError(bytes.detail);
  return bytes.value;
}

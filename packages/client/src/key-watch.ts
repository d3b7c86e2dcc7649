import type { MethodResult, RelayEvent } from "@countersign/rpc";
import { encodeHex, formatUuid, parseUuid } from "@countersign/wire";
import { RelayError } from "./errors.ts";
import { EventQueue } from "./event-queue.ts";
import type { Follower } from "./follower.ts";
import { type Note, openOwn, type SealedNotes, sealForAll } from "./key-notes.ts";
import type { KeyPlace } from "./key-place.ts";
import type { RandomBytes } from "./ports.ts";
import type { RelayConnection } from "./relay-connection.ts";
import type { RpcSocket } from "./rpc-socket.ts";
import { systemRandomBytes } from "./system.ts";

export interface KeyWatchOptions {
  readonly relay: RelayConnection;
  readonly key: KeyPlace;
  readonly randomBytes?: RandomBytes;
}

/** What happens among those who have a key. */
export type KeyEvent =
  /**
   * The connection has come to the group, again after it was lost. What others have said in the meantime is not told any
   * more; the sessions in which they sign, or wait for others, are: the newest first. The relay's word, to act upon only.
   */
  | { readonly type: "joined"; readonly sessions: readonly KeySession[] }
  /** Another one who has the key proposes something, or says what was signed. It was sealed for this party by `from`. */
  | {
      readonly type: "proposal" | "signed";
      readonly from: number;
      readonly session: Uint8Array;
      readonly content: Uint8Array;
    }
  | { readonly type: "relay-lost" }
  /** Terminal: the relay refuses, or could not be reached any more. */
  | { readonly type: "failed"; readonly error: RelayError };

/** A session of the key's group that has not ended. */
export interface KeySession {
  /** 16 bytes. */
  readonly session: Uint8Array;
  readonly parties: number;
  readonly threshold: number;
  /** How many have taken their place. */
  readonly joined: number;
  /** How many of them are connected: nobody, in a session that was given up. */
  readonly online: number;
}

/** Listens to those who have a key, and tells them something, in their group at the relay. */
export function watchKey(options: KeyWatchOptions): KeyWatch {
  return new KeyWatch(options);
}

/** The group is never full, and says nothing of the key: all groups of keys are of this size. */
const SIZE = { parties: 255, threshold: 2 } as const;
/** Notes that are known again when they come twice. */
const MOST_KNOWN = 256;

export class KeyWatch {
  private readonly options: Required<KeyWatchOptions>;
  private readonly group: string;
  private readonly queue = new EventQueue<KeyEvent>();
  private readonly known = new Set<string>();
  private readonly notices = new Set<Notice>();
  private readonly follower: Follower;
  private socket: RpcSocket | undefined;

  constructor({ relay, key, randomBytes = systemRandomBytes }: KeyWatchOptions) {
    this.options = { relay, key, randomBytes };
    this.group = formatUuid(key.group);
    this.follower = {
      up: (socket) => this.join(socket),
      down: () => this.lost(),
      event: (event) => this.hear(event),
      gone: (error) => this.end(error),
    };
    relay.follow(this.follower);
  }

  /** What happens, in order. One consumer; ends behind `failed`, and when `stop` is called. */
  events(): AsyncIterable<KeyEvent> {
    return this.queue.consume();
  }

  /**
   * Tells all others who have the key and are there; resolves when the relay has passed it on. Whoever comes later is not
   * told, but finds a session in which somebody is connected: so propose when it is open, and again while somebody is
   * missing; a note that comes twice is told once. A note of `signed` is about a session that the relay knows. Rejects with `RelayError`.
   */
  async tell(note: Note): Promise<void> {
    const { key, randomBytes } = this.options;
    await Promise.all(sealForAll(key, note, randomBytes).map((sealed) => this.pass(note, sealed)));
  }

  /** Leaves the group to the others. */
  stop(): void {
    this.end(new RelayError("relay.closed", "The group of the key is not watched any more"), false);
  }

  private pass({ subject, session: id }: Note, sealed: SealedNotes): Promise<void> {
    const session = formatUuid(id);
    const where = { group: this.group, session };
    return new Promise((resolve, reject) => {
      const notice: Notice = {
        send: (socket) => {
          const answer = {
            result: () => this.answered(notice, resolve),
            error: (error: RelayError) => {
              if (error.code === "relay.unavailable") return socket.cut(error.message);
              this.answered(notice, () => reject(error));
            },
          };
          if (subject === "signed") return socket.request("Notify.signed", { ...where, value: sealed }, answer);
          socket.request("Notify.proposal", { ...where, proposal: PROPOSAL, message: sealed }, answer);
        },
        fail: reject,
      };
      this.notices.add(notice);
      if (this.socket !== undefined) notice.send(this.socket);
    });
  }

  private answered(notice: Notice, settle: () => void): void {
    this.notices.delete(notice);
    settle();
  }

  private join(socket: RpcSocket): void {
    socket.request(
      "Group.join",
      { group: this.group, ...SIZE },
      {
        result: ({ sessions }) => {
          this.socket = socket;
          this.queue.push({ type: "joined", sessions: sessions.flatMap(readSession).reverse() });
          for (const notice of this.notices) notice.send(socket);
        },
        error: (error) => {
          if (error.code === "relay.unavailable") return socket.cut(error.message);
          this.end(error);
        },
      },
    );
  }

  private lost(): void {
    if (this.socket !== undefined) this.queue.push({ type: "relay-lost" });
    this.socket = undefined;
  }

  private hear({ name, params }: RelayEvent): void {
    if ((name !== "proposal" && name !== "signed") || params.group !== this.group) return;
    const session = parseUuid(params.session);
    if (!session.ok) return;
    const about = { subject: name, session: session.value };
    const opened = openOwn(this.options.key, about, name === "signed" ? params.value : params.message);
    if (opened === undefined) return;
    const { from, content } = opened;
    // The relay may say it again, and so may a sender that does not know whether it was passed on.
    const mark = [name, params.session, from, encodeHex(content)].join();
    if (this.known.has(mark)) return;
    this.known.add(mark);
    const [oldest] = this.known;
    if (oldest !== undefined && this.known.size > MOST_KNOWN) this.known.delete(oldest);
    this.queue.push({ type: name, from, session: session.value, content });
  }

  private end(error: RelayError, isTold = true): void {
    this.options.relay.unfollow(this.follower);
    this.socket = undefined;
    if (isTold) this.queue.push({ type: "failed", error });
    this.queue.end();
    for (const { fail } of this.notices) fail(error);
    this.notices.clear();
  }
}

/** The name under which the relay passes notes on. */
const PROPOSAL = "countersign/1 note";

interface Notice {
  send(socket: RpcSocket): void;
  fail(error: RelayError): void;
}

function readSession(one: MethodResult<"Group.join">["sessions"][number]): KeySession[] {
  const session = parseUuid(one.session);
  if (one.kind !== "sign" || !session.ok) return [];
  const { parties, threshold, joined, online } = one;
  return [{ session: session.value, parties, threshold, joined, online }];
}

import type { SharedLogStore } from "@countersign/relay";
import type { Clock } from "../../clock.ts";
import type { Place } from "../feed.ts";
import type { GroupHost } from "../group-host.ts";
import { decodeNotice, encodeNotice, type PresenceNotice } from "./notice.ts";

/** Milliseconds until what is said of a member has to be said again: longer than a node is mostly there. */
const LIFE = 86_400_000;
/** Milliseconds after which a notice of this node's own that did not come back was lost on the way. */
const ROUND_TRIP = 5_000;

/** When a member came: by the position in the group's log, and in milliseconds of this node's clock. */
export interface Coming {
  readonly at: number;
  readonly ms: number;
  /** When it asked for it: the call may have waited. */
  readonly asked: number;
}

/** Whom it concerns here that a member is connected to another node. */
export interface ElsewhereWatcher {
  /** A member has come or gone there. */
  presence(session: string, number: number, online: boolean): void;
  /** A member has come there; whoever was it here is so no more. */
  moved(session: string, number: number): void;
  /** A member is here still, although a node that was slow to hear so says otherwise. */
  stays(session: string, number: number): void;
  /** When the member came to this node; undefined if it is not here. */
  cameHere(session: string, number: number): Coming | undefined;
}

/** Where somebody is connected. */
type MemberPlace = Pick<Place, "session" | "number"> & { readonly host: Pick<GroupHost, "id" | "log" | "position"> };

interface ElsewhereOptions {
  readonly store: SharedLogStore;
  readonly clock: Clock;
  readonly watcher: ElsewhereWatcher;
  /** The number of this node. */
  node(): number;
  isAlive(node: number): boolean;
}

/** The members that are connected to other nodes, as far as this one runs their groups; and tells those of its own. */
export class Elsewhere {
  readonly #options: ElsewhereOptions;
  /** The node of each, by session and number. */
  readonly #nodes = new Map<string, Map<number, number>>();
  /** What this node has said and not heard itself yet, and when: whoever was said to be elsewhere before that was so before. */
  readonly #unheard = new Map<string, number>();

  constructor(options: ElsewhereOptions) {
    this.#options = options;
  }

  isOnline(session: string, number: number): boolean {
    return this.#nodes.get(session)?.has(number) ?? false;
  }

  /**
   * Learns who is connected to which node, of a group that this one runs: when it begins to, and now and then, because
   * notices can get lost. Rejects as `SharedFacts` does.
   */
  async learn({ id, sessions }: Pick<GroupHost, "id" | "sessions">): Promise<void> {
    const { store, node, isAlive, watcher } = this.#options;
    const topic = presenceTopic(id);
    const said = await store.facts.all(topic);
    for (const [key, value] of said) {
      const [session = "", text] = key.split("/");
      const number = Number(text);
      const there = Number(value);
      if (there === node()) continue;
      if (!isAlive(there)) {
        store.facts.retract(topic, key, value).catch(ignore);
      } else if (sessions.has(session)) {
        const isNew = !this.isOnline(session, number);
        this.#set(session, number, there);
        if (isNew) watcher.presence(session, number, true);
      }
    }
    for (const session of sessions.keys()) {
      for (const number of [...(this.#nodes.get(session)?.keys() ?? [])]) {
        if (!said.has(keyOf(session, number))) this.#left(session, number);
      }
    }
  }

  /** A member has come to this node; or is here still, which this one insists upon. */
  came(place: MemberPlace, { asked, insists = false }: { readonly asked: number; readonly insists?: boolean }): void {
    const { store, clock } = this.#options;
    const { host, session, number } = place;
    this.#delete(session, number);
    this.#unheard.set(keyOf(session, number), clock.now());
    this.say(place);
    store.notify(host.log, this.#notice("online", place, { waited: clock.now() - asked, insists }));
  }

  /** Says that a member is connected to this node: for nodes that will want to know. */
  say({ host, session, number }: MemberPlace): void {
    const { store, node } = this.#options;
    const fact = { value: String(node()), life: LIFE };
    store.facts.say(presenceTopic(host.id), keyOf(session, number), fact).catch(ignore);
  }

  /** A member has gone from this node. */
  went(place: MemberPlace): void {
    const { store, node } = this.#options;
    const { host, session, number } = place;
    store.facts.retract(presenceTopic(host.id), keyOf(session, number), String(node())).catch(ignore);
    store.notify(host.log, this.#notice("offline", place));
  }

  /** Somebody has said something, maybe this node. */
  hear(text: string): void {
    const notice = decodeNotice(text);
    if (notice === undefined) return;
    const { node, session, number } = notice;
    const { node: self } = this.#options;
    if (node === self()) {
      if (notice.type === "online") this.#unheard.delete(keyOf(session, number));
    } else if (notice.type === "online") this.#cameElsewhere(notice);
    else if (this.#nodes.get(session)?.get(number) === node) this.#left(session, number);
  }

  /** A node is gone, and with it whoever was connected to it. */
  gone(node: number): void {
    for (const [session, numbers] of [...this.#nodes]) {
      for (const [number, there] of [...numbers]) {
        if (there === node) this.#left(session, number);
      }
    }
  }

  /** Nobody here has to do with a session any more. */
  forget(session: string): void {
    this.#nodes.delete(session);
  }

  #cameElsewhere({ node, session, number, at, waited, insists }: PresenceNotice): void {
    const { clock, watcher } = this.#options;
    // Said before the member came here: by a node that stood still, or over a line that did. Where the log has not gone on
    // in between, what comes so soon is late.
    const here = watcher.cameHere(session, number);
    // Asked for before the member asked here: of a node that was cut off, and carried it out when it was not any more.
    if (here !== undefined && clock.now() - waited < here.asked) return watcher.stays(session, number);
    const isSoon = here !== undefined && !insists && clock.now() - here.ms < ROUND_TRIP;
    if (here !== undefined && (at < here.at || (at === here.at && isSoon))) return;
    const said = this.#unheard.get(keyOf(session, number));
    // All nodes hear notices in one order: this node's own, which is still to come, is the later one.
    if (said !== undefined && clock.now() - said < ROUND_TRIP) return;
    const isNew = !this.isOnline(session, number);
    this.#set(session, number, node);
    watcher.moved(session, number);
    if (isNew) watcher.presence(session, number, true);
  }

  #left(session: string, number: number): void {
    this.#delete(session, number);
    this.#options.watcher.presence(session, number, false);
  }

  #set(session: string, number: number, node: number): void {
    const numbers = this.#nodes.get(session) ?? new Map<number, number>();
    this.#nodes.set(session, numbers.set(number, node));
  }

  #delete(session: string, number: number): void {
    const numbers = this.#nodes.get(session);
    numbers?.delete(number);
    if (numbers?.size === 0) this.#nodes.delete(session);
  }

  #notice(
    type: PresenceNotice["type"],
    { host, session, number }: MemberPlace,
    { waited, insists }: Pick<PresenceNotice, "waited" | "insists"> = { waited: 0, insists: false },
  ): string {
    return encodeNotice({ type, node: this.#options.node(), session, number, at: host.position, waited, insists });
  }
}

/** Where it is said who is connected to which node. */
function presenceTopic(group: string): string {
  return `present/${group}`;
}

function keyOf(session: string, number: number): string {
  return `${session}/${number}`;
}

/** What is said for a while is said again, or was no use. */
const ignore = () => undefined;

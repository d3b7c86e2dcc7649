import { createHash, randomBytes } from "node:crypto";
import {
  type Clock,
  claimInvitation,
  createInvitation,
  generateIdentity,
  type Invitation,
  type Meeting,
  MemoryJournal,
  openSession,
  RelayConnection,
  runCeremony,
  type Session,
  type SessionEvent,
  type Transport,
} from "@countersign/client";
import type { Backend } from "@countersign/noise";
import type { RoundProtocol } from "@countersign/session";
import { nodeBackend as spake2Backend } from "@countersign/spake2/node";
import { nodeSigner } from "../../../apps/cli/src/ceremony/sign.ts";
import { nodeVerify } from "../../../apps/cli/src/ceremony/verify.ts";

type Ready = Extract<SessionEvent, { type: "ready" }>;

export interface PartyOptions {
  readonly url: string;
  readonly label: string;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly backend: Backend;
}

const random = (length: number): Uint8Array => new Uint8Array(randomBytes(length));

/** One party of a benchmark: the client as it is, with scrypt left out. */
export class Party {
  readonly identity = generateIdentity(random);
  readonly label: string;
  readonly relay: RelayConnection;
  readonly #clock: Clock;
  readonly #backend: Backend;
  #session: Session | undefined;
  #events: AsyncIterator<SessionEvent> | undefined;

  constructor({ url, label, transport, clock, backend }: PartyOptions) {
    this.label = label;
    this.#clock = clock;
    this.#backend = backend;
    this.relay = new RelayConnection({ url, transport, clock });
  }

  invite(parties: number, threshold: number): Promise<Invitation> {
    return createInvitation(this.relay, { kind: "keygen", parties, threshold });
  }

  claim(invitation: Invitation): Promise<Invitation> {
    return claimInvitation(this.relay, invitation);
  }

  /** Takes a seat and pairs with all others. */
  async open(meeting: Meeting): Promise<void> {
    this.#session = await openSession({
      ...meeting,
      relay: this.relay,
      self: { label: this.label, identity: this.identity },
      journal: new MemoryJournal(),
      clock: this.#clock,
      backend: this.#backend,
      spake2Backend,
      kdf: async ({ code, salt }) => new Uint8Array(createHash("sha256").update(salt).update(code).digest()),
    });
    this.#events = this.#session.events()[Symbol.asyncIterator]();
  }

  /** Until all channels are up. */
  async allUp(parties: number): Promise<void> {
    const up = new Set<number>();
    while (up.size < parties - 1) {
      const event = await this.#next();
      if (event.type === "up") up.add(event.number);
    }
  }

  /** Until there is a string to compare; a pinned session has it, too, and asks nobody. */
  async sas(): Promise<void> {
    while ((await this.#next()).type !== "sas");
  }

  /** Says yes, and waits until all have. */
  async ready(confirm: boolean): Promise<Ready> {
    if (confirm) this.#live.confirm(true);
    for (;;) {
      const event = await this.#next();
      if (event.type === "ready") return event;
    }
  }

  /** Runs a protocol to its end, which all have signed. */
  async run<Result>(ready: Ready, protocol: RoundProtocol<Result>) {
    const iterator = this.#events;
    if (iterator === undefined) throw new Error("no session");
    // It goes on where this party has stopped to read.
    const events = { [Symbol.asyncIterator]: () => iterator };
    const self = { label: this.label, identity: this.identity };
    const journal = { write: () => Promise.resolve() };
    const run = runCeremony({
      session: this.#live,
      events,
      ready,
      self,
      protocol,
      journal,
      sign: nodeSigner(this.identity),
      verify: nodeVerify,
      clock: this.#clock,
    });
    const { result } = await run.result;
    return { result, close: () => run.close() };
  }

  get number(): number {
    return this.#live.number;
  }

  get #live(): Session {
    if (this.#session === undefined) throw new Error("no session");
    return this.#session;
  }

  async #next(): Promise<SessionEvent> {
    const next = await this.#events?.next();
    if (next === undefined || next.done === true) throw new Error("the session ended too early");
    const event = next.value;
    if (event.type === "failed") throw new Error(`the session failed: ${event.code}, ${event.detail}`);
    if (event.type === "ended") throw new Error(`the session ended: ${event.how}`);
    return event;
  }
}

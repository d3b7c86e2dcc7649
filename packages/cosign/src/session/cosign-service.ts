import { claimInvitation, createInvitation, type ParsedCode, parseCode, RelayError } from "@countersign/client";
import { checkLabel, encodeHex } from "@countersign/wire";
import { CosignSession } from "./cosign-session.ts";
import { faults } from "./faults.ts";
import { limits } from "./limits.ts";
import { Meters } from "./meters.ts";
import { connect, idOf, type Opened, openAt, type Surroundings } from "./opening.ts";

/** What a caller says of a session when it is made or joined. */
export interface Description {
  /** What the other parties see of this one; undefined: drawn at random. */
  readonly label: string | undefined;
  /** For whoever asks for the status. */
  readonly context: string | undefined;
}

/** What a session is made with. */
export interface Plan extends Description {
  /** Base64; for whoever asks for the status, too. */
  readonly psbt: string | undefined;
  /** Seconds. */
  readonly ttl: number;
  readonly parties: number;
}

/** A session of this daemon. */
export interface Entry {
  /** The UUID of the session as 32 hexadecimal digits. */
  readonly id: string;
  readonly session: CosignSession;
  /** Where the session is. */
  readonly relay: string;
  /** Seconds. */
  readonly ttl: number;
  readonly context: string | undefined;
  readonly psbt: string | undefined;
  /** Of a session that was joined: the relay and the public part of the code, so that a second join finds it. */
  readonly place: string | undefined;
}

/** How others come to a session. Secret. */
export interface Invite {
  readonly link: string;
  readonly code: string;
}

/** All sessions of one daemon. What happens in one of them does not concern the others. */
export class CosignService {
  readonly meters = new Meters();
  private readonly surroundings: Surroundings;
  private readonly entries = new Map<string, Entry>();
  /** Sessions that are being joined, by what the relay knows of their code. */
  private readonly joining = new Map<string, Promise<Entry>>();
  private opening = 0;
  /** When it began, in milliseconds of `now`. */
  readonly begun: number;

  constructor(surroundings: Surroundings) {
    this.surroundings = surroundings;
    this.begun = surroundings.clock.now().ms;
  }

  /** Milliseconds since some moment. */
  get now(): number {
    return this.surroundings.clock.now().ms;
  }

  /** Sessions that have not ended. */
  get active(): number {
    return [...this.entries.values()].filter(isActive).length;
  }

  /** The session of an id. Throws `MethodError`. */
  find(id: string): Entry {
    const entry = this.entries.get(id.replaceAll("-", "").toLowerCase());
    if (entry === undefined) throw faults.unknownSession();
    return entry;
  }

  /** Makes a session, and a code for it. Throws `MethodError`. */
  async init(plan: Plan): Promise<{ readonly entry: Entry; readonly invite: Invite }> {
    const { parties, ttl } = plan;
    const { randomBytes, relay: url } = this.surroundings;
    if (url === undefined) throw faults.noRelay();
    if (!Number.isInteger(ttl) || ttl < limits.ttl.min || ttl > limits.ttl.max) throw faults.ttl();
    if (!Number.isInteger(parties) || parties < 2 || parties > 255) throw faults.parties();
    const label = this.labelOf(plan);
    const relay = connect(url, this.surroundings);
    const options = { kind: "exchange", parties, lifeSeconds: ttl, randomBytes } as const;
    const opened = await this.counted(() =>
      openAt(relay, () => createInvitation(relay, options), { ...this.surroundings, label }),
    );
    const { link, spoken } = opened.invitation;
    return { entry: this.add(opened, { ...plan, label }), invite: { link, code: spoken } };
  }

  /** Joins the session of a code or link, or finds the one that was joined with it. Throws `MethodError`. */
  async join(invite: string, description: Description): Promise<{ readonly entry: Entry; readonly isKnown: boolean }> {
    const parsed = parseCode(invite);
    if (!parsed.ok) throw faults.invite(parsed.detail);
    const url = parsed.code.relay ?? this.surroundings.relay;
    if (url === undefined) throw faults.noRelay();
    const place = `${url} ${parsed.code.nameplate}`;
    const known = this.joining.get(place) ?? this.joinedAt(place);
    if (known !== undefined) return { entry: await known, isKnown: true };
    const joining = this.claim(url, parsed.code, { ...description, place });
    this.joining.set(place, joining);
    try {
      return { entry: await joining, isKnown: false };
    } finally {
      this.joining.delete(place);
    }
  }

  /** Ends a session and forgets it. Throws `MethodError`. */
  async close(id: string): Promise<void> {
    const entry = this.find(id);
    this.forget(entry);
    await entry.session.close();
  }

  /** Ends all sessions. */
  async stop(): Promise<void> {
    await Promise.all([...this.entries.keys()].map((id) => this.close(id)));
  }

  private joinedAt(place: string): Entry | undefined {
    return [...this.entries.values()].find((entry) => entry.place === place && isActive(entry));
  }

  private async claim(url: string, code: ParsedCode, description: Description & { place: string }): Promise<Entry> {
    const label = this.labelOf(description);
    const relay = connect(url, this.surroundings);
    const claim = async () => {
      const invitation = await claimInvitation(relay, code, this.surroundings.randomBytes);
      if (this.entries.has(encodeHex(invitation.parameters.session))) throw faults.ownInvite();
      return invitation;
    };
    const opened = await this.counted(() => openAt(relay, claim, { ...this.surroundings, label }));
    // Whoever made the session ends it for all when its time is over.
    return this.add(opened, { ...description, label, psbt: undefined, ttl: limits.ttl.max });
  }

  private add(
    opened: Opened,
    plan: Omit<Plan, "parties"> & { readonly label: string; readonly place?: string },
  ): Entry {
    const { clock } = this.surroundings;
    const { label, context, place, psbt, ttl } = plan;
    const session: CosignSession = new CosignSession({
      session: opened.session,
      relay: opened.relay,
      label,
      ttl,
      clock,
      meters: this.meters,
      ended: () => void clock.wakeAt(this.now + limits.afterlife, () => this.forget(entry)),
    });
    const entry: Entry = { id: idOf(opened.session), session, relay: opened.relay.url, ttl, context, psbt, place };
    this.entries.set(entry.id, entry);
    this.meters.relayHeard(this.now);
    return entry;
  }

  private forget(entry: Entry): void {
    if (this.entries.get(entry.id) === entry) this.entries.delete(entry.id);
  }

  private labelOf({ label, context }: Description): string {
    if (context !== undefined && context.length > limits.context) throw faults.context();
    const chosen = label ?? `party-${encodeHex(this.surroundings.randomBytes(4))}`;
    if (!checkLabel(chosen).ok) throw faults.label();
    return chosen;
  }

  /** Sessions that are being opened count, too. */
  private async counted(open: () => Promise<Opened>): Promise<Opened> {
    if (this.entries.size + this.opening >= limits.sessions) throw faults.tooManySessions();
    this.opening += 1;
    try {
      return await open();
    } catch (error) {
      if (!(error instanceof RelayError)) throw error;
      if (error.code === "relay.unreachable") this.meters.relayFailed();
      throw faults.relay(error);
    } finally {
      this.opening -= 1;
    }
  }
}

function isActive({ session }: Entry): boolean {
  return session.detail === undefined;
}

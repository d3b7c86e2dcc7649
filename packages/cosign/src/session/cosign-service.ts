import {
  claimInvitation,
  contactGroup,
  createInvitation,
  generateIdentity,
  type Invitation,
  makeCode,
  type ParsedCode,
  parseCode,
  type Relay,
  RelayError,
} from "@countersign/client";
import { checkLabel, encodeHex } from "@countersign/wire";
import type { KnownParty } from "./contact-book.ts";
import { CosignSession, type CosignSessionOptions } from "./cosign-session.ts";
import { faults } from "./faults.ts";
import { type HandInvite, handCode, handLink, readHandInvite } from "./hand-invite.ts";
import { type HandPlace, madePlace, openHandAt, placeToJoin } from "./hand-opening.ts";
import { limits } from "./limits.ts";
import { Meters } from "./meters.ts";
import type { Notes } from "./notes.ts";
import { connect, type Meeting, openAt, type Surroundings } from "./opening.ts";
import { restore } from "./restoration.ts";
import type { KeptSession, SessionFile } from "./session-store.ts";
import type { Wire } from "./wire.ts";

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
  /** Whether no relay is to know of it. */
  readonly byHand: boolean;
  /** The contact that is met, without a code; then `label` is the one that it knows. */
  readonly contact: string | undefined;
}

/** A session that is opened, whoever makes it. */
interface Opening extends Description {
  readonly psbt: string | undefined;
  readonly more: Pick<Notes, "ttl" | "place" | "contact">;
  /** Who this party is; undefined: with keys of its own for this session. Secret. */
  readonly self?: KnownParty["self"];
}

/** A session of this daemon. */
export interface Entry {
  /** The UUID of the session as 32 hexadecimal digits. */
  readonly id: string;
  readonly session: CosignSession;
  readonly notes: Notes;
  readonly file: SessionFile;
  /** As it was given to this process. */
  readonly psbt: string | undefined;
}

/** A session that was joined, now or before. */
export interface Joined {
  readonly entry: Entry;
  readonly isKnown: boolean;
}

/** How others come to a session. Secret. */
export interface Invite {
  readonly link: string;
  readonly code: string;
}

/** All sessions of one daemon. What happens in one of them does not concern the others. */
export class CosignService {
  readonly meters = new Meters();
  /** When it began, in milliseconds of `now`. */
  readonly begun: number;
  private readonly surroundings: Surroundings;
  private readonly entries = new Map<string, Entry>();
  /** Sessions that are being joined, by what the relay knows of their code. */
  private readonly joining = new Map<string, Promise<Entry>>();
  /** Ids of sessions whose relay could not be reached since this process began. */
  private readonly restoring = new Set<string>();
  private readonly stopping = new AbortController();
  private opening = 0;

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
    return [...this.entries.values()].filter(isActive).length + this.restoring.size;
  }

  /** The session of an id. Throws `MethodError`. */
  find(id: string): Entry {
    const plain = id.replaceAll("-", "").toLowerCase();
    const entry = this.entries.get(plain);
    if (entry !== undefined) return entry;
    throw this.restoring.has(plain) ? faults.restoring() : faults.unknownSession();
  }

  /** Takes up what processes before this one have left. Resolves when it is known what that is, not when it is done. */
  async restore(): Promise<void> {
    const { failed, store } = this.surroundings;
    for (const kept of await store.load()) this.takeUp(kept).catch(failed);
  }

  /** Makes a session, and a code for it unless a contact is met. Throws `MethodError`. */
  async init(plan: Plan): Promise<{ readonly entry: Entry; readonly invite?: Invite }> {
    const { parties, psbt, ttl } = plan;
    const { randomBytes, relay: url } = this.surroundings;
    if (!Number.isInteger(ttl) || ttl < limits.ttl.min || ttl > limits.ttl.max) throw faults.ttl();
    if (!Number.isInteger(parties) || parties < 2 || parties > 255) throw faults.parties();
    if (plan.contact !== undefined) return { entry: await this.meet(plan.contact, plan) };
    if (plan.byHand || url === undefined) return await this.initByHand(plan);
    const options = { kind: "exchange", parties, lifeSeconds: ttl, randomBytes } as const;
    const opening = { ...plan, psbt, more: { ttl } };
    const { entry, meeting } = await this.open(url, opening, async (relay) => ({
      invitation: await createInvitation(relay, options),
    }));
    const { link, spoken } = meeting.invitation;
    return { entry, invite: { link, code: spoken } };
  }

  /**
   * Joins the session of a code or link, or finds the one that was joined with it. With packets that came by hand, or a
   * link that says enough, no relay is needed. Throws `MethodError`.
   */
  async join(invite: string, description: Description, packets?: Uint8Array): Promise<Joined> {
    const byHand = readHandInvite(invite);
    if (byHand !== undefined) return await this.joinByHand(byHand, description, packets);
    const parsed = parseCode(invite);
    if (!parsed.ok) throw faults.invite(parsed.detail);
    const { secret } = parsed.code;
    if (packets !== undefined) return await this.joinByHand({ secret, place: undefined }, description, packets);
    const url = parsed.code.relay ?? this.surroundings.relay;
    if (url === undefined) throw faults.noRelay();
    if (!URL.canParse(url)) throw faults.invite("The link does not name a relay");
    const place = `${url} ${parsed.code.nameplate}`;
    // Whoever made the session ends it for all when its time is over.
    const plan = { ...description, psbt: undefined, more: { ttl: limits.ttl.max, place } };
    return await this.joinOnce(place, async () => {
      return (await this.open(url, plan, async (relay) => ({ invitation: await this.claim(relay, parsed.code) })))
        .entry;
    });
  }

  /** The keys of coins that are there now, to be used and let go. Secret. Throws `MethodError`. */
  async coinKeys(): Promise<readonly Uint8Array[]> {
    return (await this.surroundings.coinKeys?.()) ?? [];
  }

  /** Ends a session and forgets it; what is left to be carried by hand, empty for nothing. Throws `MethodError`. */
  async close(id: string): Promise<Uint8Array> {
    const entry = this.find(id);
    this.entries.delete(entry.id);
    await entry.session.close();
    await entry.file.end(true);
    return entry.session.lastPackets;
  }

  /** Leaves all sessions to the process after this one; ends those that cannot outlive this one. */
  async stop(): Promise<void> {
    const { isDurable } = this.surroundings.store;
    this.stopping.abort();
    const entries = [...this.entries.values()];
    await Promise.all(entries.map(({ id, session }) => (isDurable ? session.leave() : this.close(id))));
  }

  private async claim(relay: Relay, code: ParsedCode): Promise<Invitation> {
    const invitation = await claimInvitation(relay, code, this.surroundings.randomBytes);
    if (this.entries.has(encodeHex(invitation.parameters.session))) throw faults.ownInvite();
    return invitation;
  }

  /** Meets a contact in a session of the two, the one that is waited in already if there is one. */
  private async meet(name: string, plan: Plan): Promise<Entry> {
    const { byHand, label, parties, ttl } = plan;
    if (parties !== 2 || byHand || label !== undefined) throw faults.contactMeeting();
    const { contacts } = this.surroundings;
    if (contacts === undefined) throw faults.noContacts();
    const known = await contacts.find(name);
    if (known === undefined) throw faults.unknownContact();
    const { pin, relay, self } = known;
    const opening = { ...plan, label: self.label, self, more: { ttl, contact: name } };
    const waiting = [...this.entries.values()].find((entry) => entry.notes.contact === name && isPending(entry));
    if (waiting !== undefined) return waiting;
    const { entry } = await this.joinOnce(`contact ${name}`, async () => {
      const contact = { group: contactGroup(pin.linkPsk), pin };
      return (await this.open(relay, opening, async () => ({ contact }))).entry;
    });
    return entry;
  }

  private async open<Met extends Meeting>(
    url: string,
    opening: Opening,
    meet: (relay: Relay) => Promise<Met>,
  ): Promise<{ readonly entry: Entry; readonly meeting: Met }> {
    const { surroundings } = this;
    return await this.counted(opening, async (self, begun) => {
      const relay = connect(url, surroundings);
      try {
        const notes: Notes = { ...begun, relay: relay.url };
        const meeting = await meet(relay);
        const file = await surroundings.store.begin(notes);
        const opened = await openAt({ relay, meeting, self, file }, surroundings);
        const entry = this.add({ ...opened, relay, file, notes, self, taken: 0 }, opening.psbt);
        // Behind the first entry of the journal: whoever hears of the session finds it again after a crash.
        await file.note(notes);
        return { entry, meeting };
      } catch (error) {
        relay.close();
        if (!(error instanceof RelayError)) throw error;
        if (error.code === "relay.unreachable") this.meters.relayFailed();
        throw faults.relay(error);
      }
    });
  }

  private async initByHand(plan: Plan): Promise<{ readonly entry: Entry; readonly invite: Invite }> {
    if (plan.parties !== 2) throw faults.handParties();
    const { ttl } = plan;
    const secret = makeCode(this.surroundings.randomBytes);
    const place = madePlace(secret, this.surroundings);
    const entry = await this.openByHand(place, { ...plan, more: { ttl } });
    return { entry, invite: { link: handLink({ ...place.parameters, ttl }, secret), code: handCode(secret) } };
  }

  private async joinByHand(invite: HandInvite, description: Description, packets?: Uint8Array): Promise<Joined> {
    const place = placeToJoin(invite, packets, this.surroundings);
    const id = encodeHex(place.parameters.session);
    const name = `by hand ${id}`;
    const there = this.entries.get(id);
    if (there !== undefined && isActive(there) && there.notes.place !== name) throw faults.ownInvite();
    const more = { ttl: invite.place?.ttl ?? limits.ttl.max, place: name };
    return await this.joinOnce(name, async () => {
      if (there !== undefined) this.forget(there);
      const entry = await this.openByHand(place, { ...description, psbt: undefined, more });
      await entry.session.carry(packets);
      return entry;
    });
  }

  private async openByHand(place: HandPlace, opening: Opening): Promise<Entry> {
    const { surroundings } = this;
    return await this.counted(opening, async (self, begun) => {
      const notes: Notes = { ...begun, relay: "", byHand: true };
      const file = await surroundings.store.begin(notes);
      const opened = await openHandAt({ ...place, self, file }, surroundings);
      const entry = this.add({ ...opened, relay: undefined, file, notes, self, taken: 0 }, opening.psbt);
      await file.note(notes);
      return entry;
    });
  }

  /** Counts a session that is being opened, by who this party is in it and by what is noted of it in any case. */
  private async counted<T>(
    { label, context, more, ...given }: Opening,
    run: (self: KnownParty["self"], begun: Omit<Notes, "relay">) => Promise<T>,
  ): Promise<T> {
    const { randomBytes } = this.surroundings;
    const self = given.self ?? { label: this.checkLabel(label), identity: generateIdentity(randomBytes) };
    if (context !== undefined && context.length > limits.context) throw faults.context();
    if (this.entries.size + this.opening >= limits.sessions) throw faults.tooManySessions();
    this.opening += 1;
    try {
      const begun = this.surroundings.clock.now().unixSeconds;
      const about = context === undefined ? {} : { context };
      return await run(self, { version: 1, begun, ...more, ...about, sent: 0, keys: [] });
    } finally {
      this.opening -= 1;
    }
  }

  /** Joins where nobody has joined yet, or is joining. */
  private async joinOnce(place: string, join: () => Promise<Entry>): Promise<Joined> {
    const known = this.joining.get(place) ?? this.joinedAt(place);
    if (known !== undefined) return { entry: await known, isKnown: true };
    const joining = join();
    this.joining.set(place, joining);
    try {
      return { entry: await joining, isKnown: false };
    } finally {
      this.joining.delete(place);
    }
  }

  private async takeUp(kept: KeptSession): Promise<void> {
    const { file, notes, record } = kept;
    const { self } = record.origin;
    const { taken } = record.history;
    const id = encodeHex(record.origin.parameters.session);
    this.restoring.add(id);
    try {
      const restored = await restore(kept, this.surroundings, this.stopping.signal);
      if (restored === undefined) await file.end(false);
      else this.add({ ...restored, file, notes, self, taken });
    } finally {
      this.restoring.delete(id);
    }
  }

  private add(
    parts: Omit<CosignSessionOptions, "clock" | "randomBytes" | "meters" | "contacts" | "ended">,
    psbt?: string,
  ): Entry {
    const { clock, contacts: book, randomBytes, relay = "" } = this.surroundings;
    const { file, notes, wire } = parts;
    const ended = () => void clock.wakeAt(this.now + limits.afterlife, () => this.forget(entry));
    const session: CosignSession = new CosignSession({
      ...parts,
      clock,
      randomBytes,
      meters: this.meters,
      contacts: { book, relay: notes.relay || relay },
      ended,
    });
    const entry: Entry = { id: idOf(wire), session, notes, file, psbt };
    this.entries.set(entry.id, entry);
    if (parts.relay !== undefined) this.meters.relayHeard(this.now);
    return entry;
  }

  private forget(entry: Entry): void {
    if (this.entries.get(entry.id) !== entry) return;
    this.entries.delete(entry.id);
    void entry.file.end(true);
  }

  private joinedAt(place: string): Entry | undefined {
    return [...this.entries.values()].find((entry) => entry.notes.place === place && isActive(entry));
  }

  private checkLabel(label = `party-${encodeHex(this.surroundings.randomBytes(4))}`): string {
    if (!checkLabel(label).ok) throw faults.label();
    return label;
  }
}

function idOf({ parameters }: Wire): string {
  return encodeHex(parameters.session);
}

/** Whether not all have confirmed yet, and still may. */
function isPending(entry: Entry): boolean {
  return isActive(entry) && !entry.session.agreement.isComplete;
}

function isActive({ session }: Entry): boolean {
  return session.detail === undefined;
}

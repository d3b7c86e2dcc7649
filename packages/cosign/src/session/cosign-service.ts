import {
  claimInvitation,
  contactGroup,
  createInvitation,
  type Invitation,
  makeCode,
  type ParsedCode,
  parseCode,
  type Relay,
} from "@countersign/client";
import { encodeHex, equalBytes } from "@countersign/wire";
import { faults } from "./faults.ts";
import { type HandInvite, handCode, handLink, readHandInvite } from "./hand-invite.ts";
import { madePlace, placeToJoin } from "./hand-opening.ts";
import { limits } from "./limits.ts";
import { Meters } from "./meters.ts";
import { isNodeOf, type Surroundings } from "./opening.ts";
import { restore } from "./restoration.ts";
import { type Entry, isActive, SessionEntries } from "./session-entries.ts";
import { type Description, SessionOpener } from "./session-opener.ts";
import type { KeptSession } from "./session-store.ts";

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
  private readonly entries: SessionEntries;
  private readonly opener: SessionOpener;
  /** Sessions that are being joined, by what the relay knows of their code. */
  private readonly joining = new Map<string, Promise<Entry>>();
  private readonly stopping = new AbortController();

  constructor(surroundings: Surroundings) {
    const { meters } = this;
    this.surroundings = surroundings;
    this.entries = new SessionEntries(surroundings, meters);
    this.opener = new SessionOpener({ surroundings, entries: this.entries, meters });
    this.begun = surroundings.clock.now().ms;
  }

  /** Milliseconds since some moment. */
  get now(): number {
    return this.surroundings.clock.now().ms;
  }

  /** Sessions that have not ended. */
  get active(): number {
    return this.entries.active;
  }

  /** The session of an id. Throws `MethodError`. */
  find(id: string): Entry {
    return this.entries.find(id);
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
    const { entry, meeting } = await this.opener.atRelay(url, opening, async (relay) => ({
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
    const { relay: own } = this.surroundings;
    const named = parsed.code.relay ?? own;
    if (named === undefined) throw faults.noRelay();
    if (named !== own && !URL.canParse(named)) throw faults.invite("The link does not name a relay");
    // Of a relay with several nodes a link names one.
    const url = own !== undefined && isNodeOf(own, named) ? own : named;
    const place = `${named} ${parsed.code.nameplate}`;
    // Whoever made the session ends it for all when its time is over.
    const plan = { ...description, psbt: undefined, more: { ttl: limits.ttl.max, place } };
    return await this.joinOnce(place, async () => {
      return (
        await this.opener.atRelay(url, plan, async (relay) => ({ invitation: await this.claim(relay, parsed.code) }))
      ).entry;
    });
  }

  /** Does something with the keys of coins that are there now, which are secret, and erases them. Throws `MethodError`. */
  async withCoinKeys<T>(use: (keys: readonly Uint8Array[]) => Promise<T>): Promise<T> {
    const keys = (await this.surroundings.coinKeys?.()) ?? [];
    try {
      return await use(keys);
    } finally {
      for (const key of keys) key.fill(0);
    }
  }

  /** Ends a session and forgets it; what is left to be carried by hand, empty for nothing. Throws `MethodError`. */
  async close(id: string): Promise<Uint8Array> {
    const entry = this.find(id);
    this.entries.remove(entry);
    await entry.session.close();
    await entry.file.end(true);
    return entry.session.byHand.rest;
  }

  /** Leaves all sessions to the process after this one; ends those that cannot outlive this one. */
  async stop(): Promise<void> {
    const { isDurable } = this.surroundings.store;
    this.stopping.abort();
    await Promise.all(this.entries.all.map(({ id, session }) => (isDurable ? session.leave() : this.close(id))));
  }

  private async claim(relay: Relay, code: ParsedCode): Promise<Invitation> {
    const invitation = await claimInvitation(relay, code, this.surroundings.randomBytes);
    if (this.entries.get(encodeHex(invitation.parameters.session)) !== undefined) throw faults.ownInvite();
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
    const contact = { group: contactGroup(pin.linkPsk), pin };
    // By the place and not by the name, which may have been another's.
    const waiting = this.entries.all.find((entry) => equalBytes(entry.group, contact.group) && isPending(entry));
    if (waiting !== undefined) return waiting;
    const { entry } = await this.joinOnce(`contact ${encodeHex(contact.group)}`, async () => {
      return (await this.opener.atRelay(relay, opening, async () => ({ contact }))).entry;
    });
    return entry;
  }

  private async initByHand(plan: Plan): Promise<{ readonly entry: Entry; readonly invite: Invite }> {
    if (plan.parties !== 2) throw faults.handParties();
    const { ttl } = plan;
    const secret = makeCode(this.surroundings.randomBytes);
    const place = madePlace(secret, this.surroundings);
    const entry = await this.opener.byHand(place, { ...plan, more: { ttl } });
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
      if (there !== undefined) this.entries.forget(there);
      const entry = await this.opener.byHand(place, { ...description, psbt: undefined, more });
      await entry.session.byHand.carry(packets);
      return entry;
    });
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
    const { parameters, self } = record.origin;
    const { taken } = record.history;
    await this.entries.restored(encodeHex(parameters.session), async () => {
      const restored = await restore(kept, this.surroundings, this.stopping.signal);
      if (restored === undefined) await file.end(false);
      else this.entries.add({ ...restored, file, notes, self, taken });
    });
  }

  private joinedAt(place: string): Entry | undefined {
    return this.entries.all.find((entry) => entry.notes.place === place && isActive(entry));
  }
}

/** Whether not all have confirmed yet, and still may. */
function isPending(entry: Entry): boolean {
  return isActive(entry) && !entry.session.agreement.isComplete;
}

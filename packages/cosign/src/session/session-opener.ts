import { generateIdentity, type Relay, RelayError } from "@countersign/client";
import { checkLabel, encodeHex } from "@countersign/wire";
import type { KnownParty } from "./contact-book.ts";
import { faults } from "./faults.ts";
import { type HandPlace, openHandAt } from "./hand-opening.ts";
import { limits } from "./limits.ts";
import type { Meters } from "./meters.ts";
import type { Notes } from "./notes.ts";
import { connect, type Meeting, openAt, type Surroundings } from "./opening.ts";
import type { Entry, SessionEntries } from "./session-entries.ts";

/** What a caller says of a session when it is made or joined. */
export interface Description {
  /** What the other parties see of this one; undefined: drawn at random. */
  readonly label: string | undefined;
  /** For whoever asks for the status. */
  readonly context: string | undefined;
}

/** A session that is opened, whoever makes it. */
export interface Opening extends Description {
  /** Base64; for whoever asks for the status, too. */
  readonly psbt: string | undefined;
  readonly more: Pick<Notes, "ttl" | "place" | "contact">;
  /** Who this party is; undefined: with keys of its own for this session. Secret. */
  readonly self?: KnownParty["self"];
}

export interface SessionOpenerOptions {
  readonly surroundings: Surroundings;
  readonly entries: SessionEntries;
  readonly meters: Meters;
}

/** Opens sessions, and has them in their files before anybody hears of them. */
export class SessionOpener {
  private readonly options: SessionOpenerOptions;

  constructor(options: SessionOpenerOptions) {
    this.options = options;
  }

  /** Opens a session at a relay, where `meet` says with whom. Throws `MethodError`. */
  async atRelay<Met extends Meeting>(
    url: string,
    opening: Opening,
    meet: (relay: Relay) => Promise<Met>,
  ): Promise<{ readonly entry: Entry; readonly meeting: Met }> {
    const { entries, meters, surroundings } = this.options;
    return await this.prepared(opening, async (self, begun) => {
      const relay = connect(url, surroundings);
      try {
        const notes: Notes = { ...begun, relay: relay.urls };
        const meeting = await meet(relay);
        const file = await surroundings.store.begin(notes);
        const opened = await openAt({ relay, meeting, self, file, ttl: notes.ttl }, surroundings);
        const entry = entries.add({ ...opened, relay, file, notes, self, taken: 0 }, opening.psbt);
        // Behind the first entry of the journal: whoever hears of the session finds it again after a crash.
        await file.note(notes);
        return { entry, meeting };
      } catch (error) {
        relay.close();
        if (!(error instanceof RelayError)) throw error;
        if (error.code === "relay.unreachable") meters.relayFailed();
        throw faults.relay(error);
      }
    });
  }

  /** Opens a session that goes by hand. Throws `MethodError`. */
  async byHand(place: HandPlace, opening: Opening): Promise<Entry> {
    const { entries, surroundings } = this.options;
    return await this.prepared(opening, async (self, begun) => {
      const notes: Notes = { ...begun, relay: "", byHand: true };
      const file = await surroundings.store.begin(notes);
      const opened = await openHandAt({ ...place, self, file }, surroundings);
      const entry = entries.add({ ...opened, relay: undefined, file, notes, self, taken: 0 }, opening.psbt);
      await file.note(notes);
      return entry;
    });
  }

  /** Opens with who this party is in the session, and what is noted of it in any case. */
  private async prepared<T>(
    { label, context, more, ...given }: Opening,
    open: (self: KnownParty["self"], begun: Omit<Notes, "relay">) => Promise<T>,
  ): Promise<T> {
    const { entries, surroundings } = this.options;
    const { clock, randomBytes } = surroundings;
    const self = given.self ?? { label: this.checkLabel(label), identity: generateIdentity(randomBytes) };
    if (context !== undefined && context.length > limits.context) throw faults.context();
    const about = context === undefined ? {} : { context };
    return await entries.counted(async () => {
      const begun = clock.now().unixSeconds;
      return await open(self, { version: 1, begun, ...more, ...about, sent: 0, keys: [] });
    });
  }

  private checkLabel(label = `party-${encodeHex(this.options.surroundings.randomBytes(4))}`): string {
    if (!checkLabel(label).ok) throw faults.label();
    return label;
  }
}

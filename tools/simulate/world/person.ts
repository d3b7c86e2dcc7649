import {
  claimInvitation,
  createInvitation,
  type Invitation,
  type RelayConnection,
  type Session,
  type SessionEvent,
} from "@countersign/client";
import { parseCode } from "@countersign/handshake";
import type { SeededRandom } from "@countersign/testkit";
import type { Meeting } from "./meeting.ts";
import type { End } from "./party.ts";
import type { Turns } from "./turns.ts";

/** Messages may flow. */
type Ready = Extract<SessionEvent, { readonly type: "ready" }>;

interface PersonOptions {
  /** The place in the plan, from 1. */
  readonly index: number;
  readonly turns: Turns;
  readonly random: SeededRandom;
  readonly meeting: Meeting;
}

/** Ms between two looks at the screen. */
export const LOOK_MS = 500;

/** Who sits in front of a program: tells others the code or is told it, compares the strings, and has enough at some time. */
export class Person {
  private readonly options: PersonOptions;
  /** Whether messages could flow at any time. */
  isReady = false;

  constructor(options: PersonOptions) {
    this.options = options;
  }

  /** The first one invites, and tells the others the code; these wait until they have been told. */
  async invitation(relay: RelayConnection): Promise<Invitation> {
    const { meeting, index, random, turns } = this.options;
    const { parties, threshold, kind } = meeting.terms;
    if (index === 1) {
      const made = await createInvitation(relay, { kind, parties, threshold, randomBytes: random.bytes });
      meeting.code = made.spoken;
      return made;
    }
    const since = turns.ms;
    while (meeting.code === undefined) {
      if (turns.ms - since > meeting.patienceMs)
        throw Object.assign(new Error("was never told a code"), { code: "user.left" });
      await new Promise<void>((resolve) => turns.after(LOOK_MS + random.integer(LOOK_MS), resolve));
    }
    const code = parseCode(meeting.code);
    if (!code.ok) throw new Error("the code cannot be read");
    return claimInvitation(relay, code.code, random.bytes);
  }

  async untilReady(
    session: Session,
    events: AsyncIterable<SessionEvent>,
    isAlive: () => boolean,
  ): Promise<Ready | End> {
    const { meeting, index, turns } = this.options;
    const asked = { is: false };
    this.look({ session, isAlive, asked, since: turns.ms });
    for await (const event of events) {
      switch (event.type) {
        case "sas":
          meeting.show(index, event.words);
          asked.is = event.agreed !== true;
          break;
        case "ready":
          this.isReady = true;
          return event;
        case "failed":
          return { type: "failed", code: event.code, detail: event.detail, culprits: event.culprits };
        case "ended":
          return { type: "failed", code: `session.${event.how}`, detail: event.reason ?? event.how, culprits: [] };
      }
    }
    return { type: "failed", code: "session.over", detail: "no more events", culprits: [] };
  }

  /** What the user does until messages flow: compares, and leaves when somebody has, or nothing comes of it. */
  private look(sight: { session: Session; isAlive: () => boolean; asked: { is: boolean }; since: number }): void {
    const { meeting, turns, index } = this.options;
    const { session, isAlive, asked, since } = sight;
    turns.after(LOOK_MS, () => {
      if (!isAlive() || this.isReady || session.isOver) return;
      const same = asked.is ? meeting.verdict(index) : undefined;
      if (same !== undefined) {
        asked.is = false;
        session.confirm(same);
      }
      if (meeting.gaveUp.size > 0 || turns.ms - since > meeting.patienceMs) {
        void session.abort("user-left");
        return;
      }
      this.look(sight);
    });
  }
}

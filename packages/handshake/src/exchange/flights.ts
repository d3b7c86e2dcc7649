import type { Instant } from "../machine.ts";
import type { Incoming } from "./cipher-set.ts";
import type { RunRecord } from "./run-record.ts";
import type { Said } from "./said.ts";
import { Schedule } from "./schedule.ts";

/** What runs send: each flight once, and the same bytes again when it is time or when the peer repeats itself. */
export class Flights<Peer, Packet extends Incoming, Introduced> {
  private readonly said: Said<Peer, Introduced>;

  constructor(said: Said<Peer, Introduced>) {
    this.said = said;
  }

  /** A flight leaves for the first time. */
  send(record: RunRecord<Peer, Packet, Introduced>, flight: readonly Uint8Array[], now: Instant): void {
    record.flight = flight;
    record.schedule = Schedule.ofFlight(now.ms, record.startedAt);
    this.resend(record);
  }

  /** What was answered by the application's yes; nothing leaves where the peer has been told everything. */
  sendAccepted(record: RunRecord<Peer, Packet, Introduced>, now: Instant): void {
    const { flight = [], greet = false } = record.accepted ?? {};
    if (greet || flight.length > 0) {
      record.answered = record.taken;
      record.answer = greet ? "greeting" : "flight";
    }
    this.send(record, flight, now);
  }

  resend({ flight }: RunRecord<Peer, Packet, Introduced>): void {
    for (const body of flight) this.said.say({ type: "send", body });
  }

  /** What was answered has come again: the same answer. */
  resendAnswer(record: RunRecord<Peer, Packet, Introduced>): void {
    if (record.answer === "flight") this.resend(record);
    else this.said.say({ type: "repeat-greeting", id: record.exchange });
  }
}

import {
  type SessionEnded,
  type SessionEvent,
  type SessionFailed,
  type SessionRecord,
  transcriptOf,
} from "@countersign/client";
import { decodeRoundMessage } from "@countersign/wire";
import { faults } from "./faults.ts";
import { endOf } from "./session-end.ts";
import type { Wire } from "./wire.ts";

type Ended = SessionEnded | SessionFailed;

/**
 * A session that ended while there was no process: nothing can be sent any more, and what had been received is still
 * there to be asked for.
 */
export class PastSession implements Wire {
  readonly number: number;
  readonly parameters: Wire["parameters"];
  readonly isAcknowledged = true;
  private readonly record: SessionRecord;
  private readonly end: Ended;

  constructor(record: SessionRecord, end: Ended) {
    this.number = record.origin.number;
    this.parameters = record.origin.parameters;
    this.record = record;
    this.end = end;
  }

  async *events(): AsyncGenerator<SessionEvent, void> {
    const { inbox, peers, sas } = this.record.history;
    const pins = peers.flatMap(({ identity }) => identity ?? []);
    for (const { number, label, noiseStatic } of pins) yield { type: "up", number, label, noiseStatic };
    if (sas === "complete") yield { type: "ready", pins, transcript: transcriptOf(this.record) };
    for (const { content, from, seq } of sas === "complete" ? inbox : []) {
      const message = decodeRoundMessage(content);
      if (message.ok) yield { type: "message", seq, from, round: message.value.round, bytes: message.value.bytes };
    }
    yield this.end;
  }

  send(): never {
    throw faults.ended(endOf(this.end));
  }

  confirm(): void {}

  sendAgain(): void {}

  taken(): void {}

  async kept(): Promise<void> {}

  async delivered(): Promise<void> {}

  async close(): Promise<void> {}

  async abort(): Promise<void> {}
}

import type { Contact, SessionEvent } from "@countersign/client";
import { faults } from "./faults.ts";
import type { Meters } from "./meters.ts";
import type { Notes, Sas } from "./notes.ts";
import { PartyList, type PartyStatus } from "./party-list.ts";
import { type SasAnswer, SasCheck } from "./sas-check.ts";
import type { Wire } from "./wire.ts";

export interface AgreementOptions {
  readonly wire: Wire;
  /** What this party calls itself. */
  readonly label: string;
  /** The SAS that a process before this one has agreed on. */
  readonly sas: Notes["sas"];
  readonly meters: Meters;
  /** Milliseconds since some moment. */
  now(): number;
  /** There is a SAS now. */
  agreed(): void;
  /** All have confirmed it: these are the parties. */
  ready(pins: readonly Contact["pin"][]): void;
}

/** How far the parties of a session are: who is there, what they have to compare, and who has confirmed it. */
export class Agreement {
  private readonly options: AgreementOptions;
  private readonly parties: PartyList;
  private current: Sas | undefined;
  private check: SasCheck | undefined;
  private everybodyAt: number | undefined;
  private isReady = false;

  constructor(options: AgreementOptions) {
    const { label, sas, wire } = options;
    this.options = options;
    this.parties = new PartyList({ number: wire.number, label, parties: wire.parameters.parties });
    this.current = sas;
    if (sas !== undefined) this.check = new SasCheck(sas, []);
  }

  /** The string to compare, once there is one. */
  get sas(): Sas | undefined {
    return this.current;
  }

  get everybodyJoined(): boolean {
    return this.parties.everybodyJoined;
  }

  /** Whether all have confirmed the SAS, or have the keys that were pinned. */
  get isComplete(): boolean {
    return this.isReady;
  }

  /** Who has not confirmed the SAS. */
  get unconfirmed(): readonly string[] {
    return this.isReady ? [] : this.parties.unconfirmed();
  }

  /** Who is missing for the handshake, as a sentence. */
  get missing(): string {
    return this.parties.missing();
  }

  /** The labels of all others whose keys are known. */
  get labels(): readonly string[] {
    return this.parties.labels;
  }

  /** The other one of two parties. */
  get peer(): string {
    const [peer] = this.parties.describe().filter(({ is_self }) => !is_self);
    return peer?.label ?? `party ${peer?.number}`;
  }

  describe(): readonly PartyStatus[] {
    return this.parties.describe();
  }

  /** Whether there is such a party beside this one. */
  has(number: number): boolean {
    return this.parties.has(number);
  }

  /**
   * Takes the user's word on the SAS: of one party, or of all. Who is still to be compared with; undefined for a no.
   * Throws `MethodError` if it is not the string.
   */
  confirm(answer: SasAnswer, label?: string): readonly string[] | undefined {
    const { check, options } = this;
    if (check === undefined) throw faults.nothingToConfirm();
    if (label !== undefined && !this.parties.labels.includes(label)) throw faults.unknownLabel();
    const agrees = check.agrees(answer);
    if (agrees === false) throw faults.sasMismatch();
    if (agrees === undefined) return undefined;
    if (check.heard(label) && !this.isReady) {
      this.agree();
      options.wire.confirm(true);
    }
    return check.left;
  }

  /** This party has confirmed, with all others. */
  private agree(): void {
    this.check?.heard();
    this.parties.update(this.options.wire.number, { confirmed: true });
  }

  /** Takes note of what happens. */
  take(event: SessionEvent): void {
    const { agreed, meters, now, ready, wire } = this.options;
    switch (event.type) {
      case "member-joined":
        this.parties.update(event.number, { joined: true });
        if (this.parties.everybodyJoined) this.everybodyAt ??= now();
        return;
      case "member-online":
      case "member-offline":
        return this.parties.update(event.number, { joined: true, online: event.type === "member-online" });
      case "up":
        return this.parties.update(event.number, { joined: true, label: event.label });
      case "sas":
        this.current = { words: event.words, digits: event.digits, verified: event.verified };
        // Said by the SAS itself: in a session that is taken up again, nobody is linked yet.
        for (const { number, label } of event.parties) this.parties.update(number, { joined: true, label });
        this.check = new SasCheck(event, this.parties.labels);
        if (event.agreed) this.agree();
        meters.handshake.add(now() - (this.everybodyAt ?? now()));
        return agreed();
      case "peer-confirmed":
        return this.parties.update(event.number, { confirmed: true });
      case "ready":
        this.isReady = true;
        for (const { number, label } of event.pins) this.parties.update(number, { label, confirmed: true });
        this.parties.update(wire.number, { confirmed: true });
        return ready(event.pins);
    }
  }
}

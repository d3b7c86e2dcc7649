import type { SessionEvent } from "@countersign/client";
import type { CommandError } from "../command-error.ts";
import { limits } from "../limits.ts";
import { listed } from "../screens/amounts.ts";
import { heardQuestion } from "../screens/sas-lines.ts";
import type { ShownParty } from "../screens/shown-party.ts";
import { askYesNo } from "../screens/yes-no.ts";
import { groupLeft, notAllCame, tooSlow } from "./endings.ts";
import type { GatheringOptions, Ready } from "./gathering-options.ts";
import { Graces } from "./graces.ts";
import { gatheringEnded, gatheringEnding } from "./group-endings.ts";
import { Deadline, unlessAborted } from "./wait.ts";

/**
 * The parties of a ceremony come together: everybody takes a seat, all pairs link, the words are compared with each of
 * the others. Whatever ends it early makes `met` reject.
 */
export class Gathering {
  private readonly options: GatheringOptions;
  private readonly over = new AbortController();
  private readonly phase = new Deadline();
  private readonly graces: Graces;
  private readonly labels: Map<number, string>;
  private readonly seated: Set<number>;
  private readonly up = new Set<number>();
  private readonly unconfirmed = new Set<number>();
  private saidYes = false;

  constructor(options: GatheringOptions) {
    this.options = options;
    this.labels = new Map(options.known);
    const { graceMs, screen } = options;
    this.graces = new Graces({ screen, graceMs, label: this.label, gone: (label) => this.fail(groupLeft(label)) });
    this.seated = new Set([options.session.number]);
  }

  /** Reads events until everybody is sure of everybody; what comes behind is left to whoever goes on reading. */
  async met(events: AsyncIterator<SessionEvent>): Promise<Ready> {
    const { interruption, waitMs } = this.options;
    const interrupted = () => this.fail(interruption.reason as CommandError);
    this.phase.set(waitMs, () => this.fail(this.nobodyMore()));
    interruption.addEventListener("abort", interrupted);
    try {
      if (interruption.aborted) interrupted();
      for (;;) {
        const { done, value: event } = await unlessAborted(events.next(), this.over.signal);
        if (done) throw groupLeft("Somebody");
        const ready = this.handle(event);
        if (ready !== undefined) return ready;
      }
    } finally {
      interruption.removeEventListener("abort", interrupted);
      this.phase.clear();
      this.graces.end();
      // A question that is still open is about nothing any more.
      this.over.abort();
    }
  }

  private handle(event: SessionEvent): Ready | undefined {
    const { screen, graceMs, session } = this.options;
    switch (event.type) {
      case "member-joined":
        return this.joined(event.number);
      case "up":
        this.labels.set(event.number, event.label);
        this.up.add(event.number);
        return;
      case "sas":
        return this.compare(event);
      case "peer-confirmed":
        this.unconfirmed.delete(event.number);
        screen.show({ event: "peer-confirmed", label: this.label(event.number) });
        this.tellMissing();
        return;
      case "ready":
        return this.agreed(event);
      case "member-offline":
      case "member-online":
        if (event.number !== session.number) this.graces.present(event.number, event.type === "member-online");
        return;
      case "relay-lost":
      case "relay-back":
        screen.show({ event: event.type, grace_seconds: graceMs / 1000 });
        return;
      case "closed":
        throw groupLeft(this.label(event.number));
      case "failed":
        throw gatheringEnding(event, {
          whom: this.culprits(event.culprits),
          pinned: this.pinned,
          met: this.haveMet,
        });
      case "ended":
        throw gatheringEnded(event, {
          by: event.by === undefined ? undefined : this.label(event.by),
          pinned: this.pinned,
        });
      // Nothing of these is said before everybody is there; the last is told by what follows it.
      case "message":
      case "handshake-messages":
      case "delivered":
      case "drop":
      case "guess-failed":
        return;
      default:
        event satisfies never;
    }
  }

  private joined(number: number): undefined {
    const { screen, session, resumed } = this.options;
    if (this.seated.has(number)) return;
    this.seated.add(number);
    if (resumed) return;
    const { parties } = session.parameters;
    screen.show({ event: "present", present: this.seated.size, parties });
    // The machines end a handshake that gets nowhere well before this.
    if (this.seated.size === parties) this.phase.set(2 * limits.machine, () => this.fail(tooSlow("The handshake")));
  }

  private compare(sas: Extract<SessionEvent, { type: "sas" }>): undefined {
    const { asking, session, screen, timings, role } = this.options;
    const { words, digits, verified } = sas;
    timings.end("handshake");
    for (const { number, label } of sas.parties) {
      this.labels.set(number, label);
      if (number !== session.number) this.unconfirmed.add(number);
    }
    const parties = this.shown();
    screen.show({ event: "sas", words, digits, parties, threshold: session.parameters.threshold, verified });
    if (verified) return;
    this.phase.set(limits.person, () => this.fail(tooSlow(`Waiting for ${this.missing()} to compare the words`)));
    asking(this.hear(parties, role)).then(
      (same) => {
        this.saidYes = same;
        session.confirm(same);
        this.tellMissing();
      },
      (error: unknown) => this.fail(error as CommandError),
    );
  }

  /** A yes is one for each of the others, by name: who was not heard may see something else. */
  private async hear(parties: readonly ShownParty[], role: "host" | "guest"): Promise<boolean> {
    const others = parties.filter(({ self }) => !self);
    for (const [index, { label }] of others.entries()) {
      const text = heardQuestion(others, { role, label, first: index === 0 });
      if (!(await askYesNo(this.options.screen, { about: "sas", text }, this.over.signal))) return false;
    }
    return true;
  }

  private agreed(ready: Ready): Ready {
    const { screen, session, timings } = this.options;
    const { pins } = ready;
    timings.end("compare");
    for (const { number, label } of pins) this.labels.set(number, label);
    const taking = new Set([session.number, ...pins.map(({ number }) => number)]);
    const parties = this.shown().filter(({ number }) => taking.has(number));
    screen.show({ event: "gathered", parties, verified: session.confirmation === "pins" });
    return ready;
  }

  private tellMissing(): void {
    const { screen } = this.options;
    if (!this.saidYes || this.unconfirmed.size === 0) return;
    const labels = [...this.unconfirmed].map((number) => this.label(number));
    screen.show({ event: "missing", step: "words", labels });
  }

  private missing(): string {
    return listed([...this.unconfirmed].map((number) => this.label(number)));
  }

  private nobodyMore(): CommandError {
    const { session, known } = this.options;
    const absent = [...known].filter(([number]) => !this.seated.has(number)).map(([, label]) => label);
    return notAllCame({ present: this.seated.size, parties: session.parameters.parties, absent });
  }

  /** Whether the parties go by keys, and not by a code. */
  private get pinned(): boolean {
    return this.options.known.size > 0;
  }

  /** Whether all have a channel with this party; in a process before this one, they may have had. */
  private get haveMet(): boolean {
    const { resumed, session } = this.options;
    return resumed || this.up.size >= session.parameters.parties - 1;
  }

  private culprits(numbers: readonly number[]): string | undefined {
    const others = numbers.filter((number) => number !== this.options.session.number);
    return others.length === 0 ? undefined : listed(others.map((number) => this.label(number)));
  }

  private shown(): readonly ShownParty[] {
    const { number: own } = this.options.session;
    return [...this.labels]
      .map(([number, label]) => ({ number, label, self: number === own }))
      .sort((a, b) => a.number - b.number);
  }

  private readonly label = (number: number) => this.labels.get(number) ?? `party ${number}`;

  private fail(ending: CommandError): void {
    this.over.abort(ending);
  }
}

import type { SeededRandom } from "@countersign/testkit";
import type { Ledger } from "../ledger.ts";
import type { Written } from "../medium.ts";
import { honest, type Net } from "../net.ts";
import type { Turns } from "../turns.ts";
import { Machine } from "./machine.ts";
import { type Attendee, Minutes } from "./minutes.ts";
import type { MixedPlan } from "./mixed-plan.ts";
import type { Room } from "./room.ts";
import { TokenMember } from "./token-member.ts";

export interface MixedOptions {
  readonly plan: MixedPlan;
  readonly turns: Turns;
  readonly net: Net;
  readonly urls: readonly string[];
  readonly ledger: Ledger;
  readonly written: Written;
  /** Makes a generator for one of those who come. */
  draw(what: number): SeededRandom;
  /** Ms from which on nothing goes wrong any more, and whether something may until then. */
  readonly calmFromMs: number;
  readonly isRough: boolean;
}

/** Ms that everybody has from then on. */
const TIME_MS = 90_000;

/** Machines and members with a token in one session, in the clear, beside those who pair and sign at the same relay. */
export class Mixed {
  private readonly options: MixedOptions;
  readonly attendees: Attendee[] = [];
  private readonly room: Room;

  constructor(options: MixedOptions) {
    this.options = options;
    const { plan, turns, written, calmFromMs } = options;
    const { machines, members, lines } = plan;
    this.room = {
      ...{ turns, lines, minutes: new Minutes(), parties: machines + members, attendees: this.attendees },
      ...{ endMs: calmFromMs + TIME_MS, group: undefined, session: undefined, names: new Map(), faults: [] },
      isKept: (text) => written.saw(text),
    };
  }

  /** Lets all of them come, and what is to happen to them happen. */
  begin(): void {
    const { plan, turns, net, urls, ledger, draw } = this.options;
    for (let place = 0; place < plan.machines + plan.members; place++) {
      const isMachine = place < plan.machines;
      const options = {
        ...{ room: this.room, net, random: draw(place) },
        urls: [...urls.slice(place % urls.length), ...urls.slice(0, place % urls.length)],
        client: {
          ...{ name: nameOf(plan, place), address: `198.51.100.${place + 1}`, between: honest },
          heard: isMachine ? () => undefined : ledger.heard.bind(ledger),
        },
      };
      const attendee = isMachine ? new Machine(options) : new TokenMember(options);
      this.attendees.push(attendee);
      turns.after(300 + options.random.integer(2_000), () => void attendee.attend(place === 0));
    }
    for (const { type, place, atMs, ms } of plan.mishaps) {
      const name = nameOf(plan, place);
      turns.after(atMs, () => (type === "cut" ? net.cut(name) : net.freeze(name, ms)));
    }
  }

  get isOver(): boolean {
    return this.attendees.every(({ end }) => end !== undefined);
  }

  /** What must not have happened. */
  faults(): readonly string[] {
    const { plan, isRough } = this.options;
    const { faults, minutes } = this.room;
    const isCalm = plan.mishaps.length === 0 && !isRough;
    const failed = isCalm ? this.attendees.filter(({ end }) => end !== "complete") : [];
    return [
      ...faults,
      ...minutes.faults(this.attendees),
      ...failed.map(({ name, end }) => `nothing was in the way, and ${name} has ${end}`),
    ];
  }

  /** All of them go, whether or not they are done. */
  cut(): void {
    const { plan, net } = this.options;
    for (let place = 0; place < plan.machines + plan.members; place++) net.cut(nameOf(plan, place));
  }
}

function nameOf({ machines }: MixedPlan, place: number): string {
  return place < machines ? `m${place + 1}` : `t${place - machines + 1}`;
}

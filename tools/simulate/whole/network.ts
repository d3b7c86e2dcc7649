import type { SeededRandom } from "@countersign/testkit";
import type { Agenda } from "../agenda.ts";
import type { Weather } from "../links.ts";

/** A packet between two parties. */
export interface Packet {
  readonly from: number;
  readonly to: number;
  readonly bytes: Uint8Array;
}

/** Packets that are told again after a restart of the relay; older ones are forgotten. */
const REMEMBERED = 100;

/** The relay between all parties: loses, doubles and delays packets, so that they overtake each other, and restarts. */
export class Network {
  /** Hands a packet to a party, which may be down: then it is lost. */
  deliver: (packet: Packet) => void = () => undefined;
  private readonly agenda: Agenda;
  private readonly random: SeededRandom;
  private readonly weather: Weather;
  private readonly log: Packet[] = [];
  private epoch = 0;

  constructor(agenda: Agenda, random: SeededRandom, weather: Weather) {
    this.agenda = agenda;
    this.random = random;
    this.weather = weather;
  }

  send(packet: Packet): void {
    const { drop, duplicate } = this.weather;
    this.log.push(packet);
    if (this.log.length > REMEMBERED) this.log.shift();
    if (this.random.chance(drop)) return;
    this.carry(packet);
    if (this.random.chance(duplicate)) this.carry(packet);
  }

  /** What is under way is lost; then much of what was sent before is delivered once more. */
  restart(): void {
    this.epoch += 1;
    for (const packet of this.log) this.carry(packet);
  }

  private carry(packet: Packet): void {
    const { epoch } = this;
    const delay = 1 + this.random.integer(this.weather.delayMs);
    this.agenda.in(delay, () => (epoch === this.epoch ? this.deliver(packet) : undefined));
  }
}

import { describe, type Json } from "../describe.ts";
import { concat, u8, u64 } from "../protocol/bytes.ts";
import type { Direction } from "../protocol/direction.ts";
import type { PartySecrets, SessionFacts } from "../protocol/party.ts";
import type { Sas } from "../protocol/sas.ts";
import { appContent, type KindName } from "../protocol/wire.ts";

interface FrameExtras {
  /** Never delivered. */
  readonly lost?: true;
  /** What its receiver draws. */
  readonly draws?: readonly Uint8Array[];
}

/** Wall-clock seconds at which all sessions of this folder begin. */
export const BEGIN = 1_760_000_000;

/**
 * A session as it is played: what each party is told to do, and every packet, in an order in which each of them can
 * happen. Time stands still, so that no acknowledgement is due.
 */
export class SessionScript {
  readonly flow: Json[] = [];
  readonly facts: SessionFacts;
  readonly parties: readonly PartySecrets[];
  private readonly directions = new Map<string, Direction>();
  private readonly upCount = new Map<number, number>();

  constructor(facts: SessionFacts, parties: readonly PartySecrets[]) {
    this.facts = facts;
    this.parties = parties;
  }

  /** All pairs, lower number first. */
  get pairs(): readonly (readonly [PartySecrets, PartySecrets])[] {
    return this.parties.flatMap((a) => this.parties.filter((b) => b.number > a.number).map((b) => [a, b] as const));
  }

  /** A party is told something; `draws` are the random values that it draws because of it. */
  tell(party: number, input: string, more: { readonly [key: string]: Json } = {}, draws: readonly Uint8Array[] = []) {
    this.flow.push({
      party,
      input,
      ...more,
      ...(draws.length > 0 && { draws: draws.map((bytes) => describe(bytes)) }),
    });
  }

  /** A packet that was sent before or because of this point arrives; `draws` are the receiver's. */
  carry(
    what: string,
    [from, to]: readonly [number, number],
    packet: Uint8Array,
    more: { readonly draws?: readonly Uint8Array[]; readonly dropped?: string; readonly forged?: true } = {},
  ): void {
    this.flow.push(describe({ packet: what, from, to, bytes: packet, ...more }));
  }

  /** The frames from one party to another from now on. */
  open(from: number, to: number, direction: Direction): void {
    this.directions.set(`${from} ${to}`, direction);
  }

  /** A frame from one party to another. */
  frame(from: number, to: number, kind: KindName, content: Uint8Array, more: FrameExtras = {}): void {
    const { n, m, plaintext, packet } = this.direction(from, to).seal(kind, content);
    this.flow.push(describe({ packet: kind, from, to, n, m, plaintext, bytes: packet, ...more }));
  }

  /** A pair is up at this party; says whether it was the last one. */
  up(party: number): boolean {
    const count = (this.upCount.get(party) ?? 0) + 1;
    this.upCount.set(party, count);
    return count === this.parties.length - 1;
  }

  /** Commitments and reveals of everybody, and their users' yes where it is asked for. */
  compare(sas: Sas, asked: boolean): void {
    for (const { number, commitment } of sas.shares) this.broadcast(number, "SAS_COMMIT", commitment);
    for (const { number, nonce } of sas.shares) this.broadcast(number, "SAS_REVEAL", nonce);
    if (!asked) return;
    for (const { number, confirmation } of sas.shares) {
      this.tell(number, "confirm");
      this.broadcast(number, "SAS_OK", confirmation);
    }
  }

  /** One party says something to one other party, or to all; returns the content. */
  say(from: number, to: number, bytes: Uint8Array, more: { readonly lost?: true } = {}): Uint8Array {
    const round = 1;
    this.tell(from, "send", { to, round, bytes: describe(bytes) });
    const content = appContent({ ...this.facts, round, from, to, bytes });
    for (const { number } of this.parties) {
      if (number !== from && (to === 0 || to === number)) this.frame(from, number, "APP", content, more);
    }
    return content;
  }

  /** One party after the other closes, and whoever is still there answers. */
  close(): void {
    for (const [leaver, stayer] of this.pairs) {
      const [own, peer] = [leaver.number, stayer.number];
      if (peer === own + 1) this.tell(own, "close", { reason: 0 });
      this.frame(own, peer, "CLOSE", concat(u8(0), u64(this.direction(peer, own).next)));
      this.frame(peer, own, "ACK", u64(this.direction(own, peer).next));
    }
  }

  direction(from: number, to: number): Direction {
    const direction = this.directions.get(`${from} ${to}`);
    if (direction === undefined) throw new Error(`${from} and ${to} are not up`);
    return direction;
  }

  private broadcast(from: number, kind: KindName, content: Uint8Array): void {
    for (const { number } of this.parties) if (number !== from) this.frame(from, number, kind, content);
  }
}

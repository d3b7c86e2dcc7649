import type { GroupHost } from "./group-host.ts";
import { alone, type Numbering } from "./nodes/connection-numbers.ts";

/** A connection that can be in groups. */
export interface Listener {
  /** Closes the connection because a session that it was a member of has ended. */
  ended(session: string, how: "aborted" | "expired"): void;
  /** Closes the connection because other nodes have taken it out of a group. */
  expelled(): void;
}

/** The connections that are in groups, by the numbers under which the groups know them. */
export class Audience {
  readonly #listeners = new Map<number, Listener>();
  readonly #numbers = new Map<Listener, number>();
  readonly #groups = new Map<number, Set<GroupHost>>();
  #numbering: Numbering = alone;
  #count = 0;

  /** Says how connections are numbered: before there is any. */
  count(numbering: Numbering): void {
    this.#numbering = numbering;
  }

  /** The number of a connection, which no other one has as long as the relay runs. */
  add(listener: Listener): number {
    const known = this.#numbers.get(listener);
    if (known !== undefined) return known;
    const { first, step } = this.#numbering;
    const number = first + step * this.#count++;
    this.#listeners.set(number, listener);
    this.#numbers.set(listener, number);
    return number;
  }

  /** Whether a number is that of a connection of this node, of one that is gone, too. */
  isOwn(number: number): boolean {
    const { first, step } = this.#numbering;
    return (number - first) % step === 0;
  }

  /** Closes the connections that are in a group no more that they were in. */
  expel(): void {
    for (const [number, hosts] of this.#groups) {
      const isOut = [...hosts].some(({ isIdle, live }) => isIdle && !live?.connections.has(number));
      if (isOut) this.#listeners.get(number)?.expelled();
    }
  }

  /** A connection has asked a group to take it in. Answers false if it is gone: then nobody would take it out again. */
  entered(number: number, host: GroupHost): boolean {
    if (!this.#listeners.has(number)) return false;
    const groups = this.#groups.get(number) ?? new Set();
    this.#groups.set(number, groups.add(host));
    return true;
  }

  /** A group has refused a connection that is not in it. */
  left(number: number, host: GroupHost): void {
    this.#groups.get(number)?.delete(host);
  }

  /** A connection is gone, from all its groups too. */
  remove(listener: Listener): void {
    const number = this.#numbers.get(listener);
    if (number === undefined) return;
    this.#numbers.delete(listener);
    this.#listeners.delete(number);
    for (const host of this.#groups.get(number) ?? []) host.detach(number);
    this.#groups.delete(number);
  }

  /** How many groups a connection is in or has asked to be. */
  groupsOf(number: number): number {
    return this.#groups.get(number)?.size ?? 0;
  }

  /** A session of these connections has ended. */
  cut(numbers: readonly number[], session: string, how: "aborted" | "expired"): void {
    for (const number of numbers) this.#listeners.get(number)?.ended(session, how);
  }
}

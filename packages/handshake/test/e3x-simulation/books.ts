import { encodeHex, equalBytes } from "@countersign/wire";
import type { Role } from "../../src/exchange/at.ts";
import type { ExchangeKeys } from "../../src/exchange/cipher-set.ts";

/** What is on the disk of one end. */
export interface Disk {
  highest: bigint;
}

interface Confirmed {
  readonly keys: ExchangeKeys;
  readonly role: Role;
}

/**
 * What has happened at both ends since the beginning, whatever has crashed: judges each event when it comes, and throws
 * for what must never be.
 */
export class Books {
  /** Of end 0 and end 1. */
  readonly disks: readonly [Disk, Disk] = [{ highest: 0n }, { highest: 0n }];
  readonly confirmations = [0, 0];
  private readonly lasting: boolean;
  private readonly confirmed = [new Map<bigint, Confirmed>(), new Map<bigint, Confirmed>()] as const;
  private readonly delivered = new Set<string>();
  private readonly bodies = new Map<string, Set<string>>();

  constructor(lasting: boolean) {
    this.lasting = lasting;
  }

  /** An `at` is on disk. */
  written(end: 0 | 1, at: bigint): void {
    const disk = this.disks[end];
    must(at > disk.highest, `highest of end ${end} went from ${disk.highest} to ${at}`);
    disk.highest = at;
  }

  /** A handshake packet leaves; `types` is how many different ones there can be with this `at`. */
  sent(end: 0 | 1, at: bigint, types: number, body: Uint8Array): void {
    must(at <= this.disks[end].highest || !this.lasting, `end ${end} uses ${at} before it is on disk`);
    const name = `${end} ${at}`;
    const known = this.bodies.get(name) ?? new Set<string>();
    this.bodies.set(name, known.add(encodeHex(body)));
    // A responder of the other kind may answer anew what it had answered before a restart, or 30 s ago.
    if (this.lasting || (at & 1n) === BigInt(end)) {
      must(known.size <= types, `end ${end} says ${known.size} different things with ${at}`);
    }
  }

  /** A handshake is CONFIRMED. */
  confirm(end: 0 | 1, at: bigint, { keys, role }: Confirmed): void {
    const other = this.confirmed[1 - end]?.get(at);
    must(!this.confirmed[end].has(at), `end ${end} has a second exchange with ${at}`);
    this.confirmed[end].set(at, { keys, role });
    this.confirmations[end] = (this.confirmations[end] ?? 0) + 1;
    if (!this.lasting && role === "responder") must(other !== undefined, `responder ${end} is alone with ${at}`);
    if (other === undefined) return;
    must(areComplementary(keys, other.keys), `both ends have ${at}, with different keys`);
    must(role !== other.role, `both ends are ${role} of ${at}`);
  }

  /** A frame was handed on: the n-th under this key. */
  deliver(end: 0 | 1, key: Uint8Array, n: number): void {
    const name = `${end} ${encodeHex(key)} ${n}`;
    must(!this.delivered.has(name), `end ${end} got frame ${n} twice`);
    this.delivered.add(name);
  }
}

/** Whether two ends with these keys understand each other. */
export function areComplementary(one: ExchangeKeys, other: ExchangeKeys): boolean {
  return (
    equalBytes(one.sendKey, other.receiveKey) &&
    equalBytes(one.receiveKey, other.sendKey) &&
    equalBytes(one.sendToken, other.receiveToken) &&
    equalBytes(one.receiveToken, other.sendToken)
  );
}

export function must(holds: boolean, otherwise: string): void {
  if (!holds) throw new Error(otherwise);
}

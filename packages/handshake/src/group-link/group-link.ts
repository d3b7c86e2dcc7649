import type { KeyPair } from "@countersign/noise";
import { equalBytes, Step } from "@countersign/wire";
import { readBody, writeBody } from "../cs43/body.ts";
import type { ExchangeKeys } from "../exchange/cipher-set.ts";
import type { Instant, Machine } from "../machine.ts";
import type { GroupLinkInput, GroupLinkOptions, GroupLinkOutput, LinkedParty } from "./group-link-types.ts";
import { pairKeys } from "./pair-keys.ts";
import { type GroupLinkEvent, type GroupLinkState, groupLinkTransitions } from "./transitions.ts";

/** How long an ephemeral key is held after it was said, in ms. */
export const EPHEMERAL_LIFE = 2_000;

/** Whether a handshake body of cipher set 0x43 is for a group link, and not for an exchange of two. */
export function isForGroupLink(body: Uint8Array): boolean {
  return body[17] === Step.G1;
}

/** What happened, and with whom. */
interface Happening {
  readonly from: number;
  /** The ephemeral public key in a G1. */
  readonly e: Uint8Array;
  /** What it makes of the pair. */
  readonly keys: ExchangeKeys | undefined;
  readonly code: string;
}

const NOBODY: Happening = { from: 0, e: new Uint8Array(0), keys: undefined, code: "" };

/**
 * One endpoint's part in the group link of a session by pins (spec 0012): says one ephemeral key to all, makes the keys
 * of each pair out of it and the peer's, and erases it.
 */
export class GroupLink implements Machine<GroupLinkInput, GroupLinkOutput> {
  private readonly options: GroupLinkOptions;
  private state: GroupLinkState = "waiting";
  private ephemeral: KeyPair | undefined;
  private transcript = new Uint8Array(0);
  private others: ReadonlyMap<number, LinkedParty> = new Map();
  /** Ephemeral keys of those that were full before this end is. */
  private readonly kept = new Map<number, Uint8Array>();
  /** Those whose pair has keys, of whatever exchange. */
  private readonly served = new Set<number>();
  private endsAt: number | undefined;
  private outputs: GroupLinkOutput[] = [];

  constructor(options: GroupLinkOptions) {
    this.options = options;
  }

  step(input: GroupLinkInput, now: Instant): readonly GroupLinkOutput[] {
    this.outputs = [];
    if (this.endsAt !== undefined && this.endsAt <= now.ms) this.fire("expired", NOBODY, now);
    this.take(input, now);
    return this.outputs;
  }

  private take(input: GroupLinkInput, now: Instant): void {
    switch (input.type) {
      case "full":
        if (this.state !== "waiting") return;
        this.transcript = input.transcript.slice();
        this.others = new Map(input.others.map((party) => [party.number, party]));
        return this.fire("full", NOBODY, now);
      case "packet":
        return this.packet(input, now);
      case "up":
        return this.serve(input.number, now);
      case "replaced":
        this.served.delete(input.number);
        return this.fire("replaced", { ...NOBODY, from: input.number }, now);
      case "time":
        return;
      case "end":
        return this.fire("ended", NOBODY, now);
      default:
        return input satisfies never;
    }
  }

  private packet({ from, body }: GroupLinkInput & { type: "packet" }, now: Instant): void {
    const read = readBody(body);
    const unusable = (code: string) => this.fire("unusable", { ...NOBODY, from, code }, now);
    if (!read.ok) return unusable(read.code);
    const { step, at, exch, content: e } = read.value;
    if (step !== Step.G1) return unusable("exchange.step");
    if (at !== 0n) return unusable("wire.out-of-range");
    if (!equalBytes(exch, e.subarray(0, 16))) return unusable("exchange.exch");
    const own = this.ephemeral?.publicKey;
    if (own !== undefined && equalBytes(e, own)) return unusable("group-link.reflected");
    const isLate = this.served.has(from) || this.kept.has(from) || from === this.options.self.number;
    if (isLate || (this.state !== "waiting" && !this.others.has(from))) return unusable("group-link.late");
    const keys = this.state === "open" ? this.keysWith(from, e) : undefined;
    if (this.state === "open" && keys === undefined) return unusable("noise.bad-key");
    this.fire("ephemeral", { from, e: e.slice(), keys, code: "group-link.late" }, now);
  }

  private keysWith(from: number, e: Uint8Array): ExchangeKeys | undefined {
    const peer = this.others.get(from);
    const { ephemeral, transcript } = this;
    if (peer === undefined || ephemeral === undefined) return undefined;
    const { backend, self, staticKey } = this.options;
    return pairKeys({ backend, transcript, self, staticKey, ephemeral, peer, e });
  }

  private serve(number: number, now: Instant): void {
    this.served.add(number);
    if (this.served.size === this.options.parties - 1) this.fire("served", NOBODY, now);
  }

  /** Executes one cell of the table. */
  private fire(event: GroupLinkEvent, what: Happening, now: Instant): void {
    const { next, actions } = groupLinkTransitions[this.state][event];
    this.state = next;
    for (const action of actions) {
      switch (action) {
        case "draw":
          this.ephemeral = this.options.backend.dh.generateKeyPair(this.options.randomBytes);
          break;
        case "say":
          this.say();
          break;
        case "start-clock":
          this.wake(now.ms + EPHEMERAL_LIFE);
          break;
        case "stop-clock":
          this.wake(undefined);
          break;
        case "keep":
          this.kept.set(what.from, what.e);
          break;
        case "use-kept":
          this.useKept(now);
          break;
        case "forget":
          this.kept.delete(what.from);
          break;
        case "hand-over":
          if (what.keys !== undefined) this.outputs.push({ type: "keys", number: what.from, keys: what.keys });
          this.serve(what.from, now);
          break;
        case "erase":
          this.erase();
          break;
        case "drop":
          this.outputs.push({ type: "drop", code: what.code, from: what.from });
          break;
        default:
          action satisfies never;
      }
    }
  }

  private say(): void {
    if (this.ephemeral === undefined) return;
    const { publicKey } = this.ephemeral;
    const header = { exch: publicKey.slice(0, 16), step: Step.G1, at: 0n };
    this.outputs.push({ type: "say", body: writeBody(header, publicKey) });
  }

  private useKept(now: Instant): void {
    const kept = [...this.kept];
    this.kept.clear();
    // Judged again: by now there is a key of one's own to compare with, and pairs may have come up.
    for (const [from, e] of kept) {
      const header = { exch: e.slice(0, 16), step: Step.G1, at: 0n };
      this.packet({ type: "packet", from, body: writeBody(header, e) }, now);
    }
  }

  private wake(at: number | undefined): void {
    this.endsAt = at;
    this.outputs.push({ type: "wake", at });
  }

  private erase(): void {
    if (this.ephemeral !== undefined) this.options.backend.dh.destroyKeyPair(this.ephemeral);
    this.ephemeral = undefined;
    this.kept.clear();
    this.endsAt = undefined;
  }
}

import { portableBackend } from "@countersign/noise";
import { CloseReason, equalBytes, FrameKind, limits, UsageError } from "@countersign/wire";
import type { PairSuite } from "../cs43/suite.ts";
import type { Instant, Machine } from "../machine.ts";
import {
  type Failed,
  failureCodes,
  type Party,
  type PeerGroupEntry,
  type PeerGroupInput,
  type PeerGroupOptions,
  type PeerGroupOutput,
  type PinnedPeer,
} from "../peer-group-types.ts";
import { PersistGate } from "../persist-gate.ts";
import type { SasInput, SasOutput } from "../sas/group-sas-types.ts";
import { decodeAppMessage, encodeAppMessage } from "./app-message.ts";
import { DEFAULT_GUESS_LIMIT, GuessCounter } from "./guess-counter.ts";
import { checkOptions } from "./options.ts";
import { Pair } from "./pair.ts";
import type { PairInput, PairOutput } from "./pair-types.ts";
import { Peer } from "./peer.ts";
import { checkIntroduction, pinOf } from "./roster.ts";
import { SasStage } from "./sas-stage.ts";
import { type GroupEvent, type GroupState, groupTransitions } from "./transitions.ts";

/** How long a pair may take to come up, in ms after its peer became known: as long as a whole exchange. */
export const PAIR_LIFE = 90_000;
/** First contacts that are computed at a time; an opening above it is dropped and comes again by its resend. */
const MOST_PAIRINGS = 16;
/** What may wait for `ready`, in messages and bytes of one peer. */
const MOST_EARLY = { messages: 64, bytes: limits.message };
const VERSION = Uint8Array.of(1);

/** Makes the machine of one session: all pairs, the group SAS, and messages once it is confirmed (spec 0003, 0004). */
export function createPeerGroup(options: PeerGroupOptions): Machine<PeerGroupInput, PeerGroupOutput> {
  checkOptions(options);
  return new PeerGroup(options);
}

type Output = Exclude<PeerGroupOutput, { type: "wake" }>;

class PeerGroup implements Machine<PeerGroupInput, PeerGroupOutput> {
  private readonly options: PeerGroupOptions;
  private readonly guesses: GuessCounter;
  private readonly gate = new PersistGate<Exclude<Output, { type: "persist" }>, PeerGroupEntry>();
  private readonly peers = new Map<number, Peer>();
  private prk: Uint8Array | undefined;
  private state: GroupState = "gathering";
  private readonly sas: SasStage;
  private wakeAt: number | undefined;
  private outputs: Output[] = [];

  constructor(options: PeerGroupOptions) {
    const { trust } = options;
    const code = trust.type === "code" ? trust : undefined;
    this.options = options;
    this.sas = new SasStage(options);
    this.prk = code?.prk.slice();
    this.guesses = new GuessCounter(code?.guessLimit ?? DEFAULT_GUESS_LIMIT, code?.guessesUsed ?? 0);
  }

  step(input: PeerGroupInput, now: Instant): readonly PeerGroupOutput[] {
    if (input.type === "persisted") return this.gate.persisted(input.id);
    this.outputs = [];
    if (this.state !== "failed" && this.state !== "closed") this.take(input, now);
    // Drops depend on nothing that is being written, so that a flood of them does not pile up behind a slow disk.
    const dropped = this.outputs.filter(({ type }) => type === "drop");
    const passed: PeerGroupOutput[] = [
      ...dropped,
      ...this.gate.pass(this.outputs.filter(({ type }) => type !== "drop")),
    ];
    const at = this.nextWake();
    if (at !== this.wakeAt) passed.push({ type: "wake", at });
    this.wakeAt = at;
    return passed;
  }

  private take(input: Exclude<PeerGroupInput, { type: "persisted" }>, now: Instant): void {
    switch (input.type) {
      case "member":
        return this.member(input, now);
      case "packet":
        return this.packet(input, now);
      case "time":
        return this.time(now);
      case "send":
        return this.send(input, now);
      case "confirm":
        return this.confirm(input.same, now);
      case "reconnected":
        for (const peer of this.peers.values()) this.stepPair(peer, input, now);
        return;
      case "relink":
        return this.stepPair(this.peerOf(input.number), { type: "call" }, now);
      case "close":
        return this.fire("close", now, input.reason);
      default:
        return input satisfies never;
    }
  }

  /** The relay introduces somebody: a pair begins, called by the one with the higher number. */
  private member({ number, eid, versions }: PeerGroupInput & { type: "member" }, now: Instant): void {
    const { self, parameters } = this.options;
    const known = this.peers.get(number);
    if (number === self.number || (known !== undefined && equalBytes(known.pair.peer.eid, eid))) return;
    const foreign = [self.eid, ...[...this.peers.values()].filter((peer) => peer !== known).map(eidOf)];
    const valid = Number.isInteger(number) && number >= 1 && number <= parameters.parties && eid.length === 32;
    if (!valid || foreign.some((other) => equalBytes(other, eid))) {
      return this.fail({ code: "peer.roster-changed", culprits: [], detail: "the relay's roster makes no sense" }, now);
    }
    if (!equalBytes(versions, VERSION)) {
      const detail = `party ${number} offers no version of the protocol that this end speaks`;
      return this.fail({ code: "peer.protocol", culprits: [number], detail }, now);
    }
    if (known !== undefined) {
      if (this.state !== "gathering") {
        const detail = `the relay has put another endpoint in the place of party ${number}`;
        return this.fail({ code: "peer.roster-changed", culprits: [number], detail }, now);
      }
      this.stepPair(known, { type: "end" }, now);
    }
    const peer = this.createPeer({ number, eid, versions }, now);
    this.peers.set(number, peer);
    if (self.number > number) this.stepPair(peer, { type: "call" }, now);
  }

  private createPeer(endpoint: Pair["peer"], now: Instant): Peer {
    const { parameters, self, backend = portableBackend, randomBytes } = this.options;
    const { number } = endpoint;
    const suite: Omit<PairSuite, "expected"> = {
      parameters,
      self: { number: self.number, eid: self.eid, versions: VERSION },
      peer: endpoint,
      staticKey: self.identity.noiseStatic,
      ed25519: self.identity.ed25519,
      label: self.label,
      backend,
      randomBytes,
      accept: (introduced) => checkIntroduction(this.options, number, { introduced, others: this.introduced(number) }),
    };
    const pin = this.options.trust.type === "pins" ? pinOf(this.options, number) : undefined;
    return new Peer(new Pair({ suite, prk: () => this.prk, pin }), pin?.label, now.ms + PAIR_LIFE);
  }

  private introduced(except: number) {
    return [...this.peers.values()].flatMap(({ pair, identity }) =>
      pair.peer.number === except || identity === undefined ? [] : [identity],
    );
  }

  private packet({ from, bytes }: PeerGroupInput & { type: "packet" }, now: Instant): void {
    const peer = this.peers.get(from);
    if (peer === undefined) {
      this.outputs.push({ type: "drop", code: "group.unknown-member", from });
      return;
    }
    const computed = [...this.peers.values()].reduce((sum, { pair }) => sum + pair.unproven, 0);
    // A peer that is being answered already costs nothing new, so that only a further one has to wait.
    if (computed >= MOST_PAIRINGS && peer.pair.unproven === 0 && !peer.pair.up) {
      this.outputs.push({ type: "drop", code: "group.busy", from });
      return;
    }
    this.stepPair(peer, { type: "packet", bytes }, now);
  }

  private time(now: Instant): void {
    for (const peer of this.peers.values()) {
      this.stepPair(peer, { type: "time" }, now);
      if (peer.identity === undefined && now.ms >= peer.deadline) {
        const { number } = peer;
        this.fail({ code: "peer.timeout", culprits: [number], detail: `party ${number} did not come up in time` }, now);
      }
    }
    this.stepSas({ type: "time" }, now);
  }

  private send({ to, round, bytes }: PeerGroupInput & { type: "send" }, now: Instant): void {
    if (this.state === "gathering") throw new UsageError("usage.handshake-required", "not all pairs are up yet");
    if (this.state === "comparing")
      throw new UsageError("usage.sas-unconfirmed", "the SAS is not confirmed by all yet");
    if (this.state !== "ready") throw new UsageError("usage.closed", "the session is closing");
    const { parameters, self } = this.options;
    const content = encodeAppMessage(parameters, { from: self.number, to, round, bytes });
    const receivers = to === 0 ? [...this.peers.values()] : [this.peerOf(to)];
    for (const peer of receivers) this.stepPair(peer, { type: "post", kind: FrameKind.APP, content }, now);
  }

  private confirm(same: boolean, now: Instant): void {
    if (!this.sas.begun) throw new UsageError("usage.no-sas", "there is no SAS to confirm yet");
    this.stepSas({ type: "confirm", same }, now);
  }

  private stepPair(peer: Peer, input: PairInput, now: Instant): void {
    const failedBefore = this.state === "failed";
    for (const output of peer.pair.step(input, now)) {
      this.takeFromPair(peer, output, now);
      // What stands behind the fault does not leave: a P3, for instance, for which no guess was left.
      if (!failedBefore && this.state === "failed") return;
    }
  }

  private takeFromPair(peer: Peer, output: PairOutput, now: Instant): void {
    const { number } = peer;
    switch (output.type) {
      case "send":
        this.outputs.push({ type: "send", to: number, bytes: output.bytes });
        return;
      case "up":
        return this.up(peer, peer.introduce(output.peer), now);
      case "deliver":
        return this.deliver(peer, output, now);
      case "idle":
        this.outputs.push({ type: "delivered", to: number });
        return;
      case "closed":
        return this.peerClosed(peer, output, now);
      case "persist-at":
        this.outputs.push(this.gate.persist({ type: "at", peer: number, at: output.at }));
        return;
      case "charge":
      case "refund":
      case "bad-guess":
        return this.guess(output.type, number, now);
      case "expired":
        return this.expired(peer, output, now);
      case "exhausted": {
        const detail = "no number is left for another handshake with this endpoint; a new session is needed";
        return this.fail({ code: "peer.at-exhausted", culprits: [number], detail }, now);
      }
      case "refused": {
        const code = failureCodes.find((known) => known === output.code) ?? "peer.protocol";
        return this.fail({ code, culprits: [number], detail: output.detail }, now);
      }
      case "fault":
        return this.fail({ code: "peer.protocol", culprits: [number], detail: output.detail }, now);
      case "wake":
        peer.wakeAt = output.at;
        return;
      case "drop":
        this.outputs.push(output);
        return;
      default:
        return output satisfies never;
    }
  }

  private up(peer: Peer, { label, noiseStatic }: PinnedPeer, now: Instant): void {
    this.outputs.push({ type: "up", number: peer.number, label, noiseStatic });
    const up = [...this.peers.values()].filter(({ identity }) => identity !== undefined);
    if (up.length === this.options.parameters.parties - 1) this.fire("all-up", now);
  }

  private deliver(peer: Peer, { kind, content }: PairOutput & { type: "deliver" }, now: Instant): void {
    if (kind === FrameKind.SAS_COMMIT || kind === FrameKind.SAS_REVEAL || kind === FrameKind.SAS_OK) {
      const message = { type: "message", from: peer.number, kind, content } as const;
      if (this.sas.begun) this.stepSas(message, now);
      else peer.earlySas.push(message);
    } else if (kind === FrameKind.APP) this.deliverMessage(peer, content, now);
    else {
      const detail = `party ${peer.number} sent a message of a kind that this session does not have`;
      this.fail({ code: "peer.protocol", culprits: [peer.number], detail }, now);
    }
  }

  private deliverMessage(peer: Peer, content: Uint8Array, now: Instant): void {
    const { parameters, self } = this.options;
    const message = decodeAppMessage(parameters, content, { self: self.number, peer: peer.number });
    const full =
      this.state !== "ready" &&
      (peer.earlyMessages.length >= MOST_EARLY.messages || peer.earlyBytes + content.length > MOST_EARLY.bytes);
    if (!message.ok || full) {
      const detail = message.ok ? "too many messages before the SAS is confirmed" : message.detail;
      return this.fail({ code: "peer.protocol", culprits: [peer.number], detail }, now);
    }
    const { round, bytes } = message.value;
    if (this.state === "ready") this.outputs.push({ type: "message", from: peer.number, round, bytes });
    else if (this.state !== "closing") peer.earlyMessages.push({ round, bytes });
  }

  private peerClosed(peer: Peer, { by, reason, delivered }: PairOutput & { type: "closed" }, now: Instant): void {
    const { number } = peer;
    peer.closed = true;
    const differs = by === "peer" && reason === CloseReason.SAS_MISMATCH;
    if (this.state === "gathering") {
      const detail = `party ${number} left before all had met`;
      return this.fail({ code: "peer.sas-aborted", culprits: [number], detail }, now);
    }
    if (this.state === "comparing") this.stepSas({ type: "lost", number, differs }, now);
    if (this.state === "failed") return;
    this.outputs.push({ type: "closed", number, reason, delivered });
    if ([...this.peers.values()].every(({ closed }) => closed)) this.fire("all-closed", now);
  }

  private guess(what: "charge" | "refund" | "bad-guess", number: number, now: Instant): void {
    if (what === "refund") this.guesses.refund();
    else if (!this.guesses.charge()) return this.wrongCode(number, now);
    this.outputs.push(this.gate.persist({ type: "guesses", count: this.guesses.count }));
    if (what !== "bad-guess") return;
    this.outputs.push({ type: "guess-failed", from: number, left: this.guesses.left });
    if (this.guesses.left === 0) this.wrongCode(number, now);
  }

  private wrongCode(number: number, now: Instant): void {
    const detail = `party ${number} has another code, and no more guesses are allowed`;
    this.fail({ code: "peer.wrong-code", culprits: [number], detail }, now);
  }

  private expired(peer: Peer, { role, guessed }: PairOutput & { type: "expired" }, now: Instant): void {
    const { number } = peer;
    // A re-link that nobody answers takes nothing away: the live exchange goes on.
    if (peer.identity !== undefined || role === "responder") return;
    if (guessed) {
      const detail = `party ${number} began the handshake and did not prove the code in time`;
      return this.fail({ code: "peer.code-unproven", culprits: [number], detail }, now);
    }
    const pinned = this.options.trust.type === "pins";
    const detail = `party ${number} did not answer in time`;
    this.fail({ code: pinned ? "peer.pin-unproven" : "peer.timeout", culprits: [number], detail }, now);
  }

  private stepSas(input: SasInput, now: Instant): void {
    for (const output of this.sas.step(input, now)) this.takeFromSas(output, now);
  }

  private takeFromSas(output: SasOutput, now: Instant): void {
    switch (output.type) {
      case "persist-nonce":
        this.outputs.push(this.gate.persist({ type: "sas-nonce", nonce: output.nonce }));
        return;
      case "persist-revealed":
        this.outputs.push(this.gate.persist({ type: "sas-revealed" }));
        return;
      case "broadcast":
        for (const peer of this.peers.values()) this.stepPair(peer, { ...output, type: "post" }, now);
        return;
      case "sas": {
        const { words, digits } = output;
        const verified = this.options.trust.type === "pins";
        this.outputs.push({ type: "sas", words, digits, parties: this.parties(), verified });
        return;
      }
      case "complete":
        return this.fire("sas-complete", now);
      case "failed":
        if (output.persist) this.outputs.push(this.gate.persist({ type: "sas-failed" }));
        return this.fail(output, now);
      case "peer-confirmed":
      case "drop":
        this.outputs.push(output);
        return;
      case "wake":
        return;
      default:
        return output satisfies never;
    }
  }

  private fail({ code, culprits, detail }: Omit<Failed, "type">, now: Instant): void {
    this.fire("fault", now, { type: "failed", code, culprits, detail });
  }

  /** Executes one cell of the table. */
  private fire(event: GroupEvent, now: Instant, what?: CloseReason | Failed): void {
    const { next, actions } = groupTransitions[this.state][event];
    this.state = next;
    for (const action of actions) {
      if (action === "start-sas") {
        for (const output of this.sas.begin([...this.peers.values()], now)) this.takeFromSas(output, now);
      } else if (action === "announce-ready") this.announceReady();
      else if (action === "close-pairs") this.closePairs(what, now);
      else if (action === "announce-failure" && typeof what === "object") this.outputs.push(what);
      else if (action === "erase") this.erase(now);
    }
  }

  private announceReady(): void {
    // The code has done its work; later exchanges of this session prove the keys that it brought.
    this.eraseCode();
    const pins = [...this.peers.values()].flatMap(({ identity }) => (identity === undefined ? [] : [identity]));
    this.outputs.push({ type: "ready", pins });
    for (const { number, earlyMessages } of this.peers.values()) {
      for (const message of earlyMessages.splice(0)) this.outputs.push({ type: "message", from: number, ...message });
    }
  }

  private closePairs(what: CloseReason | Failed | undefined, now: Instant): void {
    const reason = typeof what === "object" ? closeReasonOf(what) : (what ?? CloseReason.DONE);
    for (const peer of this.peers.values()) {
      if (peer.pair.up && !peer.closed) this.stepPair(peer, { type: "close", reason }, now);
    }
  }

  private erase(now: Instant): void {
    this.eraseCode();
    for (const peer of this.peers.values()) this.stepPair(peer, { type: "end" }, now);
  }

  private eraseCode(): void {
    this.prk?.fill(0);
    this.prk = undefined;
  }

  private parties(): readonly Party[] {
    const { number, label } = this.options.self;
    const others = [...this.peers.values()].map((peer) => ({ number: peer.number, label: peer.identity?.label ?? "" }));
    return [{ number, label }, ...others].sort((a, b) => a.number - b.number);
  }

  private peerOf(number: number): Peer {
    const peer = this.peers.get(number);
    if (peer === undefined) throw new UsageError("usage.unknown-party", `there is no party ${number}`);
    return peer;
  }

  private nextWake(): number | undefined {
    if (this.state === "failed" || this.state === "closed") return undefined;
    const wakes = [this.sas.wakeAt, ...[...this.peers.values()].map((peer) => peer.nextWake())];
    const due = wakes.filter((at) => at !== undefined);
    return due.length === 0 ? undefined : Math.min(...due);
  }
}

function closeReasonOf({ code }: Failed): CloseReason {
  if (code === "peer.sas-mismatch") return CloseReason.SAS_MISMATCH;
  return code === "peer.protocol" ? CloseReason.PROTOCOL : CloseReason.ABORTED;
}

function eidOf({ pair }: Peer): Uint8Array {
  return pair.peer.eid;
}

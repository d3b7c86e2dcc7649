import { CloseReason, FrameKind, UsageError } from "@countersign/wire";
import type { Instant, Machine } from "../machine.ts";
import type { Failed, PeerGroupInput, PeerGroupOptions, PeerGroupOutput } from "../peer-group-types.ts";
import type { SasInput, SasOutput } from "../sas/group-sas-types.ts";
import { decodeAppMessage, encodeAppMessage } from "./app-message.ts";
import { entriesOf } from "./entries.ts";
import { closeReasonOf, faults } from "./faults.ts";
import { checkFollowing } from "./following-messages.ts";
import { GroupOutputs } from "./group-outputs.ts";
import type { HeldMessage } from "./history.ts";
import { checkOptions } from "./options.ts";
import type { PairInput, PairOutput } from "./pair-types.ts";
import { type EarlyMessage, isSas, type Peer } from "./peer.ts";
import { Roster } from "./roster.ts";
import { SasStage } from "./sas-stage.ts";
import { SessionCode } from "./session-code.ts";
import { type GroupEvent, type GroupState, groupTransitions } from "./transitions.ts";

/** Makes the machine of one session: all pairs, the group SAS, and messages once it is confirmed (spec 0003, 0004). */
export function createPeerGroup(options: PeerGroupOptions): Machine<PeerGroupInput, PeerGroupOutput> {
  checkOptions(options);
  return new PeerGroup(options);
}

class PeerGroup implements Machine<PeerGroupInput, PeerGroupOutput> {
  private readonly options: PeerGroupOptions;
  private readonly code: SessionCode;
  private readonly roster: Roster;
  private readonly sas: SasStage;
  private readonly outputs = new GroupOutputs();
  private state: GroupState = "gathering";
  /** The seq of the last application message. */
  private received: number;

  constructor(options: PeerGroupOptions) {
    this.options = options;
    this.code = new SessionCode(options.trust);
    this.roster = new Roster(options, () => this.code.key);
    this.sas = new SasStage(options);
    this.received = options.history?.received ?? 0;
  }

  step(input: PeerGroupInput, now: Instant): readonly PeerGroupOutput[] {
    if (input.type === "persisted") return this.outputs.written(input.id);
    if (input.type === "taken") this.outputs.note(input);
    else if (!this.over) this.take(input, now);
    else this.takeAfterwards(input, now);
    return this.outputs.flush(this.nextWake());
  }

  private get over(): boolean {
    return this.state === "failed" || this.state === "closed";
  }

  private take(input: Exclude<PeerGroupInput, { type: "persisted" | "taken" }>, now: Instant): void {
    switch (input.type) {
      case "resume":
        return this.resume(now);
      case "member":
        return this.member(input, now);
      case "packet":
        return this.packet(input, now);
      case "time":
        return this.time(now);
      case "send":
        return this.send(input, now);
      case "confirm":
        if (!this.sas.begun) throw new UsageError("usage.no-sas", "there is no SAS to confirm yet");
        return this.stepSas(input, now);
      case "reconnected":
        for (const peer of this.roster.peers) this.stepPair(peer, input, now);
        return;
      case "relink":
        return this.stepPair(this.peerOf(input.number), { type: "call" }, now);
      case "provide":
        return this.provide(input, now);
      case "close":
        return this.fire("close", now, input.reason);
      default:
        return input satisfies never;
    }
  }

  /** Links again whoever was there, and hands on again what the application has not taken. */
  private resume(now: Instant): void {
    const { history } = this.options;
    if (history === undefined) throw new UsageError("usage.no-history", "there is nothing to take up again");
    this.roster.restore(history.peers, now);
    if (history.sas === "complete") this.fire("restored", now);
    else if (history.sas !== "open") {
      this.outputs.persist({ type: "sas-failed" });
      return this.fire("fault", now, faults.interrupted());
    }
    for (const message of history.inbox) this.handOn(this.peerOf(message.from), message, now);
    for (const peer of this.roster.peers) {
      const closed = history.peers.find(({ number }) => number === peer.number)?.closed;
      if (closed !== undefined) this.outputs.push({ type: "closed", number: peer.number, ...closed });
      if (peer.closed || peer.identity === undefined) continue;
      peer.called = true;
      this.stepPair(peer, { type: "call" }, now);
    }
    this.callNext(now);
    this.endWithLast(now);
  }

  /** When all is over, pairs still see to it that their CLOSE is heard, and then erase their keys. */
  private takeAfterwards(input: PeerGroupInput, now: Instant): void {
    const from = input.type === "packet" ? input.from : undefined;
    if (input.type !== "packet" && input.type !== "time" && input.type !== "reconnected") return;
    for (const peer of this.roster.peers) {
      if (from === undefined || from === peer.number) this.stepPair(peer, input, now);
    }
  }

  /** The relay introduces somebody: a pair begins, called by the one with the higher number. */
  private member({ number, eid, versions }: PeerGroupInput & { type: "member" }, now: Instant): void {
    const admission = this.roster.admit({ number, eid, versions }, { closed: this.state !== "gathering", now });
    if (admission.type === "failed") return this.fire("fault", now, admission);
    if (admission.type === "known") return;
    if (admission.replaced !== undefined) this.stepPair(admission.replaced, { type: "end" }, now);
    this.callNext(now);
  }

  private callNext(now: Instant): void {
    for (const peer of this.roster.toCall(this.code.left)) {
      peer.called = true;
      this.stepPair(peer, { type: "call" }, now);
    }
  }

  private packet({ from, bytes }: PeerGroupInput & { type: "packet" }, now: Instant): void {
    const peer = this.roster.get(from);
    if (peer === undefined) return this.drop("group.unknown-member", from);
    if (!this.roster.mayCompute(peer)) return this.drop("group.busy", from);
    this.stepPair(peer, { type: "packet", bytes }, now);
  }

  private time(now: Instant): void {
    for (const peer of this.roster.peers) {
      this.stepPair(peer, { type: "time" }, now);
      if (peer.identity === undefined && now.ms >= peer.deadline) this.fire("fault", now, faults.late(peer.number));
    }
    this.stepSas({ type: "time" }, now);
  }

  private send({ to, round, bytes }: PeerGroupInput & { type: "send" }, now: Instant): void {
    this.expectReady();
    const { parameters, self } = this.options;
    const content = encodeAppMessage(parameters, { from: self.number, to, round, bytes });
    this.post(to === 0 ? this.roster.peers : [this.peerOf(to)], { kind: FrameKind.APP, content }, now);
  }

  /** Posts a message to those who still listen, once it is on disk that it was posted. */
  private post(
    receivers: readonly Peer[],
    message: Pick<PairInput & { type: "post" }, "kind" | "content">,
    now: Instant,
  ) {
    const peers = receivers.filter(({ closed }) => !closed);
    if (peers.length === 0) return;
    this.outputs.persist({ type: "posted", peers: peers.map(({ number }) => number), ...message });
    for (const peer of peers) this.stepPair(peer, { type: "post", ...message }, now);
  }

  private provide({ to, messages }: PeerGroupInput & { type: "provide" }, now: Instant): void {
    this.expectReady();
    checkFollowing(messages);
    const receivers = to === 0 ? this.roster.peers : [this.peerOf(to)];
    for (const peer of receivers) if (!peer.closed) this.stepPair(peer, { type: "provide", messages }, now);
  }

  private expectReady(): void {
    const { state } = this;
    if (state === "gathering") throw new UsageError("usage.handshake-required", "not all pairs are up yet");
    if (state === "comparing") throw new UsageError("usage.sas-unconfirmed", "not all have confirmed the SAS yet");
    if (state !== "ready") throw new UsageError("usage.closed", "the session is closing");
  }

  private stepPair(peer: Peer, input: PairInput, now: Instant): void {
    const overBefore = this.over;
    const outputs = peer.pair.step(input, now);
    if (!overBefore) for (const entry of entriesOf(peer, outputs)) this.outputs.persist(entry);
    for (const output of outputs) {
      this.takeFromPair(peer, output, now);
      // What stands behind the fault does not leave: a P3, for instance, for which no guess was left.
      if (!overBefore && this.over) return;
    }
  }

  private takeFromPair(peer: Peer, output: PairOutput, now: Instant): void {
    const { number } = peer;
    if (this.over && output.type !== "send") return;
    switch (output.type) {
      case "send":
        this.outputs.push({ type: "send", to: number, bytes: output.bytes });
        return;
      case "up": {
        const { label, noiseStatic } = peer.introduce(output.peer);
        this.outputs.push({ type: "up", number, label, noiseStatic });
        return this.roster.complete ? this.fire("all-up", now) : this.callNext(now);
      }
      case "deliver":
        return this.deliver(peer, output, now);
      case "acknowledged":
        return this.outputs.note({ type: "acknowledged", peer: number, m: output.m });
      case "idle":
        this.outputs.push({ type: "delivered", to: number });
        return;
      case "handshake-messages":
        // A peer may be ready a moment before us, as with its messages.
        if (this.state === "ready") this.outputs.push({ ...output, from: number });
        else if (this.state === "comparing") peer.earlyHandshake = output;
        else if (this.state === "gathering") this.fire("fault", now, faults.tooEarly(number));
        return;
      case "closed":
        return this.closed(peer, output, now);
      case "persist-at":
        return this.outputs.persist({ type: "at", peer: number, at: output.at });
      case "charge":
      case "refund":
      case "bad-guess":
        return this.guess(output.type, peer, now);
      case "expired":
        return this.expired(peer, output, now);
      case "exhausted":
        return this.fire("fault", now, faults.exhausted(number));
      case "refused": {
        const { code, detail } = output;
        return this.fire("fault", now, { type: "failed", code, culprits: [number], detail });
      }
      case "fault":
        return this.fire("fault", now, faults.protocol(number, output.detail));
      case "drop":
        return this.drop(output.code, output.from);
      default:
        return output satisfies never;
    }
  }

  private deliver(peer: Peer, { kind, content }: PairOutput & { type: "deliver" }, now: Instant): void {
    const { number } = peer;
    if (isSas(kind)) {
      const message = { type: "message", from: number, kind, content } as const;
      if (this.sas.begun) this.stepSas(message, now);
      else if (!peer.holdSas(message)) this.fire("fault", now, faults.tooEarly(number));
      return;
    }
    if (kind !== FrameKind.APP) return this.fire("fault", now, faults.foreignMessage(number));
    this.received += 1;
    // Nobody is through with the SAS before we have said anything, so that nobody has anything to say then.
    if (this.state === "gathering") return this.fire("fault", now, faults.tooEarly(number));
    this.handOn(peer, { seq: this.received, content }, now);
  }

  /** Checks an application message, and hands it on as soon as there may be any. */
  private handOn(peer: Peer, { seq, content }: Pick<HeldMessage, "seq" | "content">, now: Instant): void {
    const { number } = peer;
    const { parameters, self } = this.options;
    const message = decodeAppMessage(parameters, content, { self: self.number, peer: number });
    if (!message.ok) return this.fire("fault", now, faults.foreignMessage(number));
    const { round, bytes } = message.value;
    if (this.state === "ready") this.tell({ seq, from: number, round, bytes });
    else if (this.state !== "closing" && !peer.hold({ seq, round, bytes })) {
      this.fire("fault", now, faults.tooEarly(number));
    }
  }

  private tell({ seq, from, round, bytes }: EarlyMessage & { readonly from: number }): void {
    this.outputs.push({ type: "message", seq, from, round, bytes });
  }

  private closed(peer: Peer, { by, reason, delivered }: PairOutput & { type: "closed" }, now: Instant): void {
    const { number } = peer;
    peer.closed = true;
    if (this.state === "gathering") return this.fire("fault", now, faults.left(number));
    const differs = by === "peer" && reason === CloseReason.SAS_MISMATCH;
    if (this.state === "comparing") this.stepSas({ type: "lost", number, differs }, now);
    if (this.over) return;
    this.outputs.push({ type: "closed", number, reason, delivered });
    this.endWithLast(now);
  }

  private endWithLast(now: Instant): void {
    const { peers } = this.roster;
    if (peers.length > 0 && peers.every(({ closed }) => closed)) this.fire("all-closed", now);
  }

  private guess(what: "charge" | "refund" | "bad-guess", peer: Peer, now: Instant): void {
    const { number } = peer;
    if (what === "refund") this.code.refund();
    else if (!this.code.charge()) return this.fire("fault", now, faults.wrongCode(number));
    if (what !== "bad-guess") peer.charged = what === "charge";
    const { count, left } = this.code;
    this.outputs.persist({ type: "guesses", count });
    if (what !== "bad-guess") return;
    this.outputs.push({ type: "guess-failed", from: number, left });
    if (left === 0) this.fire("fault", now, faults.wrongCode(number));
  }

  private expired(peer: Peer, { role, guessed }: PairOutput & { type: "expired" }, now: Instant): void {
    if (role === "responder") return;
    if (peer.identity !== undefined) {
      // A re-link that nobody answers takes nothing away: the live exchange goes on. Where there is none, because this
      // end was restarted, the peer may be back any time.
      if (!peer.pair.up && !peer.closed) this.stepPair(peer, { type: "call" }, now);
      return;
    }
    const pinned = this.options.trust.type === "pins";
    const fault = guessed ? faults.codeUnproven : pinned ? faults.pinUnproven : faults.silent;
    this.fire("fault", now, fault(peer.number));
  }

  private stepSas(input: SasInput, now: Instant): void {
    if (this.state !== "comparing") return;
    for (const output of this.sas.step(input, now)) this.takeFromSas(output, now);
  }

  private takeFromSas(output: SasOutput, now: Instant): void {
    switch (output.type) {
      case "persist-nonce":
        return this.outputs.persist({ type: "sas-nonce", nonce: output.nonce });
      case "persist-revealed":
        return this.outputs.persist({ type: "sas-revealed" });
      case "broadcast": {
        // The commitment is the first that is said to anybody: in a session that was taken up again, some have it.
        const { kind, content } = output;
        const peers = this.roster.peers.filter(({ pair }) => kind !== FrameKind.SAS_COMMIT || pair.posted === 0n);
        return this.post(peers, { kind, content }, now);
      }
      case "sas": {
        const verified = this.options.trust.type === "pins";
        this.outputs.push({ ...output, parties: this.roster.parties(), verified });
        return;
      }
      case "complete":
        this.outputs.persist({ type: "sas-complete" });
        return this.fire("sas-complete", now);
      case "failed": {
        const { persist, ...failed } = output;
        if (persist) this.outputs.persist({ type: "sas-failed" });
        return this.fire("fault", now, failed);
      }
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

  /** Executes one cell of the table. */
  private fire(event: GroupEvent, now: Instant, what?: CloseReason | Failed): void {
    const { next, actions } = groupTransitions[this.state][event];
    this.state = next;
    for (const action of actions) {
      if (action === "erase-code") this.code.erase();
      else if (action === "start-sas") {
        for (const output of this.sas.begin(this.roster.peers, now)) this.takeFromSas(output, now);
      } else if (action === "count-sas") {
        if (this.sas.atStake) this.outputs.persist({ type: "sas-failed" });
      } else if (action === "announce-ready") this.announceReady();
      else if (action === "close-pairs") this.closePairs(what, now);
      else if (action === "announce-failure" && typeof what === "object") this.outputs.push(what);
      else if (action === "erase") this.erase(now);
    }
  }

  private announceReady(): void {
    this.outputs.push({ type: "ready", pins: this.roster.pins() });
    for (const { number, earlyHandshake } of this.roster.peers) {
      if (earlyHandshake !== undefined) this.outputs.push({ ...earlyHandshake, from: number });
    }
    const early = this.roster.peers.flatMap((peer) =>
      peer.early.splice(0).map((one) => ({ ...one, from: peer.number })),
    );
    for (const message of early.sort((a, b) => a.seq - b.seq)) this.tell(message);
  }

  private closePairs(what: CloseReason | Failed | undefined, now: Instant): void {
    const reason = typeof what === "object" ? closeReasonOf(what) : (what ?? CloseReason.DONE);
    for (const peer of this.roster.peers) {
      if (peer.pair.up && !peer.closed) this.stepPair(peer, { type: "close", reason }, now);
    }
  }

  private erase(now: Instant): void {
    this.code.erase();
    for (const peer of this.roster.peers) this.stepPair(peer, { type: "end" }, now);
  }

  private drop(code: string, from: number): void {
    this.outputs.push({ type: "drop", code, from });
  }

  private peerOf(number: number): Peer {
    const peer = this.roster.get(number);
    if (peer === undefined) throw new UsageError("usage.unknown-party", `there is no party ${number}`);
    return peer;
  }

  private nextWake(): number | undefined {
    const sas = this.state === "comparing" ? this.sas.wakeAt : undefined;
    const wakes = [sas, ...this.roster.peers.map((peer) => peer.nextWake())];
    const due = wakes.filter((at) => at !== undefined);
    return due.length === 0 ? undefined : Math.min(...due);
  }
}

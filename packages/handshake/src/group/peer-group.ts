import { CloseReason, UsageError } from "@countersign/wire";
import type { Instant, Machine } from "../machine.ts";
import type { Failed, PeerGroupInput, PeerGroupOptions, PeerGroupOutput } from "../peer-group-types.ts";
import type { SasInput } from "../sas/group-sas-types.ts";
import { sessionTranscript } from "../sas/group-transcript.ts";
import { entriesOf } from "./entries.ts";
import { closeReasonOf, faults } from "./faults.ts";
import { FromPair } from "./from-pair.ts";
import { FromSas } from "./from-sas.ts";
import { GroupOutputs } from "./group-outputs.ts";
import type { GroupSession } from "./group-session.ts";
import { HeldPackets } from "./held-packets.ts";
import { LinkStage } from "./link-stage.ts";
import { checkOptions } from "./options.ts";
import type { PairInput } from "./pair-types.ts";
import type { Peer } from "./peer.ts";
import { resume } from "./resume.ts";
import { Roster } from "./roster.ts";
import { SasStage } from "./sas-stage.ts";
import { SessionCode } from "./session-code.ts";
import { ToPeers } from "./to-peers.ts";
import { type GroupEvent, type GroupState, groupTransitions } from "./transitions.ts";

/** Makes the machine of one session: all pairs, the group SAS, and messages once it is confirmed (spec 0003, 0004). */
export function createPeerGroup(options: PeerGroupOptions): Machine<PeerGroupInput, PeerGroupOutput> {
  checkOptions(options);
  return new PeerGroup(options);
}

class PeerGroup implements Machine<PeerGroupInput, PeerGroupOutput>, GroupSession {
  readonly options: PeerGroupOptions;
  readonly code: SessionCode;
  readonly roster: Roster;
  readonly sas: SasStage;
  readonly link: LinkStage;
  readonly outputs = new GroupOutputs();
  state: GroupState = "gathering";
  private readonly held = new HeldPackets();
  private readonly toPeers: ToPeers;
  private readonly fromPair: FromPair;
  private readonly fromSas: FromSas;

  constructor(options: PeerGroupOptions) {
    this.options = options;
    this.code = new SessionCode(options.trust, options.history?.guesses);
    this.roster = new Roster(options, () => this.code.key);
    this.sas = new SasStage(options);
    this.link = new LinkStage(this);
    this.toPeers = new ToPeers(this);
    this.fromPair = new FromPair(this);
    this.fromSas = new FromSas(this, this.toPeers);
  }

  step(input: PeerGroupInput, now: Instant): readonly PeerGroupOutput[] {
    if (input.type === "persisted") return this.outputs.written(input.id);
    if (input.type === "taken") this.outputs.note(input);
    else if (!this.over) this.take(input, now);
    else this.takeAfterwards(input, now);
    return this.outputs.flush(this.nextWake());
  }

  get over(): boolean {
    return this.state === "failed" || this.state === "closed";
  }

  private take(input: Exclude<PeerGroupInput, { type: "persisted" | "taken" }>, now: Instant): void {
    switch (input.type) {
      case "resume":
        return resume(this, this.fromPair, now);
      case "member":
        return this.member(input, now);
      case "packet":
        return this.packet(input, now);
      case "time":
        return this.time(now);
      case "send":
        return this.toPeers.send(input, now);
      case "confirm":
        if (!this.sas.begun) throw new UsageError("usage.no-sas", "there is no SAS to confirm yet");
        return this.stepSas(input, now);
      case "reconnected":
        for (const peer of this.roster.peers) this.stepPair(peer, input, now);
        return;
      case "relink":
        return this.stepPair(this.roster.expect(input.number), { type: "call" }, now);
      case "provide":
        return this.toPeers.provide(input, now);
      case "close":
        return this.fire("close", now, input.reason);
      default:
        return input satisfies never;
    }
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
    this.link.introduced(admission.peer, admission.replaced !== undefined, now);
    this.callNext(now);
  }

  callNext(now: Instant): void {
    for (const peer of this.roster.toCall(this.code.left, now)) {
      peer.called = true;
      this.stepPair(peer, { type: "call" }, now);
    }
  }

  private packet({ from, bytes }: PeerGroupInput & { type: "packet" }, now: Instant): void {
    const peer = this.roster.get(from);
    if (peer === undefined) return this.drop("group.unknown-member", from);
    if (this.mayCompute(from)) {
      this.stepPair(peer, { type: "packet", bytes }, now);
      this.takeHeld(now);
    } else if (!this.held.hold(from, bytes)) this.drop("group.busy", from);
  }

  private takeHeld(now: Instant): void {
    const next = () => this.held.take((number) => !this.over && this.mayCompute(number));
    for (let held = next(); held !== undefined; held = next()) {
      this.stepPair(this.roster.expect(held.from), { type: "packet", bytes: held.bytes }, now);
    }
  }

  private mayCompute(number: number): boolean {
    return this.roster.mayCompute(this.roster.expect(number));
  }

  private time(now: Instant): void {
    for (const peer of this.roster.peers) {
      // Of many pairs few have something to do.
      if ((peer.pair.wakeAt ?? Infinity) <= now.ms) this.stepPair(peer, { type: "time" }, now);
      if (peer.identity === undefined && now.ms >= peer.deadline) this.fire("fault", now, faults.late(peer.number));
    }
    this.takeHeld(now);
    this.stepSas({ type: "time" }, now);
    this.link.time(now);
  }

  stepPair(peer: Peer, input: PairInput, now: Instant): void {
    const overBefore = this.over;
    const outputs = peer.pair.step(input, now);
    if (!overBefore) for (const entry of entriesOf(peer, outputs)) this.outputs.persist(entry);
    for (const output of outputs) {
      this.fromPair.take(peer, output, now);
      // What stands behind the fault does not leave: a P3, for instance, for which no guess was left.
      if (!overBefore && this.over) return;
    }
  }

  stepSas(input: SasInput, now: Instant): void {
    if (this.state !== "comparing") return;
    for (const output of this.sas.step(input, now)) this.fromSas.take(output, now);
  }

  /** Executes one cell of the table. */
  fire(event: GroupEvent, now: Instant, what?: CloseReason | Failed): void {
    const { next, actions } = groupTransitions[this.state][event];
    this.state = next;
    for (const action of actions) {
      if (action === "erase-code") this.code.erase();
      else if (action === "start-sas") {
        for (const output of this.sas.begin(this.roster, now)) this.fromSas.take(output, now);
      } else if (action === "count-sas") {
        if (this.sas.atStake) this.outputs.persist({ type: "sas-failed" });
      } else if (action === "announce-ready") {
        const transcript = sessionTranscript(this.options.parameters, this.roster.sasParties());
        this.outputs.push({ type: "ready", pins: this.roster.pins(), transcript });
        this.fromPair.tellEarly();
      } else if (action === "close-pairs") this.closePairs(what, now);
      else if (action === "announce-failure" && typeof what === "object") this.outputs.push(what);
      else if (action === "erase") this.erase(now);
    }
  }

  private closePairs(what: CloseReason | Failed | undefined, now: Instant): void {
    this.link.end(now);
    const reason = typeof what === "object" ? closeReasonOf(what) : (what ?? CloseReason.DONE);
    for (const peer of this.roster.peers) {
      if (peer.pair.up && !peer.closed) this.stepPair(peer, { type: "close", reason }, now);
    }
  }

  private erase(now: Instant): void {
    this.code.erase();
    this.held.clear();
    this.link.end(now);
    for (const peer of this.roster.peers) this.stepPair(peer, { type: "end" }, now);
    this.roster.destroy();
  }

  private drop(code: string, from: number): void {
    this.outputs.push({ type: "drop", code, from });
  }

  private nextWake(): number | undefined {
    const sas = this.state === "comparing" ? this.sas.wakeAt : undefined;
    let due = Math.min(sas ?? Infinity, this.link.wakeAt ?? Infinity);
    for (const peer of this.roster.peers) due = Math.min(due, peer.nextWake() ?? Infinity);
    return due === Infinity ? undefined : due;
  }
}

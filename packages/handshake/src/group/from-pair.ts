import { CloseReason, FrameKind } from "@countersign/wire";
import type { Instant } from "../machine.ts";
import { decodeAppMessage } from "./app-message.ts";
import { faults } from "./faults.ts";
import type { GroupSession } from "./group-session.ts";
import type { HeldMessage } from "./history.ts";
import type { PairOutput } from "./pair-types.ts";
import { type EarlyMessage, isSas, type Peer } from "./peer.ts";

/** Takes what the pairs of a session say. */
export class FromPair {
  private readonly session: GroupSession;
  /** The seq of the last application message. */
  private received: number;

  constructor(session: GroupSession) {
    this.session = session;
    this.received = session.options.history?.received ?? 0;
  }

  take(peer: Peer, output: PairOutput, now: Instant): void {
    const { number } = peer;
    if (this.session.over && output.type !== "send") return;
    switch (output.type) {
      case "send":
        this.session.outputs.push({ type: "send", to: number, bytes: output.bytes });
        return;
      case "group-link":
        return this.session.link.packet(number, output.body, now);
      case "up": {
        this.session.link.up(number, now);
        const { label, noiseStatic } = peer.introduce(output.peer);
        this.session.outputs.push({ type: "up", number, label, noiseStatic });
        return this.session.roster.complete ? this.session.fire("all-up", now) : this.session.callNext(now);
      }
      case "deliver":
        return this.deliver(peer, output, now);
      case "acknowledged":
        return this.session.outputs.note({ type: "acknowledged", peer: number, m: output.m });
      case "idle":
        this.session.outputs.push({ type: "delivered", to: number });
        return;
      case "handshake-messages":
        // A peer may be ready a moment before us, as with its messages.
        if (this.session.state === "ready") this.session.outputs.push({ ...output, from: number });
        else if (this.session.state === "comparing") peer.earlyHandshake = output;
        else if (this.session.state === "gathering") this.session.fire("fault", now, faults.tooEarly(number));
        return;
      case "closed":
        return this.closed(peer, output, now);
      case "persist-at":
        return this.session.outputs.persist({ type: "at", peer: number, at: output.at });
      case "charge":
      case "refund":
      case "bad-guess":
        return this.guess(output.type, peer, now);
      case "expired":
        return this.expired(peer, output, now);
      case "exhausted":
        return this.session.fire("fault", now, faults.exhausted(number));
      case "refused":
        return this.session.fire("fault", now, { ...output, type: "failed", culprits: [number] });
      case "fault":
        return this.session.fire("fault", now, faults.protocol(number, output.detail));
      case "drop":
        this.session.outputs.push(output);
        return;
      default:
        return output satisfies never;
    }
  }

  private deliver(peer: Peer, { kind, content }: PairOutput & { type: "deliver" }, now: Instant): void {
    const { number } = peer;
    if (isSas(kind)) {
      const message = { type: "message", from: number, kind, content } as const;
      if (this.session.sas.begun) this.session.stepSas(message, now);
      else if (!peer.holdSas(message)) this.session.fire("fault", now, faults.tooEarly(number));
      return;
    }
    if (kind !== FrameKind.APP) return this.session.fire("fault", now, faults.foreignMessage(number));
    this.received += 1;
    // Nobody is through with the SAS before we have said anything, so that nobody has anything to say then.
    if (this.session.state === "gathering") return this.session.fire("fault", now, faults.tooEarly(number));
    this.handOn(peer, { seq: this.received, content }, now);
  }

  /** Checks an application message, and hands it on as soon as there may be any. */
  handOn(peer: Peer, { seq, content }: Pick<HeldMessage, "seq" | "content">, now: Instant): void {
    const { number } = peer;
    const { parameters, self } = this.session.options;
    const message = decodeAppMessage(parameters, content, { self: self.number, peer: number });
    if (!message.ok) return this.session.fire("fault", now, faults.foreignMessage(number));
    const { round, bytes } = message.value;
    if (this.session.state === "ready") this.tell({ seq, from: number, round, bytes });
    else if (this.session.state !== "closing" && !peer.hold({ seq, round, bytes })) {
      this.session.fire("fault", now, faults.tooEarly(number));
    }
  }

  private tell({ seq, from, round, bytes }: EarlyMessage & { readonly from: number }): void {
    this.session.outputs.push({ type: "message", seq, from, round, bytes });
  }

  /** Tells what came before the application could be told anything, in order. */
  tellEarly(): void {
    const { roster, outputs } = this.session;
    for (const { number, earlyHandshake } of roster.peers) {
      if (earlyHandshake !== undefined) outputs.push({ ...earlyHandshake, from: number });
    }
    const early = roster.peers.flatMap((peer) => peer.early.splice(0).map((one) => ({ ...one, from: peer.number })));
    for (const message of early.sort((a, b) => a.seq - b.seq)) this.tell(message);
  }

  private closed(peer: Peer, { by, reason, delivered }: PairOutput & { type: "closed" }, now: Instant): void {
    const { number } = peer;
    peer.closed = true;
    if (this.session.state === "gathering") return this.session.fire("fault", now, faults.left(number));
    const differs = by === "peer" && reason === CloseReason.SAS_MISMATCH;
    if (this.session.state === "comparing") this.session.stepSas({ type: "lost", number, differs }, now);
    if (this.session.over) return;
    this.session.outputs.push({ type: "closed", number, reason, delivered });
    this.endWithLast(now);
  }

  /** The session is over when the last pair is. */
  endWithLast(now: Instant): void {
    const { peers } = this.session.roster;
    if (peers.length > 0 && peers.every(({ closed }) => closed)) this.session.fire("all-closed", now);
  }

  private guess(what: "charge" | "refund" | "bad-guess", peer: Peer, now: Instant): void {
    const { number } = peer;
    if (what === "refund") this.session.code.refund();
    else if (!this.session.code.charge()) return this.session.fire("fault", now, faults.wrongCode(number));
    if (what !== "bad-guess") peer.charged = what === "charge";
    const { count, left } = this.session.code;
    this.session.outputs.persist({ type: "guesses", count });
    if (what !== "bad-guess") return;
    this.session.outputs.push({ type: "guess-failed", from: number, left });
    if (left === 0) this.session.fire("fault", now, faults.wrongCode(number));
  }

  private expired(peer: Peer, { role, guessed }: PairOutput & { type: "expired" }, now: Instant): void {
    if (role === "responder") return;
    if (peer.identity !== undefined) {
      // A re-link that nobody answers takes nothing away: the live exchange goes on. Where there is none, because this
      // end was restarted, the peer may be back any time.
      if (!peer.pair.up && !peer.closed) this.session.stepPair(peer, { type: "call" }, now);
      return;
    }
    const pinned = this.session.options.trust.type === "pins";
    const fault = guessed ? faults.codeUnproven : pinned ? faults.pinUnproven : faults.silent;
    this.session.fire("fault", now, fault(peer.number));
  }
}

import { CSID_COUNTERSIGN, encodePacket } from "@countersign/wire";
import { EPHEMERAL_LIFE, GroupLink } from "../group-link/group-link.ts";
import type { GroupLinkInput, GroupLinkOutput } from "../group-link/group-link-types.ts";
import type { Instant } from "../machine.ts";
import type { PeerGroupOptions } from "../peer-group-types.ts";
import { sessionTranscript } from "../sas/group-transcript.ts";
import type { GroupSession, LinkListener } from "./group-session.ts";
import type { Peer } from "./peer.ts";
import { VERSION } from "./roster.ts";

/** How long a peer that is there waits for all others to be there, in ms, before it is called by itself. */
const GATHERING_TIME = 1_000;

/**
 * The group link inside a session (spec 0012): brings up what pairs it can, and lets those be called that it cannot. It
 * is made where parties of three or more are pinned, by the process that has begun the session.
 */
export class LinkStage implements LinkListener {
  wakeAt: number | undefined;
  private readonly session: GroupSession;
  private readonly machine: GroupLink | undefined;
  private isFull = false;

  constructor(session: GroupSession) {
    this.session = session;
    this.machine = speaksGroupLink(session.options) ? machineOf(session) : undefined;
  }

  /** The relay has introduced somebody, perhaps in the place of another. */
  introduced(peer: Peer, isReplacement: boolean, now: Instant): void {
    if (this.machine === undefined) return;
    const { roster, options } = this.session;
    if (isReplacement) this.step({ type: "replaced", number: peer.number }, now);
    if (this.isFull) return isReplacement ? this.hold(now.ms) : undefined;
    if (this.isOurs(peer)) peer.heldUntil = now.ms + GATHERING_TIME;
    if (roster.peers.length < options.parameters.parties - 1) return;
    this.isFull = true;
    const transcript = sessionTranscript(options.parameters, roster.sasParties());
    const others = roster.peers.flatMap(({ number, pinned }) =>
      pinned === undefined ? [] : [{ number, versions: VERSION, pin: pinned }],
    );
    this.step({ type: "full", transcript, others }, now);
  }

  packet(from: number, body: Uint8Array, now: Instant): void {
    if (this.machine === undefined) this.session.outputs.push({ type: "drop", code: "group-link.late", from });
    else this.step({ type: "packet", from, body }, now);
  }

  up(number: number, now: Instant): void {
    this.step({ type: "up", number }, now);
  }

  time(now: Instant): void {
    const { state } = this.session;
    if (this.machine === undefined || (state !== "gathering" && state !== "comparing")) return;
    this.step({ type: "time" }, now);
    this.session.callNext(now);
  }

  /** Nobody is called any more, and nothing waits for it. */
  end(now: Instant): void {
    this.step({ type: "end" }, now);
    this.hold(Number.NEGATIVE_INFINITY);
  }

  private step(input: GroupLinkInput, now: Instant): void {
    for (const output of this.machine?.step(input, now) ?? []) this.act(output, now);
  }

  private act(output: GroupLinkOutput, now: Instant): void {
    const { outputs, roster } = this.session;
    switch (output.type) {
      case "say": {
        const bytes = encodePacket({ type: "handshake", csid: CSID_COUNTERSIGN, body: output.body });
        outputs.push({ type: "send", to: 0, bytes });
        return this.hold(now.ms + EPHEMERAL_LIFE);
      }
      case "keys": {
        const peer = roster.expect(output.number);
        peer.isKeyed = true;
        this.session.stepPair(peer, { type: "keyed", keys: output.keys }, now);
        return roster.complete ? this.session.fire("all-up", now) : undefined;
      }
      case "drop":
        outputs.push(output);
        return;
      case "wake":
        this.wakeAt = output.at;
        return;
      default:
        return output satisfies never;
    }
  }

  /** Nobody is called before. */
  private hold(until: number): void {
    for (const peer of this.session.roster.peers) if (this.isOurs(peer)) peer.heldUntil = until;
  }

  /** Whether it is this end that calls the peer, if any of the two has to. */
  private isOurs(peer: Peer): boolean {
    return this.session.options.self.number > peer.number;
  }
}

function speaksGroupLink({ trust, parameters, history, groupLink = true }: PeerGroupOptions): boolean {
  return groupLink && trust.type === "pins" && parameters.parties > 2 && history === undefined;
}

function machineOf({ options, roster }: GroupSession): GroupLink {
  const { self, parameters, randomBytes } = options;
  const { backend, staticKey } = roster;
  return new GroupLink({
    self: { number: self.number, versions: VERSION },
    parties: parameters.parties,
    staticKey,
    backend,
    randomBytes,
  });
}

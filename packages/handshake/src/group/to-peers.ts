import { FrameKind, UsageError } from "@countersign/wire";
import type { Instant } from "../machine.ts";
import type { PeerGroupInput } from "../peer-group-types.ts";
import { encodeAppMessage } from "./app-message.ts";
import { checkFollowing } from "./following-messages.ts";
import type { GroupSession } from "./group-session.ts";
import type { PairInput } from "./pair-types.ts";
import type { Peer } from "./peer.ts";

/** A message that is posted to peers. */
type Posted = Pick<PairInput & { type: "post" }, "kind" | "content">;

/** Says to the peers of a session what is to be said. */
export class ToPeers {
  private readonly session: GroupSession;

  constructor(session: GroupSession) {
    this.session = session;
  }

  send({ to, round, bytes }: PeerGroupInput & { type: "send" }, now: Instant): void {
    this.expectReady();
    const { parameters, self } = this.session.options;
    const content = encodeAppMessage(parameters, { from: self.number, to, round, bytes });
    this.post(this.receivers(to), { kind: FrameKind.APP, content }, now);
  }

  /** Posts a message to those who still listen, once it is on disk that it was posted. */
  post(receivers: readonly Peer[], message: Posted, now: Instant): void {
    const peers = receivers.filter(({ closed }) => !closed);
    if (peers.length === 0) return;
    this.session.outputs.persist({ type: "posted", peers: peers.map(({ number }) => number), ...message });
    for (const peer of peers) this.session.stepPair(peer, { type: "post", ...message }, now);
  }

  provide({ to, messages }: PeerGroupInput & { type: "provide" }, now: Instant): void {
    this.expectReady();
    checkFollowing(messages);
    for (const peer of this.receivers(to)) {
      if (!peer.closed) this.session.stepPair(peer, { type: "provide", messages }, now);
    }
  }

  /** One party, or all for 0. */
  private receivers(to: number): readonly Peer[] {
    const { roster } = this.session;
    return to === 0 ? roster.peers : [roster.expect(to)];
  }

  private expectReady(): void {
    const { state } = this.session;
    if (state === "gathering") throw new UsageError("usage.handshake-required", "not all pairs are up yet");
    if (state === "comparing") throw new UsageError("usage.sas-unconfirmed", "not all have confirmed the SAS yet");
    if (state !== "ready") throw new UsageError("usage.closed", "the session is closing");
  }
}

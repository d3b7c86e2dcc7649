import { FrameKind } from "@countersign/wire";
import type { Instant } from "../machine.ts";
import type { SasOutput } from "../sas/group-sas-types.ts";
import type { GroupSession } from "./group-session.ts";
import type { ToPeers } from "./to-peers.ts";

/** Takes what the group SAS of a session says. */
export class FromSas {
  private readonly session: GroupSession;
  private readonly toPeers: ToPeers;

  constructor(session: GroupSession, toPeers: ToPeers) {
    this.session = session;
    this.toPeers = toPeers;
  }

  take(output: SasOutput, now: Instant): void {
    switch (output.type) {
      case "persist-nonce":
        return this.session.outputs.persist({ type: "sas-nonce", nonce: output.nonce });
      case "persist-revealed":
        return this.session.outputs.persist({ type: "sas-revealed" });
      case "broadcast": {
        // The commitment is the first that is said to anybody: in a session that was taken up again, some have it.
        const { kind, content } = output;
        const peers = this.session.roster.peers.filter(
          ({ pair }) => kind !== FrameKind.SAS_COMMIT || pair.posted === 0n,
        );
        return this.toPeers.post(peers, { kind, content }, now);
      }
      case "sas": {
        const verified = this.session.options.trust.type === "pins";
        this.session.outputs.push({ ...output, parties: this.session.roster.parties(), verified });
        return;
      }
      case "complete":
        this.session.outputs.persist({ type: "sas-complete" });
        return this.session.fire("sas-complete", now);
      case "failed": {
        const { persist, ...failed } = output;
        if (persist) this.session.outputs.persist({ type: "sas-failed" });
        return this.session.fire("fault", now, failed);
      }
      case "peer-confirmed":
      case "drop":
        this.session.outputs.push(output);
        return;
      case "wake":
        return;
      default:
        return output satisfies never;
    }
  }
}

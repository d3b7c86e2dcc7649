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

  /** Whether nobody compares the string, because all keys are pinned: then there is no failure that counts. */
  private get verified(): boolean {
    return this.session.options.trust.type === "pins";
  }

  take(output: SasOutput, now: Instant): void {
    switch (output.type) {
      case "persist-nonce":
        return this.session.outputs.persist({ type: "sas-nonce", nonce: output.nonce });
      case "persist-revealed":
        if (!this.verified) this.session.outputs.persist({ type: "sas-revealed" });
        return;
      case "persist-opened":
        if (!this.verified) this.session.outputs.persist({ type: "sas-opened", openings: output.openings });
        return;
      case "broadcast": {
        // The commitment is the first that is said to anybody: in a session that was taken up again, some have it.
        const { kind, content } = output;
        const peers = this.session.roster.peers.filter(
          ({ pair }) => kind !== FrameKind.SAS_COMMIT || pair.posted === 0n,
        );
        return this.toPeers.post(peers, { kind, content }, now);
      }
      case "sas": {
        const { verified } = this;
        this.session.outputs.push({ ...output, parties: this.session.roster.parties(), verified });
        return;
      }
      case "complete":
        this.session.outputs.persist({ type: "sas-complete" });
        return this.session.fire("sas-complete", now);
      case "failed": {
        const { persist, ...failed } = output;
        if (persist && !this.verified) this.session.outputs.persist({ type: "sas-failed" });
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

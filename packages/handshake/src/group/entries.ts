import { FrameKind } from "@countersign/wire";
import type { PeerGroupEntry } from "../peer-group-types.ts";
import type { PairOutput } from "./pair-types.ts";
import type { Peer } from "./peer.ts";

/**
 * What has to be on disk of all that one step of a pair brought, before any of it leaves or is handed on: who the peer
 * is before the packet by which the peer knows the same, a message before the ACK on which the peer forgets it.
 */
export function entriesOf(peer: Peer, outputs: readonly PairOutput[]): readonly PeerGroupEntry[] {
  return outputs.flatMap((output): PeerGroupEntry[] => {
    switch (output.type) {
      case "up":
        return peer.identity === undefined ? [{ type: "up", identity: peer.introduce(output.peer) }] : [];
      case "deliver": {
        const { kind, content } = output;
        return kind === FrameKind.HS ? [] : [{ type: "received", peer: peer.number, kind, content }];
      }
      case "closed":
        return [{ type: "closed", peer: peer.number, reason: output.reason, delivered: output.delivered }];
      default:
        return [];
    }
  });
}

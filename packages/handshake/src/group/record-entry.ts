import { equalBytes, FrameKind } from "@countersign/wire";
import type { Message } from "../channel/message.ts";
import type { PeerGroupEntry } from "../peer-group-types.ts";
import type { GroupHistory, PeerHistory } from "./history.ts";

/** The relay introduced a party, perhaps once more; another eid in the same place is another party. */
export function recordMember(history: GroupHistory, endpoint: Pick<PeerHistory, "number" | "eid" | "versions">): void {
  const { number, eid, versions } = endpoint;
  const index = history.peers.findIndex((peer) => peer.number === number);
  const known = history.peers[index];
  if (known !== undefined && equalBytes(known.eid, eid)) return;
  const fresh = { highest: 0n, identity: undefined, posted: 0n, unacknowledged: [], received: 0n, closed: undefined };
  history.peers.splice(index < 0 ? history.peers.length : index, index < 0 ? 0 : 1, {
    ...fresh,
    number,
    eid,
    versions,
    sas: [],
  });
}

/** Takes an entry in that the session wanted to have on disk, in their order. One of a party that is unknown says nothing. */
export function recordEntry(history: GroupHistory, entry: PeerGroupEntry): void {
  switch (entry.type) {
    case "guesses":
      history.guesses = entry.count;
      return;
    case "sas-nonce":
      history.nonce = entry.nonce;
      return;
    case "sas-revealed":
      history.sas = "revealed";
      // From here on it must never be used again, so that it is of no use to keep it.
      history.nonce = undefined;
      return;
    case "sas-opened":
      history.sas = "opened";
      history.opened = entry.openings;
      return;
    case "sas-complete":
    case "sas-failed":
      history.sas = entry.type === "sas-complete" ? "complete" : "failed";
      history.nonce = undefined;
      history.opened = undefined;
      for (const { sas } of history.peers) sas.splice(0);
      return;
    case "posted":
      if (entry.kind === FrameKind.APP) history.sent += 1;
      if (entry.kind === FrameKind.SAS_OK) history.agreed = true;
      for (const number of entry.peers) post(find(history, number), entry);
      return;
    case "taken":
      history.taken = Math.max(history.taken, entry.seq);
      removeWhile(history.inbox, ({ seq }) => seq <= history.taken);
      return;
    default:
      return recordOfPeer(history, entry);
  }
}

type OfPeer = Extract<PeerGroupEntry, { readonly type: "at" | "up" | "acknowledged" | "received" | "closed" }>;

function recordOfPeer(history: GroupHistory, entry: OfPeer): void {
  const peer = find(history, entry.type === "up" ? entry.identity.number : entry.peer);
  if (peer === undefined) return;
  switch (entry.type) {
    case "at":
      if (entry.at > peer.highest) peer.highest = entry.at;
      return;
    case "up":
      peer.identity = entry.identity;
      return;
    case "acknowledged":
      removeWhile(peer.unacknowledged, ({ m }) => m <= entry.m);
      return;
    case "received":
      return receive(history, peer, entry);
    case "closed":
      peer.closed = { reason: entry.reason, delivered: entry.delivered };
      return;
  }
}

function receive(
  history: GroupHistory,
  peer: PeerHistory,
  entry: Extract<OfPeer, { readonly type: "received" }>,
): void {
  const { kind, content } = entry;
  peer.received += 1n;
  if (kind === FrameKind.APP) {
    history.received += 1;
    history.inbox.push({ seq: history.received, from: peer.number, content });
  } else if (history.sas === "open" || kind === FrameKind.SAS_OK) peer.sas.push({ kind, content });
}

function post(peer: PeerHistory | undefined, { kind, content }: Pick<Message, "kind" | "content">): void {
  if (peer === undefined) return;
  peer.unacknowledged.push({ m: peer.posted, kind, content });
  peer.posted += 1n;
}

function removeWhile<Item>(items: Item[], done: (item: Item) => boolean): void {
  const first = items.findIndex((item) => !done(item));
  items.splice(0, first < 0 ? items.length : first);
}

function find(history: GroupHistory, number: number): PeerHistory | undefined {
  return history.peers.find((peer) => peer.number === number);
}

import { createConversation } from "../channel/conversation.ts";
import type { Conversation } from "../channel/conversation-types.ts";
import type { Incoming43 } from "../cs43/body.ts";
import { createCipherSet43 } from "../cs43/cipher-set43.ts";
import type { IntroducedPeer, LinkedPeer, PairSuite, Refusal } from "../cs43/suite.ts";
import { orderOf } from "../exchange/at.ts";
import { Exchange } from "../exchange/exchange.ts";
import type { Pin } from "../peer-group-types.ts";
import type { PeerHistory } from "./history.ts";
import { PairTrust } from "./pair-trust.ts";

export interface PairOptions {
  readonly suite: Omit<PairSuite, "expected" | "pairing">;
  /** Whether an authentic peer is one that this end may talk to: what is asked of the roster for each offer. */
  readonly judge: (peer: IntroducedPeer) => Refusal | undefined;
  /** Scrypt of the code, 32 bytes, secret; asked when a first contact begins, undefined once it was erased. */
  readonly prk: () => Uint8Array | undefined;
  /** What is pinned of the peer already; none for a first contact. */
  readonly pin: Pin | undefined;
  /** What a process before this one knew of the pair. */
  readonly history: PeerHistory | undefined;
}

/** What a pair is made of. */
export interface PairMachines {
  readonly exchange: Exchange<LinkedPeer, Incoming43, IntroducedPeer>;
  readonly conversation: Conversation;
  readonly trust: PairTrust;
}

/** Makes the exchange machine and the conversation of a pair, as far as they know of each other. */
export function createPairMachines({ suite, prk, pin, history }: PairOptions): PairMachines {
  const trust = new PairTrust(prk, pin);
  const conversation = createConversation({
    cipher: suite.backend.cipher("ChaChaPoly"),
    ...(history === undefined ? {} : { resume: { ...history, expected: history.received } }),
  });
  const withState = { ...suite, expected: () => conversation.expected, pairing: () => trust.pairing };
  const cipherSet = createCipherSet43(withState, () => trust.current);
  const order = orderOf(suite.self.eid, suite.peer.eid);
  const exchange = new Exchange({ cipherSet, order, highest: history?.highest ?? 0n });
  return { exchange, conversation, trust };
}

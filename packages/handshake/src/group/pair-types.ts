import type { ConversationOutput } from "../channel/conversation-types.ts";
import type { MessageKind } from "../channel/message.ts";
import type { IntroducedPeer, LinkedPeer, Refusal } from "../cs43/suite.ts";
import type { ExchangeKeys } from "../exchange/cipher-set.ts";
import type { ExchangeOutput } from "../exchange/exchange-types.ts";
import type { HandshakeMessage } from "../exchange/message-group.ts";
import type { Drop } from "../machine.ts";
import type { Followed } from "./following-messages.ts";

export type PairInput =
  /** Begin an exchange: a first contact where nothing is pinned, else a re-link. */
  | { readonly type: "call" }
  | { readonly type: "packet"; readonly bytes: Uint8Array }
  /** A group link has made keys of the pair, which has none; the peer has shown nothing yet. */
  | { readonly type: "keyed"; readonly keys: ExchangeKeys }
  | { readonly type: "time" }
  | { readonly type: "reconnected" }
  | { readonly type: "post"; readonly kind: MessageKind; readonly content: Uint8Array }
  /** Say this in messages that follow the handshakes of a pair that is up. */
  | { readonly type: "provide"; readonly messages: readonly HandshakeMessage[] }
  | { readonly type: "close"; readonly reason: number }
  /** Give up: say so to the peer if it can be told, and erase what is secret. */
  | { readonly type: "end" };

export type PairOutput =
  | { readonly type: "send"; readonly bytes: Uint8Array }
  /** A handshake body that is for a group link. */
  | { readonly type: "group-link"; readonly body: Uint8Array }
  /** The pair has CONFIRMED keys, or new ones. */
  | { readonly type: "up"; readonly peer: LinkedPeer }
  | Extract<
      ExchangeOutput<LinkedPeer, IntroducedPeer>,
      { type: "persist-at" | "charge" | "refund" | "bad-guess" | "expired" | "exhausted" }
    >
  /** The peer is authentic, and not one that this end may talk to, or one that breaks the rules. It is told nothing. */
  | ({ readonly type: "refused" } & Refusal)
  | Extract<Followed, { type: "handshake-messages" }>
  | Extract<ConversationOutput, { type: "deliver" | "acknowledged" | "idle" | "fault" | "closed" }>
  | Drop;

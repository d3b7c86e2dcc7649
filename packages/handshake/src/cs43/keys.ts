import { utf8 } from "@countersign/wire";
import { expand } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";
import type { ExchangeKeys } from "../exchange/cipher-set.ts";
import { routingToken } from "../routing-token.ts";

/** What Noise's Split gives; all secret, 32 bytes each. */
export interface SplitKeys {
  readonly k1: Uint8Array;
  readonly k2: Uint8Array;
  readonly exporter: Uint8Array;
}

/** Turns the keys of a Split round for one end: k1 is the initiator's to send. */
export function exchangeKeys(
  role: "initiator" | "responder",
  { k1, k2 }: SplitKeys,
  exch: { readonly own: Uint8Array; readonly peer: Uint8Array },
): ExchangeKeys {
  return {
    sendKey: role === "initiator" ? k1 : k2,
    receiveKey: role === "initiator" ? k2 : k1,
    sendToken: routingToken(exch.peer),
    receiveToken: routingToken(exch.own),
  };
}

/** `link_psk = HKDF-Expand(ek, "countersign/1 link psk", 32)` of the third output of Split; secret. */
export function deriveLinkPsk(exporter: Uint8Array): Uint8Array {
  return expand(sha256, exporter, utf8("countersign/1 link psk"), 32);
}

/**
 * The group in which two contacts meet: 16 bytes that only they can compute, `HKDF-Expand(link_psk, "countersign/1
 * contact group", 16)`. Public at the relay; whoever guessed the nameplate of the first contact does not learn it.
 */
export function contactGroup(linkPsk: Uint8Array): Uint8Array {
  return expand(sha256, linkPsk, utf8("countersign/1 contact group"), 16);
}

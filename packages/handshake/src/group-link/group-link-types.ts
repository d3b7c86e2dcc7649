import type { Backend, KeyPair } from "@countersign/noise";
import type { Endpoint } from "../context.ts";
import type { ExchangeKeys } from "../exchange/cipher-set.ts";
import type { Drop, Wake } from "../machine.ts";
import type { Pin } from "../pin.ts";

export interface GroupLinkOptions {
  readonly self: Pick<Endpoint, "number" | "versions">;
  /** How many take part in the session. */
  readonly parties: number;
  readonly staticKey: KeyPair;
  readonly backend: Backend;
  readonly randomBytes: (length: number) => Uint8Array;
}

/** Another party as the relay has introduced it and as it is pinned. */
export interface LinkedParty extends Pick<Endpoint, "number" | "versions"> {
  readonly pin: Pick<Pin, "noiseStatic" | "linkPsk">;
}

export type GroupLinkInput =
  /** All others are introduced; `transcript` is GT, 32 bytes. */
  | { readonly type: "full"; readonly transcript: Uint8Array; readonly others: readonly LinkedParty[] }
  /** The body of a handshake packet of this party with the STEP of a G1; `from` is the relay's word. */
  | { readonly type: "packet"; readonly from: number; readonly body: Uint8Array }
  /** The pair with this party has keys of another exchange. */
  | { readonly type: "up"; readonly number: number }
  /** This party's place has another endpoint. */
  | { readonly type: "replaced"; readonly number: number }
  | { readonly type: "time" }
  /** The session is over. */
  | { readonly type: "end" };

export type GroupLinkOutput =
  /** G1, to all others. */
  | { readonly type: "say"; readonly body: Uint8Array }
  /** The keys of the pair with this party; nobody has shown yet to have the same. */
  | { readonly type: "keys"; readonly number: number; readonly keys: ExchangeKeys }
  | Drop
  | Wake;

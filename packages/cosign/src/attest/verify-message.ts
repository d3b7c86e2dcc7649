import { base64 } from "@scure/base";
import { verifySimple } from "./bip322.ts";
import { parseAddress } from "./parse-address.ts";
import { verifyCompact } from "./signmessage.ts";

export interface SignedMessage {
  readonly address: string;
  readonly message: string;
  /** Base64; one of BIP-322 may have its prefix `smp` in front. */
  readonly signature: string;
}

/** Whether a message is signed by the owner of an address; if not, why, as a phrase. */
export type Verdict = { readonly isValid: true } | { readonly isValid: false; readonly detail: string };

/** Characters beyond which nothing that a single key makes goes on. */
const LONGEST = 1_024;
/** How a signature of BIP-322 says that it is one of the simple form. */
const SIMPLE = "smp";

/**
 * Verifies a message: by BIP-322, in its simple form, for P2WPKH and for P2TR by the key path; as Bitcoin's
 * `signmessage` has always made them for P2PKH. Never throws.
 */
export function verifyMessage({ address, message, signature }: SignedMessage): Verdict {
  const owner = parseAddress(address);
  if (owner === undefined) return refuse("the address is none of Bitcoin");
  if (owner === "other") return refuse("only addresses of one key can attest: P2WPKH, P2TR and P2PKH");
  const bytes = decode(signature);
  if (bytes === undefined) return refuse("the signature is not base64");
  const isValid =
    owner.type === "p2pkh" ? verifyCompact(owner.hash, message, bytes) : verifySimple(owner, message, bytes);
  return isValid ? { isValid } : refuse("the signature is not that of the address for this message");
}

function decode(signature: string): Uint8Array | undefined {
  if (signature.length > LONGEST) return undefined;
  // No witness of the forms that are read here begins with the bytes that these letters stand for.
  const text = signature.startsWith(SIMPLE) ? signature.slice(SIMPLE.length) : signature;
  try {
    return base64.decode(text);
  } catch {
    return undefined;
  }
}

function refuse(detail: string): Verdict {
  return { isValid: false, detail };
}

import { UsageError } from "@countersign/wire";
import { decodeBase32 } from "../hashname/base32.ts";
import { formatHashname, type HashnamePart, parseHashname, rollUp } from "../hashname/hashname.ts";
import { CSID_KEY } from "../link/old-form.ts";

/**
 * Whom to link to, as telehash's link JSON has it: `{"hashname": …, "keys": {"3a": …}}`. Either will do. A hashname beside
 * keys is what the peer has to prove; without one the keys have to be all that its hashname is made of.
 */
export interface PeerName {
  /** 52 characters. */
  readonly hashname?: string;
  /** CSKs by CSID, as bytes or as base32. */
  readonly keys?: Readonly<Record<string, Uint8Array | string>>;
}

/** A name that was read. */
export interface ReadPeerName {
  readonly hashname: string;
  /** The CSK for cipher set 3a. */
  readonly key: Uint8Array | undefined;
}

/** Throws `UsageError` for a name that no endpoint can have. */
export function readPeerName({ hashname, keys = {} }: PeerName): ReadPeerName {
  const parts = Object.entries(keys).map(([csid, key]): HashnamePart & { key: Uint8Array } => {
    if (!CSID_KEY.test(csid)) throw new UsageError("usage.peer-name", "a CSID is two digits of lower-case hexadecimal");
    return { csid: Number.parseInt(csid, 16), key: bytesOf(key) };
  });
  const key = parts.find(({ csid }) => csid === 0x3a)?.key;
  if (hashname !== undefined) {
    if (!parseHashname(hashname).ok) throw new UsageError("usage.peer-name", "a hashname is 52 characters of base32");
    return { hashname, key };
  }
  const rolled = rollUp(parts);
  if (!rolled.ok) throw new UsageError("usage.peer-name", `these keys make no hashname: ${rolled.detail}`);
  return { hashname: formatHashname(rolled.value), key };
}

function bytesOf(key: Uint8Array | string): Uint8Array {
  if (typeof key !== "string") return key.slice();
  const decoded = decodeBase32(key);
  if (!decoded.ok) throw new UsageError("usage.peer-name", `a key that is not base32: ${decoded.detail}`);
  return decoded.value;
}

import { decodeShare, type Element } from "../../../packages/spake2/src/group.ts";

/** The point of an uncompressed encoding that is known to be good. */
export function decodePoint(bytes: Uint8Array): Element {
  const decoded = decodeShare(bytes, new Uint8Array(0));
  if (!decoded.ok) throw new Error(`not a point: ${decoded.code}`);
  return decoded.element;
}

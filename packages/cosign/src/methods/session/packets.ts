import { MOST_BUNDLE } from "@countersign/client";
import { decodeHex } from "@countersign/wire";
import { hex } from "@scure/base";
import { faults } from "../../session/faults.ts";

/** Reads packets that somebody has carried here, perhaps in a mail that has broken its lines. Throws `MethodError`. */
export function readPackets(text: string | undefined): Uint8Array | undefined {
  if (text === undefined || text.trim() === "") return undefined;
  // Breaks of lines are one or two characters to some sixty.
  if (text.length > 2.2 * MOST_BUNDLE) throw faults.packets({ code: "wire.too-long", detail: "more than 2 MiB" });
  const bytes = decodeHex(text.replaceAll(/\s+/g, "").toLowerCase());
  if (!bytes.ok) throw faults.packets(bytes);
  return bytes.value;
}

/** Writes packets for somebody to carry; empty for none. */
export function writePackets(packets: Uint8Array): string {
  return hex.encode(packets);
}

import { hash, timingSafeEqual } from "node:crypto";
import { readFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { ACCESS_SUBPROTOCOL } from "@countersign/rpc";
import { messageOf, StartError } from "../failure.ts";

/** As many are compared with what a client shows. */
const MAX_TOKENS = 10_000;

/** The hashes of the tokens that are good. */
export type TokenHashes = readonly Buffer[];

/**
 * What is kept of a token instead of itself: SHA-256 of its characters, in hexadecimal digits. A token is 32 random
 * bytes, so that its hash leads nowhere back.
 */
export function hashAccessToken(token: string): string {
  return hash("sha256", token, "hex");
}

/** Reads a file of hashes, one a line; what stands behind a hash or a `#` is the operator's. Throws `StartError`. */
export function readTokenHashes(path: string): TokenHashes {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new StartError(`cannot read the access tokens: ${messageOf(error)}`);
  }
  const hashes = text.split("\n").flatMap((line, i) => {
    if (/^\s*(?:#|$)/.test(line)) return [];
    const match = /^([0-9a-f]{64})(?:\s|$)/.exec(line);
    // The line is not repeated: somebody may have put the token itself there.
    if (match?.[1] === undefined) throw new StartError(`line ${i + 1} of ${path} is no hash of an access token`);
    return [Buffer.from(match[1], "hex")];
  });
  if (hashes.length > MAX_TOKENS) throw new StartError(`${path} has more than ${MAX_TOKENS} access tokens`);
  return hashes;
}

/** Whether a request shows one of the tokens. How long it takes does not depend on what it shows. */
export function showsToken(request: IncomingMessage, hashes: TokenHashes): boolean {
  const shown = Buffer.from(hashAccessToken(tokenOf(request) ?? ""), "hex");
  let isGood = false;
  for (const one of hashes) if (timingSafeEqual(one, shown)) isGood = true;
  return isGood;
}

function tokenOf({ headers }: IncomingMessage): string | undefined {
  const bearer = /^Bearer +(\S+)$/i.exec(headers.authorization ?? "");
  if (bearer?.[1] !== undefined) return bearer[1];
  const offered = (headers["sec-websocket-protocol"] ?? "").split(",").map((name) => name.trim());
  return offered.find((name) => name.startsWith(ACCESS_SUBPROTOCOL))?.slice(ACCESS_SUBPROTOCOL.length);
}

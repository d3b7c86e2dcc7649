import { randomBytes } from "node:crypto";
import { hashAccessToken } from "../http/access-tokens.ts";

const BYTES = 32;

/** Two lines: a new token, which is nowhere else, and the line that admits it in the file of access tokens. */
export function newAccessToken(holder: string | undefined): string {
  const token = randomBytes(BYTES).toString("base64url");
  // One line, whatever the name.
  const comment = holder === undefined ? "" : ` ${holder.replaceAll(/\s+/g, " ")}`;
  return `${token}\n${hashAccessToken(token)}${comment}\n`;
}

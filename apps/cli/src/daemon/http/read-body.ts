import type { IncomingMessage } from "node:http";
import type { Share } from "./byte-budget.ts";

/**
 * Reads a body of at most so many bytes, each of which is taken of a share when it is here: whoever only announces a
 * body keeps nobody else's from coming. Rejects if the client goes away before its end.
 */
export function readBody(
  request: IncomingMessage,
  limit: number,
  share: Share,
): Promise<Uint8Array | "too long" | "too much"> {
  return new Promise((resolve, reject) => {
    if (Number(request.headers["content-length"] ?? 0) > limit) return resolve("too long");
    const parts: Buffer[] = [];
    let length = 0;
    const refuse = (why: "too long" | "too much") => {
      request.removeAllListeners("data");
      parts.splice(0);
      resolve(why);
    };
    request.on("data", (part: Buffer) => {
      length += part.length;
      if (length > limit) refuse("too long");
      else if (!share.take(part.length)) refuse("too much");
      else parts.push(part);
    });
    request.on("end", () => {
      const [first] = parts;
      resolve(parts.length === 1 && first !== undefined ? first : Buffer.concat(parts));
    });
    request.on("error", reject);
  });
}

import type { IncomingMessage } from "node:http";

/** Reads a body of at most so many bytes. `undefined`: it is longer. Rejects if the client goes away before its end. */
export function readBody(request: IncomingMessage, limit: number): Promise<Uint8Array | undefined> {
  return new Promise((resolve, reject) => {
    if (Number(request.headers["content-length"] ?? 0) > limit) return resolve(undefined);
    const parts: Buffer[] = [];
    let length = 0;
    request.on("data", (part: Buffer) => {
      length += part.length;
      if (length > limit) {
        request.removeAllListeners("data");
        resolve(undefined);
      } else parts.push(part);
    });
    request.on("end", () => {
      const [first] = parts;
      resolve(parts.length === 1 && first !== undefined ? first : Buffer.concat(parts));
    });
    request.on("error", reject);
  });
}

import type { ServerResponse } from "node:http";
import type { Duplex } from "node:stream";

/** On every reply, because clients in browsers compute in threads that need a page of its own origin. */
export const isolation = {
  "Cross-Origin-Embedder-Policy": "require-corp",
  "Cross-Origin-Opener-Policy": "same-origin",
} as const;

/** The same as lines of a header. */
export const isolationLines: readonly string[] = Object.entries(isolation).map(([name, value]) => `${name}: ${value}`);

/** Answers a request with a line of text. */
export function reply(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { ...isolation, "content-type": "text/plain; charset=utf-8" });
  response.end(`${text}\n`);
}

/** Answers what never became a request, and closes. */
export function refuse(socket: Duplex, status: string, more: readonly string[] = []): void {
  socket.on("error", () => undefined);
  // The other side may never close its half.
  socket.once("finish", () => socket.destroy());
  const lines = [`HTTP/1.1 ${status}`, ...isolationLines, ...more, "Connection: close", "Content-Length: 0"];
  socket.end(`${lines.join("\r\n")}\r\n\r\n`);
}

/** The status for what Node could not read as a request. */
export function statusOf(error: NodeJS.ErrnoException): string {
  if (error.code === "HPE_HEADER_OVERFLOW") return "431 Request Header Fields Too Large";
  return error.code === "ERR_HTTP_REQUEST_TIMEOUT" ? "408 Request Timeout" : "400 Bad Request";
}

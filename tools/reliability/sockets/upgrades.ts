import { upgradeLines } from "./raw-socket.ts";

/** A request that opens a WebSocket or does not, and the statuses that it may be answered with; 0: none, and a close. */
export interface UpgradeCase {
  readonly name: string;
  readonly lines: readonly string[];
  readonly statuses: readonly number[];
}

const good = upgradeLines("countersign.v1");
const mpc = upgradeLines("mpc-websocket");

/** The good request with one of its lines replaced, or left out. */
function with_(start: string, ...instead: readonly string[]): readonly string[] {
  return good.flatMap((line) => (line.startsWith(start) ? instead : [line]));
}

const URL_LENGTH = 2_048;
const HEADERS = 8 * 1_024;
const deeper = (length: number) => [`GET /mpc/${"a".repeat(length - 5)} HTTP/1.1`, ...mpc.slice(1)];
const key = "Sec-WebSocket-Key";

/** RFC 6455, section 4.2, and what HTTP has beside it. */
export const upgrades: readonly UpgradeCase[] = [
  { name: "as it should be", lines: good, statuses: [101] },
  { name: "in the other dialect", lines: mpc, statuses: [101] },
  {
    name: "names of headers in capitals",
    lines: good.map((line, i) => (i === 0 ? line : line.toUpperCase().replace("COUNTERSIGN.V1", "countersign.v1"))),
    statuses: [101],
  },
  {
    name: "other tokens beside Upgrade",
    lines: with_("Connection", "Connection: keep-alive, Upgrade"),
    statuses: [101],
  },
  {
    name: "other subprotocols beside ours",
    lines: with_("Sec-WebSocket-Protocol", "Sec-WebSocket-Protocol: x, countersign.v1"),
    statuses: [101],
  },
  {
    name: "an extension is offered",
    lines: [...good, "Sec-WebSocket-Extensions: permessage-deflate"],
    statuses: [101],
  },
  { name: "no subprotocol", lines: with_("Sec-WebSocket-Protocol"), statuses: [400] },
  {
    name: "another subprotocol",
    lines: with_("Sec-WebSocket-Protocol", "Sec-WebSocket-Protocol: countersign.v2"),
    statuses: [400],
  },
  {
    name: "a subprotocol that is no token",
    lines: with_("Sec-WebSocket-Protocol", "Sec-WebSocket-Protocol: countersign.v1,,"),
    statuses: [400],
  },
  { name: "no key", lines: with_(key), statuses: [400] },
  { name: "two keys", lines: [...good, `${key}: BBBBBBBBBBBBBBBBBBBBBB==`], statuses: [400] },
  ...["", "AAAA", "A".repeat(24), `${"A".repeat(22)}==A`, "#".repeat(22).concat("==")].map((bad) => ({
    name: `the key ${bad}`,
    lines: with_(key, `${key}: ${bad}`),
    statuses: [400],
  })),
  { name: "no version", lines: with_("Sec-WebSocket-Version"), statuses: [400, 426] },
  ...["12", "14", "0", "13, 13", "x"].map((version) => ({
    name: `version ${version}`,
    lines: with_("Sec-WebSocket-Version", `Sec-WebSocket-Version: ${version}`),
    statuses: [400, 426],
  })),
  { name: "an upgrade to something else", lines: with_("Upgrade", "Upgrade: h2c"), statuses: [400, 426] },
  { name: "no upgrade", lines: with_("Upgrade"), statuses: [400, 404, 426] },
  { name: "no connection header", lines: with_("Connection"), statuses: [400, 404, 426] },
  { name: "POST", lines: ["POST /v1 HTTP/1.1", ...good.slice(1)], statuses: [400, 404, 405] },
  { name: "HTTP/1.0", lines: ["GET /v1 HTTP/1.0", ...good.slice(1)], statuses: [400, 404, 426, 505] },
  { name: "HTTP/2 in the words of HTTP/1", lines: ["GET /v1 HTTP/2.0", ...good.slice(1)], statuses: [400, 505] },
  { name: "no host", lines: with_("Host"), statuses: [101, 400] },
  { name: "another path", lines: ["GET /v2 HTTP/1.1", ...good.slice(1)], statuses: [404] },
  ...["/v1/", "/v1/../v1", "/V1", "//v1", "/v1%00", "/v1;x"].map((path) => ({
    name: `path ${path}`,
    lines: [`GET ${path} HTTP/1.1`, ...good.slice(1)],
    statuses: [400, 404],
  })),
  { name: "a path as long as may be", lines: deeper(URL_LENGTH), statuses: [101] },
  { name: "a path that is longer", lines: deeper(URL_LENGTH + 1), statuses: [404, 414] },
  { name: "headers up to the limit", lines: [...good, `X: ${"a".repeat(HEADERS - 512)}`], statuses: [101] },
  { name: "headers above the limit", lines: [...good, `X: ${"a".repeat(HEADERS)}`], statuses: [431] },
  {
    name: "a thousand headers",
    lines: [...good, ...Array.from({ length: 1_000 }, (_, i) => `X${i}: aaaaaa`)],
    statuses: [431],
  },
  { name: "a header without a name", lines: [...good, ": x"], statuses: [400] },
  { name: "a header without a colon", lines: [...good, "x"], statuses: [400] },
  { name: "a zero byte in a header", lines: [...good, "X: \u0000"], statuses: [400] },
  { name: "a body of two lengths", lines: [...good, "Content-Length: 1", "Content-Length: 2"], statuses: [400] },
  { name: "a length and chunks", lines: [...good, "Content-Length: 1", "Transfer-Encoding: chunked"], statuses: [400] },
  { name: "a negative length", lines: [...good, "Content-Length: -1"], statuses: [400] },
  { name: "words that are no HTTP", lines: ["hello"], statuses: [0, 400] },
  { name: "the beginning of TLS", lines: ["\u0016\u0003\u0001\u0002\u0000\u0001"], statuses: [0, 400] },
  { name: "no method", lines: [" /v1 HTTP/1.1"], statuses: [0, 400] },
];

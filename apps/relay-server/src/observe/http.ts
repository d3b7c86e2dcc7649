import type { IncomingMessage, ServerResponse } from "node:http";
import type { Registry } from "prom-client";
import { isolation, reply } from "../http/replies.ts";
import { type Log, logFailure } from "../log.ts";
import { contentSecurityPolicy, renderPage } from "./page/render.ts";
import { statusOf } from "./status.ts";
import type { View } from "./view.ts";

/** Answers a request if it is for one of its pages; else false, and nothing has happened. */
export type Pages = (request: IncomingMessage, response: ServerResponse) => boolean;

export interface PagesOptions {
  /** What `/metrics` says; without it the page does not exist. */
  readonly metrics?: Registry | undefined;
  /** Whether `/` and `/status.json` exist. */
  readonly status: boolean;
  readonly log: Log;
}

interface Page {
  readonly status?: number;
  readonly type: string;
  readonly text: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const PLAIN = "text/plain; charset=utf-8";

/** The pages for those who run a relay and for the programs that watch it. All are read only, none has an id in it. */
export function createPages(view: View, { metrics, status, log }: PagesOptions): Pages {
  const pages = new Map<string, () => Page | Promise<Page>>([
    ["/healthz", () => ({ type: PLAIN, text: "ok\n" })],
    ["/readyz", () => readinessPage(view)],
  ]);
  if (metrics !== undefined) {
    pages.set("/metrics", async () => ({ type: metrics.contentType, text: await metrics.metrics() }));
  }
  if (status) {
    pages.set("/status.json", () => ({ type: "application/json", text: `${JSON.stringify(statusOf(view))}\n` }));
    pages.set("/", () => ({
      type: "text/html; charset=utf-8",
      text: renderPage(statusOf(view), links),
      headers: { "content-security-policy": contentSecurityPolicy },
    }));
  }
  const links = [...pages.keys()].filter((path) => path !== "/").map((path) => path.slice(1));

  return (request, response) => {
    const [path = ""] = (request.url ?? "").split("?");
    const page = pages.get(path);
    if (page === undefined) return false;
    if (request.method !== "GET" && request.method !== "HEAD") {
      response.setHeader("allow", "GET, HEAD");
      reply(response, 405, "method not allowed");
      return true;
    }
    void send(response, page, log);
    return true;
  };
}

async function send(response: ServerResponse, page: () => Page | Promise<Page>, log: Log): Promise<void> {
  try {
    const { status = 200, type, text, headers = {} } = await page();
    response.writeHead(status, {
      ...isolation,
      "cache-control": "no-store",
      "cross-origin-resource-policy": "same-origin",
      "referrer-policy": "no-referrer",
      "x-content-type-options": "nosniff",
      ...headers,
      "content-type": type,
      "content-length": Buffer.byteLength(text),
    });
    // Of a HEAD request Node sends the headers only.
    response.end(text);
  } catch (error) {
    logFailure(log, error, { message: "a page could not be made" });
    reply(response, 500, "internal error");
  }
}

function readinessPage(view: View): Page {
  const readiness = view.readiness();
  return { status: readiness === "ready" ? 200 : 503, type: PLAIN, text: `${readiness}\n` };
}

import { once } from "node:events";
import { createServer } from "node:http";
import { listen, urlOf } from "../http/listen.ts";
import { reply } from "../http/replies.ts";
import type { Pages } from "./http.ts";

/** A listener of its own, for those who watch the relay. */
export interface PagesListener {
  /** `http://HOST:PORT` */
  readonly url: string;
  close(): Promise<void>;
}

const PATIENCE = 10_000;
/** Few look, and each looks now and then. */
const MAX_SOCKETS = 64;

/** Serves pages where nothing else is served. Rejects with `StartError`. */
export async function servePages(pages: Pages, at: { host: string; port: number }): Promise<PagesListener> {
  const server = createServer({ headersTimeout: PATIENCE, requestTimeout: PATIENCE }, (request, response) => {
    if (!pages(request, response)) reply(response, 404, "not found");
  });
  server.maxConnections = MAX_SOCKETS;
  await listen(server, at);
  return {
    url: urlOf(server, "http"),
    async close() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

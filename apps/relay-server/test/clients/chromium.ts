import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type Browser, chromium } from "playwright-core";
import { placesOf } from "../installed.ts";

const executablePath = placesOf("chromium")[0];

/** Whether Chromium is installed. */
export const hasChromium = executablePath !== undefined;

/** Starts the Chromium of the system, without a window. */
export function launchChromium(): Promise<Browser> {
  if (executablePath === undefined) throw new Error("Chromium is not installed");
  return chromium.launch({ executablePath, chromiumSandbox: false });
}

/** Serves an empty page on a free port: an origin of its own, and under the name localhost another one. */
export async function serveEmptyPage(): Promise<{ readonly origin: string; close(): void }> {
  const server = createServer((_request, response) => {
    response.setHeader("content-type", "text/html; charset=utf-8");
    response.end("<!doctype html><title>empty</title>");
  });
  await new Promise<void>((resolve) => server.listen({ host: "127.0.0.1", port: 0 }, resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

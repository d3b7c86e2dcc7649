import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hashAccessToken } from "../../src/http/access-tokens.ts";
import { relayForEachTest } from "../relay-for-each-test.ts";
import { hasChromium, launchChromium, serveEmptyPage } from "./chromium.ts";
import { seen, talk } from "./platform-client.ts";

const directory = mkdtempSync(join(tmpdir(), "countersign-relay-"));

describe.skipIf(!hasChromium)("a page in Chromium (needs chromium)", () => {
  let browser: Browser;
  let site: Awaited<ReturnType<typeof serveEmptyPage>>;
  beforeAll(async () => {
    [browser, site] = await Promise.all([launchChromium(), serveEmptyPage()]);
  });
  afterAll(async () => {
    await browser?.close();
    site?.close();
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));
  const each = relayForEachTest();

  it("talks in both dialects", async () => {
    const page = await browser.newPage();
    await page.goto(site.origin);
    expect(await page.evaluate(talk, each.relay.url)).toEqual(seen);
  });

  it("is admitted by its origin and its token, which only a subprotocol can carry", async () => {
    const file = join(directory, "access-tokens");
    writeFileSync(file, `${hashAccessToken("good")} somebody\n`);
    await each.replace({ origins: [site.origin], accessTokens: file });
    const open = async (origin: string, token: string) => {
      const page = await browser.newPage();
      await page.goto(origin);
      return page.evaluate(
        ([url = "", ...subprotocols]) =>
          new Promise<string>((resolve) => {
            const socket = new WebSocket(url, subprotocols);
            socket.onopen = () => resolve(socket.protocol);
            socket.onerror = () => resolve("refused");
          }),
        [`${each.relay.url}/v1`, "countersign.v1", `countersign.access.${token}`],
      );
    };
    expect(await open(site.origin, "good")).toBe("countersign.v1");
    expect(await open(site.origin, "bad")).toBe("refused");
    expect(await open(site.origin.replace("127.0.0.1", "localhost"), "good")).toBe("refused");
  });
});

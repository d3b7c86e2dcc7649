import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { relayForEachTest } from "../relay-for-each-test.ts";
import { hasChromium, launchChromium, serveEmptyPage } from "./chromium.ts";
import { seen, talk } from "./platform-client.ts";

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
  const each = relayForEachTest();

  it("talks in both dialects", async () => {
    const page = await browser.newPage();
    await page.goto(site.origin);
    expect(await page.evaluate(talk, each.relay.url)).toEqual(seen);
  });
});

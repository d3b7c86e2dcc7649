import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { hasChromium, launchChromium } from "../clients/chromium.ts";
import { relayForEachTest } from "../relay-for-each-test.ts";
import { census, watchedForEachTest } from "./watched.ts";

describe.skipIf(!hasChromium)("the status page in Chromium (needs chromium)", () => {
  let browser: Browser;
  const pages: Page[] = [];
  /** What the browser had to complain about: errors, and violations of the policy of the page. */
  const complaints: string[] = [];
  const watch = watchedForEachTest();
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser?.close());
  afterEach(async () => {
    await Promise.all(pages.splice(0).map((page) => page.close()));
    expect(complaints.splice(0)).toEqual([]);
  });

  const open = async (url: string, options: Parameters<Browser["newPage"]>[0] = {}) => {
    const page = await browser.newPage(options);
    pages.push(page);
    page.on("console", (message) => complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("requestfailed", (request) => complaints.push(`${request.url()} failed`));
    await page.goto(url);
    return page;
  };
  const text = (page: Page, id: string) => page.locator(`#${id}`).textContent();

  describe("of a relay", () => {
    const each = relayForEachTest();

    it("shows a relay, and a client that connects while somebody looks", async () => {
      const page = await open(each.relay.url.replace("ws:", "http:"));
      expect(await page.title()).toBe("Countersign relay");
      expect(await page.locator("h1").textContent()).toBe("Countersign relay");
      expect(await text(page, "state")).toBe("Ready");
      expect(await text(page, "connections")).toMatch(/^0/);

      const client = await each.connect();
      await page.locator("#connections", { hasText: "1 countersign.v1" }).waitFor();
      await client.call("Invitation.create", { kind: "exchange", parties: 2, threshold: 2 });
      await page.locator("#sessions", { hasText: "1 gathering" }).waitFor();
      expect(await text(page, "invitations")).toMatch(/^1/);
      await client.close();
      await page.locator("#connections .value", { hasText: /^0$/ }).waitFor();
    });
  });

  it("draws the last minute", async () => {
    const { clock, meter, url } = await watch();
    for (let second = 0; second < 60; second++) {
      meter.received("countersign.v1", 1_024 * second);
      clock.pass(1);
    }
    const page = await open(url);
    expect(await text(page, "minute-bytes")).toContain("highest 59 KiB/s");
    const curve = page.getByRole("img", { name: "Traffic in the last minute: now 59 KiB/s, highest 59 KiB/s" });
    const frame = await curve.boundingBox();
    const line = await curve.locator("polyline").boundingBox();
    // It ends at the edges, with half of its thickness beyond them.
    expect(Math.abs((line?.width ?? 0) - (frame?.width ?? 0))).toBeLessThan(2);
    expect(line?.height).toBeGreaterThan(30);
  });

  it.for(["loading", "draining", "store-failed"] as const)("says it when the relay is %s", async (stage) => {
    const { observer, meter, url } = await watch({ loading: stage === "loading" });
    if (stage === "draining") observer.draining();
    if (stage === "store-failed") meter.storeFailed("disk full");
    const said = { loading: "Loading", draining: "Closing down", "store-failed": "The store has failed" };
    expect(await text(await open(url), "state")).toBe(said[stage]);
  });

  it("says it when the relay does not answer any more, and when it does again", async () => {
    let isLost = false;
    const { clock, url } = await watch({
      count: () => {
        if (isLost) throw new Error("lost");
        return census;
      },
    });
    const page = await open(url);
    const lost = page.getByRole("alert");
    expect(await lost.isVisible()).toBe(false);
    isLost = true;
    clock.pass(1);
    await lost.waitFor({ state: "visible" });
    isLost = false;
    await lost.waitFor({ state: "hidden" });
    // The browser's own line about the answer 500.
    expect(complaints.splice(0).filter((line) => !/status of 500/.test(line))).toEqual([]);
  });

  it("does not touch what has not changed", async () => {
    const { url } = await watch();
    const page = await open(url);
    const refreshed = () => page.waitForResponse(url);
    await page.evaluate(`document.getElementById("groups").mark = "same"`);
    await refreshed();
    await refreshed();
    expect(await page.evaluate(`document.getElementById("groups").mark`)).toBe("same");
  });

  it.for([320, 360, 600, 1_100])("fits into %d pixels", async (width) => {
    const busy = { ...census, connections: { "countersign.v1": 19_999, "mpc-websocket": 20_001 } };
    const { url } = await watch({ count: () => busy });
    const page = await open(url, { viewport: { width, height: 740 } });
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
    const cut =
      "[...document.querySelectorAll('main *')].filter((one) => one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 0).length";
    expect(await page.evaluate(cut)).toBe(0);
  });

  it.for(["light", "dark"] as const)("can be read in %s: contrast of at least 4.5 everywhere", async (colorScheme) => {
    const { url } = await watch();
    const page = await open(url, { colorScheme });
    const colors =
      (await page.evaluate(`[...document.querySelectorAll("h1, p, dt, dd, .more, .value, th, td, a, #state span, figcaption")]
      .map((one) => getComputedStyle(one).color).concat(getComputedStyle(document.body).backgroundColor)`)) as string[];
    const paper = luminance(colors.pop() ?? "");
    expect(paper > 0.5).toBe(colorScheme === "light");
    expect(colors.length).toBeGreaterThan(40);
    for (const color of new Set(colors)) {
      const [low = 0, high = 0] = [luminance(color), paper].sort((a, b) => a - b);
      expect((high + 0.05) / (low + 0.05), color).toBeGreaterThan(4.5);
    }
  });

  it("has a heading for everything, and a name for every curve and state", async () => {
    const { url } = await watch();
    const page = await open(url);
    expect(await page.locator("main").ariaSnapshot()).toContain('heading "The last minute" [level=2]');
    expect(await page.getByRole("status").count()).toBe(1);
    expect(await page.getByRole("img").count()).toBe(4);
    expect(await page.locator("html").getAttribute("lang")).toBe("en");
  });

  it("shows the same without scripts", async () => {
    const { url } = await watch();
    const page = await open(url, { javaScriptEnabled: false });
    expect(await text(page, "groups")).toContain("3");
    expect(await page.locator("noscript").count()).toBe(1);
  });
});

/** Relative luminance (WCAG 2) of "rgb(r, g, b)". */
function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = (color.match(/\d+/g) ?? [])
    .map((value) => Number(value) / 255)
    .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

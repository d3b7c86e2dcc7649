import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import { census, watchedForEachTest } from "./watched.ts";

const watch = watchedForEachTest();

it("/healthz answers as long as the process does, /readyz only while new clients are welcome", async () => {
  const { observer, meter, get, start } = await watch({ loading: true });
  const ready = async () => {
    const response = await get("/readyz");
    return [response.status, await response.text()];
  };
  expect(await ready()).toEqual([503, "loading\n"]);
  start();
  expect(await ready()).toEqual([200, "ready\n"]);
  meter.storeFailed("disk full");
  expect(await ready()).toEqual([503, "store-failed\n"]);
  meter.committed(1, 0.001);
  expect(await ready()).toEqual([200, "ready\n"]);
  observer.draining();
  expect(await ready()).toEqual([503, "draining\n"]);
  meter.storeFailed("disk full");
  expect(await ready()).toEqual([503, "draining\n"]);
  expect((await get("/healthz")).status).toBe(200);
});

it("the log says once that the store fails, why, and once that it works again", async () => {
  const { meter, lines } = await watch();
  meter.committed(1, 0.001);
  expect(lines).toEqual([]);
  for (let i = 0; i < 3; i++) meter.storeFailed("disk full");
  for (let i = 0; i < 3; i++) meter.committed(1, 0.001);
  expect(lines).toEqual([
    'the store has failed; nothing is acknowledged until it works again {"reason":"disk full"}',
    "the store works again {}",
  ]);
});

it.for(["/healthz", "/readyz", "/metrics", "/status.json", "/"])(
  "%s is for reading, isolated, and in no cache",
  async (path) => {
    const { get } = await watch();
    const response = await get(`${path}?from=somewhere`);
    expect(response.status).toBe(200);
    expect((await response.text()).length).toBeGreaterThan(2);
    expect(response.headers.get("cross-origin-embedder-policy")).toBe("require-corp");
    expect(response.headers.get("cross-origin-opener-policy")).toBe("same-origin");
    expect(response.headers.get("cross-origin-resource-policy")).toBe("same-origin");
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");

    const head = await get(path, { method: "HEAD" });
    expect([head.status, await head.text()]).toEqual([200, ""]);
    const post = await get(path, { method: "POST", body: "x" });
    expect([post.status, post.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
    expect((await get(`${path}x`)).status).toBe(404);
  },
);

it("a page that cannot be made is an error of the relay, and the next one is made", async () => {
  let isBroken = true;
  const { clock, get, lines } = await watch({
    count: () => {
      if (isBroken) throw new TypeError("canary");
      return census;
    },
  });
  for (const path of ["/", "/status.json", "/metrics"]) expect((await get(path)).status, path).toBe(500);
  expect(lines).toHaveLength(3);
  expect(lines[0]).toMatch(/^a page could not be made \{"reason":"TypeError at /);
  isBroken = false;
  clock.pass(1);
  expect((await get("/metrics")).status).toBe(200);
});

it("what is not to be shown does not exist", async () => {
  const { get, text } = await watch({ metrics: false, status: false });
  for (const path of ["/metrics", "/status.json", "/"]) expect((await get(path)).status, path).toBe(404);
  expect(await text("/healthz")).toBe("ok\n");
});

it("a page without metrics does not lead there", async () => {
  expect(await (await watch({ metrics: false, status: true })).text("/")).not.toContain("metrics");
  expect(await (await watch()).text("/")).toContain('href="metrics"');
});

it("the policy of the page allows its own style and script, by their hashes, and nothing from elsewhere", async () => {
  const response = await (await watch()).get("/");
  const page = await response.text();
  const policy = response.headers.get("content-security-policy") ?? "";
  expect(policy).not.toMatch(/unsafe|\*|http/);
  expect(policy).toMatch(/^default-src 'none';/);
  for (const element of ["style", "script"]) {
    const source = new RegExp(`<${element}>([^]*?)</${element}>`).exec(page)?.[1] ?? "";
    const hash = createHash("sha256").update(source).digest("base64");
    expect(policy).toContain(`${element}-src 'sha256-${hash}'`);
  }
  expect(page).not.toMatch(/(?:src|href)="(?!data:|[a-z.]+")/);
  expect(page).not.toMatch(/ style="| on[a-z]+="/);
});

it("the last minute has a value for each second of it and no more", async () => {
  const { clock, meter, text } = await watch();
  const minute = async () => JSON.parse(await text("/status.json")).minute as Record<string, number[]>;
  expect((await minute())["received"]).toEqual([]);
  for (let second = 1; second <= 70; second++) {
    for (let i = 0; i < second; i++) meter.received("countersign.v1", 10);
    meter.sent("mpc-websocket", 5, 1);
    meter.delivered("mpc-websocket", 2);
    if (second % 2 === 0) meter.committed(3, 0.001);
    clock.pass(1);
  }
  const { received, delivered, bytes, commits, delay } = await minute();
  expect(received).toEqual(Array.from({ length: 60 }, (_, i) => i + 11));
  expect(delivered).toEqual(Array.from({ length: 60 }, () => 2));
  expect(bytes?.[59]).toBe(705);
  expect(commits?.slice(0, 4)).toEqual([0, 1, 0, 1]);
  expect(delay).toHaveLength(60);
});

it("the time in which the event loop did nothing else is seen for a minute", async () => {
  const { clock, text } = await watch();
  const delay = async () =>
    Number(/^countersign_relay_event_loop_delay_seconds (\S+)$/m.exec(await text("/metrics"))?.[1]);
  // What came before the first look is not seen; so it may take a second time.
  do block(1_000);
  while ((await delay()) < 0.9);
  clock.pass(59);
  expect(await delay()).toBeGreaterThan(0.9);
  clock.pass(2);
  expect(await delay()).toBeLessThan(0.9);
});

function block(milliseconds: number): void {
  const until = performance.now() + milliseconds;
  while (performance.now() < until);
}

it("the status says what runs, for how long, and within which limits", async () => {
  const { clock, text } = await watch();
  clock.pass(100.9);
  const status = JSON.parse(await text("/status.json"));
  expect(status).toMatchObject({
    name: "countersign-relay",
    version: expect.stringMatching(/^\d+\.\d+\.\d+/),
    node: process.versions.node,
    dialects: ["countersign.v1", "mpc-websocket"],
    readiness: "ready",
    storage: "disk",
    uptime: 100,
    groups: 3,
    connections: { "countersign.v1": 4, "mpc-websocket": 5 },
    limits: { connections: 20_000, bytesPerSession: 64 * 1024 * 1024 },
  });
});

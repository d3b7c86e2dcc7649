import { defineMethod } from "@countersign/cosign";
import { describe, expect, it } from "vitest";
import { httpLimits } from "../../src/daemon/http/server.ts";
import { about, Gate } from "./gate.ts";
import { raw } from "./raw-socket.ts";
import { servingMethods } from "./serving.ts";

describe("the bodies of requests that are not answered", () => {
  const long = (id: number) => ({ id, method: "wait", params: [], padding: "x".repeat(4_000) });

  it("take so many bytes together, and no more", async () => {
    const gate = new Gate("wait", true);
    const { send } = await servingMethods([gate.method], { bodies: 10_000 });
    const waiting = [send(long(1)), send(long(2))];
    await gate.waitFor(2);
    const refused = await send(long(3));
    expect([refused.status, refused.text]).toEqual([503, "Too many bytes of requests are waiting"]);
    expect(refused.headers.connection).toBe("close");
    // A short one still fits, and all that was taken is given back.
    const short = send({ id: 4, method: "wait" });
    await gate.waitFor(3);
    gate.open();
    for (const { status } of await Promise.all([...waiting, short])) expect(status).toBe(200);
    const again = [send(long(5)), send(long(6))];
    await gate.waitFor(5);
    gate.open();
    for (const { status } of await Promise.all(again)) expect(status).toBe(200);
  });

  it("take what has come, not what was announced, and give it back when a client goes away", async () => {
    const gate = new Gate("wait", true);
    const { send, url } = await servingMethods([gate.method], { bodies: 10_000 });
    const head = (length: number) =>
      `POST / HTTP/1.1\r\nHost: x\r\nAuthorization: Basic ${btoa("u:p")}\r\nContent-Length: ${length}\r\n\r\n`;
    const announcing = raw(url);
    announcing.write(head(1_000_000));
    const half = raw(url);
    half.write(`${head(9_000)}${"x".repeat(8_000)}`);
    await expect.poll(async () => (await send({ id: 1, method: "none", padding: "x".repeat(4_000) })).status).toBe(503);
    half.destroy();
    await expect.poll(async () => (await send({ id: 1, method: "none", padding: "x".repeat(4_000) })).status).toBe(404);
    announcing.destroy();
  });

  it("are bounded at 64 MiB", () => {
    expect(httpLimits).toMatchObject({ body: 33_554_432, bodies: 67_108_864 });
  });
});

describe("the work queue", () => {
  it("takes as many as it may, and answers 503 from then on", async () => {
    const gate = new Gate("work", false);
    const { send } = await servingMethods([gate.method], { threads: 2, queueDepth: 1 });
    const working = [send({ id: 1, method: "work" }), send({ id: 2, method: "work" })];
    await gate.waitFor(2);
    // One of the two waits for its turn, and one finds no room.
    const results = [send({ id: 3, method: "work" }), send({ id: 3, method: "work" })];
    const refused = await Promise.race(results);
    expect([refused.status, refused.text]).toEqual([503, "Work queue depth exceeded"]);
    gate.open();
    await gate.waitFor(3);
    gate.open();
    const statuses = (await Promise.all([...working, ...results])).map(({ status }) => status);
    expect(statuses.sort()).toEqual([200, 200, 200, 503]);
  });

  it("does not count calls that only wait for others", async () => {
    const gate = new Gate("wait", true);
    const work = defineMethod({ ...about, name: "work", run: () => "worked" });
    const { send } = await servingMethods([gate.method, work], { threads: 1, queueDepth: 1 });
    const waiting = Array.from({ length: 10 }, (_, id) => send({ id, method: "wait" }));
    await gate.waitFor(10);
    expect(JSON.parse((await send({ id: 1, method: "work" })).text).result).toBe("worked");
    gate.open();
    for (const { text } of await Promise.all(waiting)) expect(JSON.parse(text).result).toBe("done");
  });

  it("takes a batch that has waited back in its turn", async () => {
    const wait = new Gate("wait", true);
    const work = new Gate("work", false);
    const { send } = await servingMethods([wait.method, work.method], { threads: 1, queueDepth: 1 });
    const batch = send([
      { id: 1, method: "wait" },
      { id: 2, method: "work" },
    ]);
    await wait.waitFor(1);
    const other = send({ id: 3, method: "work" });
    await work.waitFor(1);
    wait.open();
    work.open();
    expect((await other).status).toBe(200);
    await work.waitFor(2);
    expect(work.inside).toBe(1);
    work.open();
    expect(JSON.parse((await batch).text)).toMatchObject([
      { id: 1, result: "done" },
      { id: 2, result: "done" },
    ]);
  });

  it("has an end for those that wait, too", async () => {
    const gate = new Gate("wait", true);
    const { send } = await servingMethods([gate.method], { waitingCalls: 3 });
    const waiting = [1, 2, 3].map((id) => send({ id, method: "wait" }));
    await gate.waitFor(3);
    expect(JSON.parse((await send({ id: 4, method: "wait" })).text).error).toEqual({
      code: -1,
      message: "Too many calls are waiting",
    });
    gate.open();
    await Promise.all(waiting);
  });
});

describe("a call that waits", () => {
  it("is told when its caller goes away", async () => {
    const gate = new Gate("wait", true);
    const { url, send, log } = await servingMethods([gate.method]);
    const socket = raw(url);
    const body = '{"id":1,"method":"wait"}';
    socket.write(
      `POST / HTTP/1.1\r\nHost: x\r\nAuthorization: Basic ${btoa("u:p")}\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    await gate.waitFor(1);
    const { signal } = gate;
    expect(signal?.aborted).toBe(false);
    const gone = new Promise((resolve) => signal?.addEventListener("abort", resolve));
    socket.destroy();
    await gone;
    expect(signal?.aborted).toBe(true);
    // Its answer, which nobody takes, harms nobody else.
    gate.open();
    const next = send({ id: 2, method: "wait" });
    await gate.waitFor(2);
    gate.open();
    expect([(await next).status, log.lines]).toEqual([200, []]);
  });

  it("is told when the daemon stops", async () => {
    const gate = new Gate("wait", true);
    const server = await servingMethods([gate.method]);
    const answer = server.send({ id: 1, method: "wait" });
    await gate.waitFor(1);
    server.stop();
    expect(gate.signal?.aborted).toBe(true);
    gate.open();
    expect((await answer).headers.connection).toBe("close");
  });
});

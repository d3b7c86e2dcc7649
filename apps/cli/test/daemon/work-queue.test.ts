import { describe, expect, it } from "vitest";
import { type Place, WorkQueue } from "../../src/daemon/http/work-queue.ts";

describe("a work queue", () => {
  it("lets so many in at once, so many more in their turn, and nobody else", async () => {
    const queue = new WorkQueue({ threads: 1, depth: 2 });
    const first = queue.enter() as Place;
    const order: string[] = [];
    const turn = async (name: string) => {
      const place = await queue.enter();
      order.push(name);
      return place;
    };
    const second = turn("second");
    const third = turn("third");
    expect(queue.enter()).toBeUndefined();
    first.done();
    (await second)?.done();
    (await third)?.done();
    expect(order).toEqual(["second", "third"]);
    expect(queue.enter()).not.toBeInstanceOf(Promise);
  });

  it("gives the place of who waits elsewhere to the next one, and takes them back", async () => {
    const queue = new WorkQueue({ threads: 1, depth: 1 });
    const first = queue.enter() as Place;
    const { promise, resolve } = Promise.withResolvers<string>();
    const waited = first.leaveFor(() => promise);
    const second = queue.enter() as Place;
    expect(second).not.toBeInstanceOf(Promise);
    resolve("came");
    let isBack = false;
    void waited.then(() => {
      isBack = true;
    });
    await new Promise(setImmediate);
    expect(isBack).toBe(false);
    second.done();
    expect(await waited).toBe("came");
    expect(queue.enter()).toBeInstanceOf(Promise);
  });

  it("takes back who failed elsewhere, too", async () => {
    const queue = new WorkQueue({ threads: 1, depth: 1 });
    const place = queue.enter() as Place;
    await expect(place.leaveFor(() => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(queue.enter()).toBeInstanceOf(Promise);
    place.done();
  });
});

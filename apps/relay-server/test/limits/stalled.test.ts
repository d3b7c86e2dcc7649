import type { Socket } from "node:net";
import { startRelay } from "@countersign/relay-server";
import { describe, expect, it } from "vitest";
import { StallWatch } from "../../src/protocol/stall-watch.ts";
import { Client, member, uuid } from "../client.ts";
import { ManualClock } from "../manual-clock.ts";
import { RawSocket } from "../observe/raw-socket.ts";
import { unpaced } from "../unpaced.ts";

describe("a watch over a client that takes nothing", () => {
  const watch = () => {
    const clock = new ManualClock();
    const state = { isWaiting: true, progress: 0, isStalled: false };
    const one = new StallWatch({
      clock,
      after: 10_000,
      isWaiting: () => state.isWaiting,
      progress: () => state.progress,
      stalled: () => {
        state.isStalled = true;
      },
    });
    return { clock, state, one };
  };

  it("waits for the whole time, and not longer", () => {
    const { clock, state, one } = watch();
    one.start();
    clock.pass(5);
    // What is sent meanwhile gives no new time.
    one.start();
    clock.pass(4.999);
    expect(state.isStalled).toBe(false);
    clock.pass(0.001);
    expect(state.isStalled).toBe(true);
  });

  it("begins anew with every byte that is taken", () => {
    const { clock, state, one } = watch();
    one.start();
    for (let i = 0; i < 20; i++) {
      clock.pass(9);
      state.progress++;
    }
    clock.pass(10);
    expect(state.isStalled).toBe(false);
    clock.pass(1);
    expect(state.isStalled).toBe(true);
  });

  it("ends when nothing waits, and begins anew when something does", () => {
    const { clock, state, one } = watch();
    one.start();
    clock.pass(9);
    state.isWaiting = false;
    clock.pass(100);
    state.isWaiting = true;
    one.start();
    clock.pass(9.999);
    expect(state.isStalled).toBe(false);
    clock.pass(0.001);
    expect(state.isStalled).toBe(true);
  });

  it("ends with the connection", () => {
    const { clock, state, one } = watch();
    one.start();
    one.stop();
    clock.pass(100);
    expect(state.isStalled).toBe(false);
  });
});

/** Takes so many bytes out of the socket, and a chunk more at most. */
function take(socket: Socket, bytes: number): Promise<void> {
  return new Promise((resolve) => {
    let taken = 0;
    const count = (chunk: Buffer) => {
      taken += chunk.length;
      if (taken < bytes) return;
      socket.off("data", count).pause();
      resolve();
    };
    socket.on("data", count).resume();
  });
}

it("who reads slowly stays connected, who stops reading does not, and the others do not notice", async () => {
  const clock = new ManualClock();
  const relay = await startRelay({ clock, pingInterval: 3_600, limits: unpaced });
  const sender = await Client.connect(relay.url);
  await sender.call("Session.open", member(1));
  const slow = await RawSocket.connect(relay.url, "/v1");
  const { socket } = slow;
  socket.pause();
  slow.text(JSON.stringify({ jsonrpc: "2.0", id: 1, method: "Session.open", params: member(2) }));
  await sender.event("memberJoined");

  // More than all buffers on the way hold, so that something waits in the relay until the end.
  const messages = 400;
  for (let cseq = 1; cseq <= messages; cseq++) {
    await sender.call("Session.message", { session: uuid(2), cseq, envelopes: [{ to: 2, body: "A".repeat(60_000) }] });
  }
  for (let i = 0; i < 6; i++) {
    clock.pass(9);
    await take(socket, 1024 * 1024);
    // The relay has seen by then that there is room.
    await sender.call("Relay.info", {});
  }
  const isGone = () => sender.events.some(({ name }) => name === "memberOffline");
  expect(isGone()).toBe(false);
  // For a while buffers on the way still fill; then nothing moves.
  const before = clock.now();
  while (!isGone()) {
    clock.pass(1);
    await sender.call("Relay.info", {});
  }
  expect(clock.now() - before).toBeGreaterThanOrEqual(10_000);
  await sender.close();
  socket.destroy();
  await relay.close();
});

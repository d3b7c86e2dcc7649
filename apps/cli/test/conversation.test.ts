import type { Session, SessionEvent } from "@countersign/client";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { limits } from "../src/limits.ts";
import type { Screen, ScreenEvent } from "../src/screens/screen.ts";
import { Conversation } from "../src/session/conversation.ts";
import { DeadSeat } from "../src/session/endings.ts";
import { Timings } from "../src/timings.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const pin = {
  number: 1,
  label: "bob",
  noiseStatic: new Uint8Array(32),
  ed25519: new Uint8Array(32),
  linkPsk: new Uint8Array(32),
};
const sas: SessionEvent = {
  type: "sas",
  words: "uncut-unicorn-crumpled-adviser-snapline",
  digits: "482913",
  parties: [
    { number: 1, label: "bob" },
    { number: 2, label: "alice" },
  ],
  verified: false,
};

/** A session that is played by the test, and a user who answers what the test says. */
function play(answer?: string, interruption = new AbortController()) {
  const queue: SessionEvent[] = [];
  let wake = () => undefined as undefined;
  let over = false;
  const confirmed: boolean[] = [];
  const left: string[] = [];
  const shown: ScreenEvent[] = [];
  const end = (how: string) => {
    left.push(how);
    over = true;
    wake();
    return Promise.resolve();
  };
  const session = {
    number: 2,
    parameters: { threshold: 2 },
    async *events() {
      for (;;) {
        const event = queue.shift();
        if (event !== undefined) yield event;
        else if (over) return;
        else {
          await new Promise<void>((resolve) => {
            wake = () => void resolve();
          });
        }
      }
    },
    confirm: (same: boolean) => confirmed.push(same),
    send: () => undefined,
    delivered: () => new Promise<void>(() => undefined),
    close: () => end("closed"),
    abort: (reason: string) => end(reason),
  } as unknown as Session;
  const screen: Screen = {
    interactive: false,
    show: (event) => shown.push(event),
    ask: (_question, signal) =>
      new Promise((resolve, reject) => {
        if (answer !== undefined) resolve(answer);
        signal.addEventListener("abort", () => reject(signal.reason));
      }),
    askSecret: async () => undefined,
    close: () => undefined,
  };
  const conversation = new Conversation({
    session,
    role: "send",
    screen,
    timings: new Timings(),
    contact: undefined,
    past: undefined,
    waitMs: 10_000,
    graceMs: 20_000,
    interruption: interruption.signal,
  });
  const happen = async (...events: readonly SessionEvent[]) => {
    queue.push(...events);
    wake();
    await vi.advanceTimersByTimeAsync(0);
  };
  return { conversation, happen, interruption, confirmed, left, shown };
}

const joined: SessionEvent = { type: "member-joined", number: 1 };
const up: SessionEvent = { type: "up", number: 1, label: "bob", noiseStatic: new Uint8Array(32) };
const ready: SessionEvent = { type: "ready", pins: [pin], transcript: new Uint8Array(32) };
const offline: SessionEvent = { type: "member-offline", number: 1 };
const online: SessionEvent = { type: "member-online", number: 1 };

describe("a conversation", () => {
  it("is met when everybody has confirmed, and hands messages on in order", async () => {
    const { conversation, happen, confirmed } = play("yes");
    const message = (byte: number): SessionEvent => ({
      type: "message",
      seq: 1,
      from: 1,
      round: 0,
      bytes: Uint8Array.of(byte),
    });
    await happen(joined, online, up, sas);
    expect(confirmed).toEqual([true]);
    await happen(ready, message(1), message(2));
    expect(await conversation.met()).toEqual({ label: "bob", pin });
    expect(await conversation.next(1_000)).toEqual(Uint8Array.of(1));
    expect(await conversation.next(1_000)).toEqual(Uint8Array.of(2));
    const late = conversation.next(1_000).catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await late).toMatchObject({ code: "peer.timeout", exit: 3 });
  });

  it("waits only so long for somebody to come", async () => {
    const { conversation } = play();
    const met = conversation.met().catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(9_999);
    expect(conversation.signal.aborted).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(await met).toMatchObject({ code: "peer.absent", exit: 3 });
  });

  it("waits no longer because the relay says again that somebody came", async () => {
    const { conversation, happen } = play();
    const met = conversation.met().catch((error: unknown) => error);
    await happen(joined, online);
    await vi.advanceTimersByTimeAsync(2 * limits.machine - 1);
    await happen(joined);
    expect(conversation.signal.aborted).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(await met).toMatchObject({ code: "peer.timeout", exit: 3 });
  });

  it("ends when more has come than the window allows", async () => {
    const { conversation, happen } = play("yes");
    const message = (length: number): SessionEvent => ({
      type: "message",
      seq: 1,
      from: 1,
      round: 0,
      bytes: new Uint8Array(length),
    });
    const part = message(5 + limits.part);
    await happen(joined, online, up, sas, ready);
    await happen(...Array.from({ length: limits.window / limits.part + 1 }, () => part));
    expect(conversation.signal.aborted).toBe(false);
    await happen(part);
    expect(conversation.signal.reason).toMatchObject({ code: "peer.transfer", exit: 1 });
  });

  it("gives up a seat whose holder is not connected", async () => {
    const { conversation, happen, shown } = play();
    await happen(joined);
    await vi.advanceTimersByTimeAsync(20_000);
    await expect(conversation.met()).rejects.toBeInstanceOf(DeadSeat);
    expect(shown).toEqual([]);
  });

  it("shows somebody who comes once, however often the relay says so", async () => {
    const { happen, shown } = play();
    await happen(joined, online, online);
    expect(shown).toEqual([{ event: "peer-joined", number: 1 }]);
  });

  it("takes back a question when the other side goes", async () => {
    const { conversation, happen, confirmed } = play();
    await happen(joined, up, sas);
    await happen({ type: "ended", how: "aborted", by: 1, reason: "sas-mismatch" });
    await expect(conversation.met()).rejects.toMatchObject({ code: "relay.says-sas-mismatch", exit: 6 });
    expect(confirmed).toEqual([]);
  });

  it("lets somebody come back within the grace, and not later", async () => {
    const { conversation, happen, shown } = play("yes");
    await happen(joined, online, up, sas, ready, offline);
    await vi.advanceTimersByTimeAsync(19_000);
    await happen(online);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(conversation.signal.aborted).toBe(false);
    // Coming for the first time is no return.
    const seen = shown.map(({ event }) => event).filter((event) => event.startsWith("peer-"));
    expect(seen).toEqual(["peer-joined", "peer-offline", "peer-online"]);
    await happen(offline);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(conversation.signal.reason).toMatchObject({ code: "peer.left", exit: 3 });
  });

  it("is not spoilt by a good-bye after its own", async () => {
    const { conversation, happen, left } = play("yes");
    await happen(joined, up, sas, ready);
    const closing = conversation.close();
    await happen({ type: "closed", number: 1, reason: 0, delivered: true });
    await closing;
    expect(conversation.signal.aborted).toBe(false);
    expect(left).toEqual(["closed"]);
  });

  it("ends when the user interrupts it, also before it began", async () => {
    const { conversation, interruption } = play();
    interruption.abort(new Error("enough"));
    await expect(conversation.met()).rejects.toThrow("enough");
    await expect(play("yes", interruption).conversation.met()).rejects.toThrow("enough");
  });
});

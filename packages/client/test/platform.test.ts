import { systemClock, type TransportHandlers, webSocketTransport } from "@countersign/client";
import { afterEach, describe, expect, test, vi } from "vitest";

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("the system's clock", () => {
  test("wakes once, at the time, not before, and not if it was called off", () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance", "Date"] });
    const woken: string[] = [];
    const { ms } = systemClock.now();
    systemClock.wakeAt(ms + 1_000, () => woken.push("late"));
    systemClock.wakeAt(ms - 5, () => woken.push("past"));
    const cancel = systemClock.wakeAt(ms + 500, () => woken.push("called off"));
    expect(woken).toEqual([]);
    vi.advanceTimersByTime(0);
    expect(woken).toEqual(["past"]);
    cancel();
    vi.advanceTimersByTime(999);
    expect(woken).toEqual(["past"]);
    vi.advanceTimersByTime(60_000);
    expect(woken).toEqual(["past", "late"]);
  });

  test("sleeps longer than a timer can", () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance", "Date"] });
    let woken = 0;
    systemClock.wakeAt(systemClock.now().ms + 2 ** 31 + 10_000, () => woken++);
    vi.advanceTimersByTime(2 ** 31);
    expect(woken).toBe(0);
    vi.advanceTimersByTime(10_000);
    expect(woken).toBe(1);
  });
});

describe("the platform's WebSocket as a transport", () => {
  class FakeWebSocket {
    static readonly OPEN = 1;
    static last: FakeWebSocket;
    readonly given: readonly unknown[];
    readonly sent: string[] = [];
    readyState = 0;
    protocol = "countersign.v1";
    closed = 0;
    onopen = () => {};
    onmessage = (_: { data: unknown }) => {};
    onerror = () => {};
    onclose = (_: { code: number; reason: string }) => {};

    constructor(...given: unknown[]) {
      this.given = given;
      FakeWebSocket.last = this;
    }

    send(text: string): void {
      this.sent.push(text);
    }

    close(): void {
      this.closed++;
    }

    open(): void {
      this.readyState = 1;
      this.onopen();
    }
  }

  function connect() {
    vi.stubGlobal("WebSocket", FakeWebSocket);
    const told: unknown[] = [];
    const handlers: TransportHandlers = {
      open: () => told.push("open"),
      message: (text) => told.push(text),
      close: (code) => told.push(code),
    };
    const connection = webSocketTransport.connect("ws://relay.example/v1", ["countersign.v1", "more"], handlers);
    return { connection, told, socket: FakeWebSocket.last };
  }

  test("passes texts both ways", () => {
    const { connection, told, socket } = connect();
    expect(socket.given).toEqual(["ws://relay.example/v1", ["countersign.v1", "more"]]);
    connection.send("too early");
    socket.open();
    connection.send("there");
    socket.onmessage({ data: "back" });
    expect(socket.sent).toEqual(["there"]);
    expect(told).toEqual(["open", "back"]);
  });

  test("tells once that it is over, whatever the platform says", () => {
    const { told, socket } = connect();
    socket.onerror();
    socket.onclose({ code: 1006, reason: "" });
    socket.open();
    expect(told).toEqual([1006]);
  });

  test("does not talk to a server that did not choose the protocol", () => {
    const { told, socket } = connect();
    socket.protocol = "";
    socket.open();
    expect(told).toEqual([1002]);
    expect(socket.closed).toBe(1);
  });

  test("does not take binary messages", () => {
    const { told, socket } = connect();
    socket.open();
    socket.onmessage({ data: new ArrayBuffer(1) });
    socket.onmessage({ data: "more" });
    expect(told).toEqual(["open", 1003]);
    expect(socket.closed).toBe(1);
  });

  test("is silent once it was closed from here", () => {
    const { connection, told, socket } = connect();
    socket.open();
    connection.close();
    socket.onmessage({ data: "late" });
    socket.onclose({ code: 1000, reason: "" });
    expect(told).toEqual(["open"]);
    expect(socket.closed).toBe(1);
  });
});

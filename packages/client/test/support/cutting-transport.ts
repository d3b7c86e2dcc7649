import {
  type Transport,
  type TransportConnection,
  type TransportHandlers,
  webSocketTransport,
} from "@countersign/client";

/** What becomes of a text and its connection. */
export type Cut = "before" | "after" | undefined;

/** The platform's WebSocket, led to wherever the relay is now, and cut when the test says so. */
export class CuttingTransport implements Transport {
  /** Connections that were cut. */
  cuts = 0;
  private readonly url: () => string;
  private readonly cut: () => Cut;

  constructor(url: () => string, cut: () => Cut = () => undefined) {
    this.url = url;
    this.cut = cut;
  }

  connect(_url: string, protocols: readonly [string, ...string[]], handlers: TransportHandlers): TransportConnection {
    let isOver = false;
    const drop = () => {
      if (isOver) return;
      isOver = true;
      this.cuts++;
      socket.close();
      handlers.close(1006);
    };
    const pass = (deliver: () => void, dropNow: (drop: () => void) => void) => {
      if (isOver) return;
      const cut = this.cut();
      if (cut !== "before") deliver();
      if (cut !== undefined) dropNow(drop);
    };
    const socket = webSocketTransport.connect(`${this.url()}/v1`, protocols, {
      open: handlers.open,
      message: (text) =>
        pass(
          () => handlers.message(text),
          (run) => run(),
        ),
      close: (code) => {
        if (!isOver) handlers.close(code);
        isOver = true;
      },
    });
    // Nothing is told from inside `send`.
    const send = (text: string) => pass(() => socket.send(text), queueMicrotask);
    const close = () => {
      isOver = true;
      socket.close();
    };
    return { send, close };
  }
}

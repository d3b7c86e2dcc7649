import type { Transport } from "./transport.ts";

/** The platform's own WebSocket: browsers, Node from 22, Deno, Bun. */
export const webSocketTransport: Transport = {
  connect(url, protocols, handlers) {
    const socket = new WebSocket(url, [...protocols]);
    let over = false;
    const close = (code: number) => {
      if (over) return;
      over = true;
      socket.close();
      handlers.close(code);
    };
    socket.onopen = () => {
      if (over) return;
      if (socket.protocol === protocols[0]) handlers.open();
      else close(1002);
    };
    socket.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (over) return;
      if (typeof data === "string") handlers.message(data);
      else close(1003);
    };
    // Not every platform lets `close` follow an error of a connection that was never made.
    socket.onerror = () => close(1006);
    socket.onclose = ({ code }) => close(code);
    return {
      send(text) {
        if (socket.readyState === WebSocket.OPEN) socket.send(text);
      },
      close() {
        over = true;
        socket.close();
      },
    };
  },
};

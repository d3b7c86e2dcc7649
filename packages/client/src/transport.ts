/** What a transport tells of one connection. Nothing is called any more after `close`. */
export interface TransportHandlers {
  open(): void;
  message(text: string): void;
  /** The connection is gone, or could not be made; codes are those of RFC 6455, section 7.4. */
  close(code: number, reason: string): void;
}

/** One connection of a transport. */
export interface TransportConnection {
  /** Hands a text message over. Never throws: a connection that cannot send says so by `close`. */
  send(text: string): void;
  /** Ends the connection; the handler `close` may or may not be called for it. */
  close(code?: number): void;
}

/** Makes connections that carry text messages in order: WebSocket or something like it. */
export interface Transport {
  connect(url: string, protocol: string, handlers: TransportHandlers): TransportConnection;
}

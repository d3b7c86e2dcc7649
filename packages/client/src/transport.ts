/**
 * What a transport tells of one connection: nothing before `connect` has returned, nothing from inside `send`, nothing
 * after `close`.
 */
export interface TransportHandlers {
  open(): void;
  message(text: string): void;
  /** The connection is gone, or could not be made; codes are those of RFC 6455, section 7.4. */
  close(code: number): void;
}

/** One connection of a transport. */
export interface TransportConnection {
  /** Hands a text message over. Never throws: a connection that cannot send says so by `close`. */
  send(text: string): void;
  /** Ends the connection; nothing is told of it afterwards. */
  close(): void;
}

/** Makes connections that carry text messages whole and in order: WebSocket or something like it. */
export interface Transport {
  /** Offers `protocols` and insists on the first: the others are for the relay to read. */
  connect(url: string, protocols: readonly [string, ...string[]], handlers: TransportHandlers): TransportConnection;
}

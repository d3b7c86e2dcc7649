/** What one daemon and its sessions may use up. */
export const limits = {
  /** Seconds for which a session may live. */
  ttl: { min: 60, max: 86_400, default: 1_800 },
  /** Milliseconds after which `cosign.handshake_auto` answers, however far it is. */
  handshake: 25_000,
  /** Milliseconds for which `cosign.recv` waits unless told otherwise. */
  recv: 30_000,
  /** Milliseconds that a call may ask to wait at most. */
  wait: 600_000,
  /** Milliseconds that a party of a round trip waits for each message of the other, and inputs that it is about. */
  adaptor: 60_000,
  adaptorInputs: 256,
  /** Messages that were handed out, for who did not get the answer. */
  resume: { messages: 256, bytes: 5 * 1024 * 1024, ms: 20 * 60_000 },
  /** Messages that nobody has asked for yet; more end the session, since none may be lost. */
  unread: { messages: 1_024, bytes: 16 * 1024 * 1024 },
  /** Messages that the other parties have not acknowledged yet. */
  unsent: { messages: 1_024, bytes: 16 * 1024 * 1024 },
  /** Idempotency keys that are remembered of what was sent and of what came, and characters of one. */
  keys: { sent: 128, received: 1_024, length: 128 },
  /** Sessions at a time, those included that have ended and are still asked about. */
  sessions: 1_024,
  /** Milliseconds for which a session that has ended by itself can still be asked about. */
  afterlife: 20 * 60_000,
  /** Milliseconds that `cosign.close` gives the last messages to arrive. */
  farewell: 5_000,
  /** Bytes of a message in JSON: with what goes around it, a message of the protocol has at most 1 MiB. */
  message: 1_048_000,
  /** Characters of a context. */
  context: 1_024,
  /** Bytes of a PSBT. */
  psbt: 4 * 1024 * 1024,
} as const;

/** Sizes in bytes and times in milliseconds that the program promises. */
export const limits = {
  /** The largest file that is offered or accepted. */
  file: 64 * 1024 * 1024,
  /** Bytes of the file in one message: a few frames, so that a progress line moves and little is held. */
  part: 128 * 1024,
  /** Bytes of the file that the sender may be ahead of what the receiver has written. */
  window: 1024 * 1024,
  /** Bytes that have come and nobody has read yet: the window, one more part, and what is around them. */
  inbox: 1024 * 1024 + 128 * 1024 + 2 * 1024,
  /** First contact with the relay. */
  relayConnect: 10_000,
  /** Between two notes of one proposal, while somebody is missing. */
  proposeAgain: 10_000,
  /** Who looks once hears the next note of a proposal, and so whose it is. */
  lookOnce: 12_000,
  /** What is said to others on the way out, where nothing hangs on it. */
  farewell: 2_000,
  /** A receiver with a code: the sender should be waiting already. */
  waitForSender: 60_000,
  /** Both ends of a contact, who may start at different times. */
  waitForContact: 600_000,
  /** A person who has to compare words or to decide about a file. */
  person: 600_000,
  /** The other side's program, once nobody has to be asked. */
  machine: 60_000,
  /** Somebody who lost the connection may come back. */
  grace: 20_000,
} as const;

/** Words of a code: the protocol's least and most. */
export const codeWords = { least: 4, most: 16 } as const;
/** Life of a code in seconds, as relays take it. */
export const codeLife = { least: 60, most: 86_400, default: 600 } as const;

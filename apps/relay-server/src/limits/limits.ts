/**
 * How much the relay does for whom. What both ends of the wire have to agree on (bytes of a message, envelopes in it,
 * nesting, batches, labels) is not here: it is part of the protocol.
 */
export interface Limits {
  /** Bytes of all headers of a request. */
  readonly headerBytes: number;
  /** Characters of a request's path and query. */
  readonly urlBytes: number;
  /** WebSocket connections of all clients. */
  readonly connections: number;
  /** WebSocket connections of one address. Of IPv6 the first 64 bits are an address, here and below. */
  readonly connectionsPerAddress: number;
  /** Attempts of one address to open a WebSocket. */
  readonly newConnectionsPerSecond: number;
  /** Messages that are read from one connection. */
  readonly messagesPerSecond: number;
  /** Bytes of messages that are read from one connection. */
  readonly bytesPerSecond: number;
  /** Messages that are read from all connections of one address together. */
  readonly addressMessagesPerSecond: number;
  /** Bytes of messages that are read from all connections of one address together. */
  readonly addressBytesPerSecond: number;
  /** Requests of one connection that may be refused, saved up for half a minute. */
  readonly refusalsPerSecond: number;
  /** Requests of all connections of one address that may be refused, saved up as well. */
  readonly addressRefusalsPerSecond: number;
  /** Bytes of one connection's requests that are carried out at a time; the rest is not read until some are answered. */
  readonly unansweredBytes: number;
  /** Seconds that a connection of countersign.v1 may last without a call that worked. */
  readonly silenceGrace: number;
  /** Seconds that bytes may wait for a client that takes none. */
  readonly stalledAfter: number;
  /** Live groups that one connection is in. */
  readonly groupsPerConnection: number;
  /** Sessions that one connection is a member of. */
  readonly sessionsPerConnection: number;
  /** Sessions of one group that have not ended. */
  readonly sessionsPerGroup: number;
  /** Sessions of the relay that are not forgotten. */
  readonly sessions: number;
  /** Sessions of groups that one address has made, until they are forgotten. */
  readonly sessionsPerAddress: number;
  /** Characters of the bodies that one session keeps. */
  readonly bytesPerSession: number;
  /** Characters that are kept in groups which one address has made. */
  readonly bytesPerAddress: number;
  /** Characters that the relay keeps. */
  readonly bytes: number;
}

/** What an operator may set one of the limits to. */
export interface LimitRange {
  readonly min: number;
  readonly default: number;
  readonly max: number;
}

const KIB = 1_024;
const MIB = 1_024 * KIB;
const BILLION = 1_000_000_000;

/** All limits. A message of the greatest size fits into every one of them that counts bytes. */
export const limitRanges: { readonly [Name in keyof Limits]: LimitRange } = {
  headerBytes: { min: KIB, default: 8 * KIB, max: 64 * KIB },
  urlBytes: { min: 64, default: 2 * KIB, max: 64 * KIB },
  connections: { min: 1, default: 20_000, max: 1_000_000 },
  connectionsPerAddress: { min: 1, default: 256, max: 1_000_000 },
  newConnectionsPerSecond: { min: 1, default: 50, max: 1_000_000 },
  messagesPerSecond: { min: 1, default: 100, max: BILLION },
  bytesPerSecond: { min: 64 * KIB, default: MIB, max: 1_024 * MIB },
  addressMessagesPerSecond: { min: 1, default: 1_000, max: BILLION },
  addressBytesPerSecond: { min: 64 * KIB, default: 8 * MIB, max: 64 * 1_024 * MIB },
  refusalsPerSecond: { min: 1, default: 10, max: BILLION },
  addressRefusalsPerSecond: { min: 1, default: 50, max: BILLION },
  unansweredBytes: { min: 64 * KIB, default: 256 * KIB, max: 64 * MIB },
  silenceGrace: { min: 1, default: 10, max: 3_600 },
  stalledAfter: { min: 1, default: 10, max: 3_600 },
  groupsPerConnection: { min: 1, default: 16, max: 10_000 },
  sessionsPerConnection: { min: 1, default: 64, max: 100_000 },
  sessionsPerGroup: { min: 1, default: 64, max: 100_000 },
  sessions: { min: 1, default: 250_000, max: 10_000_000 },
  sessionsPerAddress: { min: 1, default: 1_000, max: 10_000_000 },
  bytesPerSession: { min: 64 * KIB, default: 64 * MIB, max: 64 * 1_024 * MIB },
  bytesPerAddress: { min: 128 * KIB, default: 256 * MIB, max: 1_024 * 1_024 * MIB },
  bytes: { min: MIB, default: 2 * 1_024 * MIB, max: 1_024 * 1_024 * MIB },
};

/** What holds where nothing else is said. */
export const defaultLimits: Limits = map((_, range) => range.default);

/** The limits with some of them set. Throws `RangeError` for a value out of range and for a name that is none. */
export function withDefaultLimits(given: Partial<Limits>): Limits {
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(limitRanges, name));
  if (unknown !== undefined) throw new RangeError(`there is no limit ${unknown}`);
  return map((name, { min, max, ...range }) => {
    const value = given[name] ?? range.default;
    if (Number.isInteger(value) && value >= min && value <= max) return value;
    throw new RangeError(`the limit ${name} must be a whole number from ${min} to ${max}`);
  });
}

function map(limitOf: (name: keyof Limits, range: LimitRange) => number): Limits {
  const entries = Object.entries(limitRanges).map(([name, range]) => [name, limitOf(name as keyof Limits, range)]);
  return Object.fromEntries(entries) as Limits;
}

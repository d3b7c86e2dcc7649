import * as v from "valibot";
import * as field from "./fields.ts";

const count = field.integer(1);

/** What the protocol fixes, the same at every relay. Bytes and characters, if the name says nothing else. */
const fixed = {
  /** One message, either way. */
  message: count,
  /** All bodies of one `Session.message`. */
  bodies: count,
  envelopes: count,
  parties: count,
  /** Requests in one batch. */
  batch: count,
  /** Nesting of a text. */
  depth: count,
  label: count,
  value: count,
  proposal: count,
  /** Requests `Session.message` without an answer. */
  unanswered: count,
  /** Seconds that an invitation may be good at most. */
  invitationLife: count,
};

/** What an operator sets. Above a rate nothing is refused: the connection is read more slowly. */
const chosen = {
  /** Seconds without activity after which a session expires. */
  sessionLife: count,
  headerBytes: count,
  urlBytes: count,
  connections: count,
  connectionsPerAddress: count,
  newConnectionsPerSecond: count,
  messagesPerSecond: count,
  bytesPerSecond: count,
  addressMessagesPerSecond: count,
  addressBytesPerSecond: count,
  /** Refused requests, beyond which a connection is not read for a while. */
  refusalsPerSecond: count,
  addressRefusalsPerSecond: count,
  /** Bytes of requests that are carried out at a time. */
  unansweredBytes: count,
  /** Seconds that a connection may last without a call that worked. */
  silenceGrace: count,
  /** Seconds that something may wait for a client which takes nothing. */
  stalledAfter: count,
  groupsPerConnection: count,
  sessionsPerConnection: count,
  sessionsPerGroup: count,
  sessions: count,
  /** Of groups that one address has made. */
  sessionsPerAddress: count,
  /** Characters of the bodies that a session keeps. */
  bytesPerSession: count,
  bytesPerAddress: count,
  /** Characters that the relay keeps. */
  bytes: count,
};

/** Says who serves here and what its limits are. */
export const relayInfo = field.params({});

/** Its answer. */
export const relayInfoResult = field.reply({
  name: v.string("must be text"),
  version: v.string("must be text"),
  dialects: v.array(v.string("must be text"), "must be a list of names"),
  limits: field.reply({ ...fixed, ...chosen }),
});

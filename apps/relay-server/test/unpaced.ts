import type { Limits } from "@countersign/relay-server";

/** For tests that ask for more than a client may in the time they take. */
export const unpaced: Partial<Limits> = {
  messagesPerSecond: 1_000_000,
  bytesPerSecond: 1024 ** 3,
  addressMessagesPerSecond: 1_000_000,
  addressBytesPerSecond: 1024 ** 3,
  refusalsPerSecond: 1_000_000,
  addressRefusalsPerSecond: 1_000_000,
};

export type { Drop, Instant, Machine, Persist, Persisted, Wake } from "./machine.ts";
export type {
  Failed,
  Identity,
  Party,
  PeerGroupEntry,
  PeerGroupInput,
  PeerGroupOptions,
  PeerGroupOutput,
  Pin,
  SessionKind,
  SessionParameters,
} from "./peer-group-types.ts";
export { sayBytes, wordFits, wordsLike } from "./spoken-words.ts";

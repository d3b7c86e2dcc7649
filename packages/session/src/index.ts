export { createCeremony } from "./ceremony.ts";
export type {
  Ceremony,
  CeremonyComplete,
  CeremonyFailed,
  CeremonyFailureCode,
  CeremonyInput,
  CeremonyKind,
  CeremonyOptions,
  CeremonyOutput,
  CeremonyParty,
  CeremonyTerms,
  CeremonyView,
  Confirmation,
  Instant,
  PartyView,
  RoundReady,
  Verify,
} from "./ceremony-types.ts";
export { certificateOf } from "./certificate.ts";
export {
  type CeremonyRecord,
  decodeRecord,
  encodeRecord,
  type RecordedRound,
  type SealedParty,
  type Verified,
  verifyRecord,
} from "./record.ts";
export type { Done, GaveUp, NextRound, Received, RoundProtocol, RoundShape, Step } from "./round-protocol.ts";

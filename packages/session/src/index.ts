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
export type { Done, GaveUp, NextRound, Received, RoundProtocol, RoundShape, Step } from "./round-protocol.ts";

import { CloseReason } from "@countersign/wire";
import type { Failed, FailureCode } from "../peer-group-types.ts";

function fault(code: FailureCode, culprits: readonly number[], detail: string): Failed {
  return { type: "failed", code, culprits, detail };
}

/** Everything that ends a session for good, in words. None of them holds a secret. */
export const faults = {
  roster: () => fault("peer.roster-changed", [], "the relay's roster makes no sense"),
  replaced: (n: number) =>
    fault("peer.roster-changed", [n], `the relay has put another endpoint in the place of party ${n}`),
  stranger: (n: number) => fault("peer.identity-changed", [n], `nobody with the number ${n} is pinned`),
  version: (n: number) =>
    fault("peer.protocol", [n], `party ${n} offers no version of the protocol that this end speaks`),
  late: (n: number) => fault("peer.timeout", [n], `party ${n} did not come up in time`),
  silent: (n: number) => fault("peer.timeout", [n], `party ${n} did not answer in time`),
  codeUnproven: (n: number) =>
    fault("peer.code-unproven", [n], `party ${n} began the handshake and did not prove the code in time`),
  pinUnproven: (n: number) =>
    fault("peer.pin-unproven", [n], `party ${n} did not prove in time to have the keys that are pinned`),
  wrongCode: (n: number) =>
    fault("peer.wrong-code", [n], `party ${n} has another code, and no more guesses are allowed`),
  exhausted: (n: number) =>
    fault("peer.at-exhausted", [n], "no number is left for another handshake with this endpoint; begin a new session"),
  interrupted: () =>
    fault("peer.sas-aborted", [], "this end ended between its reveal and those of the others, and came back"),
  left: (n: number) => fault("peer.sas-aborted", [n], `party ${n} left before all had met`),
  foreignMessage: (n: number) =>
    fault("peer.protocol", [n], `party ${n} sent a message of another session, sender, receiver or kind`),
  tooEarly: (n: number) => fault("peer.protocol", [n], `party ${n} sent too much before the SAS was confirmed`),
  protocol: (n: number, detail: string) => fault("peer.protocol", [n], detail),
} as const;

/** What a failing end tells its peers: as little as they need. */
export function closeReasonOf({ code }: Failed): CloseReason {
  if (code === "peer.sas-mismatch") return CloseReason.SAS_MISMATCH;
  return code === "peer.protocol" ? CloseReason.PROTOCOL : CloseReason.ABORTED;
}

import { equalBytes } from "@countersign/wire";
import type { CeremonyFailureCode } from "./ceremony-types.ts";
import { broadcastHash, statementMessage } from "./chain.ts";
import { USUAL_BYTES } from "./check-terms.ts";
import { goodCertificate } from "./closing.ts";
import type { Happening } from "./happening.ts";
import { at, type Memory, peekSlot } from "./memory.ts";
import { type CeremonyMessage, decodeMessage } from "./messages.ts";
import type { CeremonyEvent } from "./transitions.ts";

interface Incoming {
  readonly from: number;
  readonly round: number;
  readonly bytes: Uint8Array;
}
type Of<Type extends CeremonyMessage["type"]> = Extract<CeremonyMessage, { readonly type: Type }>;

/** How many questions of one party are answered: it has one in each round at most, and one for each of its restarts. */
const MOST_ANSWERS = 200;

/** What a message of a peer is, by what is known. Whatever its bytes are, it does not throw. */
export function judgeMessage(memory: Memory, incoming: Incoming): Happening {
  const { from, round, bytes } = incoming;
  const decoded = decodeMessage(bytes, memory.numbers.length);
  if (!decoded.ok) return fault(from, decoded.detail);
  const message = decoded.value;
  const heard = (event: CeremonyEvent): Happening => ({ event, from, round, message });
  if (isOfRound(message)) {
    const out = roundFault(memory, message, round);
    if (out !== undefined) return fault(from, out);
  } else if (round !== 0) return fault(from, "sent a message in a round that it does not belong to");
  switch (message.type) {
    case "statement":
      return judgeStatement(memory, incoming, message);
    case "direct":
      return judgeDirect(memory, incoming, message);
    case "seal":
      return judgeSeal(memory, incoming, message);
    case "evidence":
      return judgeEvidence(memory, from, message);
    case "abort":
      return { ...heard("heard-abort"), charge: chargeOf(from, message) };
    case "ask":
      return heard(isPatient(memory, from) ? "ask" : "repeat");
    case "answer":
      return heard("answer");
    case "certificate":
      return judgeCertificate(memory, from, message);
    case "done":
      return heard("done");
  }
}

function isOfRound(message: CeremonyMessage): message is Of<"statement" | "direct" | "seal"> {
  return message.type === "statement" || message.type === "direct" || message.type === "seal";
}

/** Why a message cannot be of the round that it was sent in. */
function roundFault(memory: Memory, message: Of<"statement" | "direct" | "seal">, round: number): string | undefined {
  const { rounds, round: own } = memory;
  const shape = rounds[round - 1];
  if (message.type === "seal" ? round !== rounds.length + 1 : shape === undefined) {
    return "sent a message in a round that it does not belong to";
  }
  // Whoever is a round ahead has what this party sent; further ahead nobody can be.
  if (round > own + 1) return "sent a message of a round that cannot have begun";
  if (message.type === "seal" || shape === undefined) return undefined;
  if (message.type === "direct" && !shape.direct) return "sent a direct message in a round that has none";
  if (message.type === "statement" && !shape.broadcast && message.body.length > 0) {
    return "sent a broadcast in a round that has none";
  }
  return message.body.length > (shape.bytes ?? USUAL_BYTES) ? "sent a message that is too long" : undefined;
}

function judgeStatement(memory: Memory, { from, round }: Incoming, message: Of<"statement">): Happening {
  const { chain, signature, body } = message;
  const hash = broadcastHash(body);
  const past = memory.heard[round - 1]?.[memory.numbers.indexOf(from)];
  const now = peekSlot(memory, round, from).statement;
  if (past !== undefined && equalBytes(past.hash, hash)) return { event: "repeat", from, round };
  if (now !== undefined && equalBytes(now.hash, hash) && equalBytes(now.chain, chain)) {
    return { event: "repeat", from, round };
  }
  const signed = memory.options.verify(signature, statementMessage({ chain, round, from, hash }), keyOf(memory, from));
  if (!signed) return fault(from, "sent a statement that it did not sign");
  if (past !== undefined || now !== undefined) return twice(from);
  return { event: "contribution", from, round, message };
}

function judgeDirect(memory: Memory, { from, round }: Incoming, message: Of<"direct">): Happening {
  const before = peekSlot(memory, round, from).direct;
  if (before !== undefined) return equalBytes(before, message.body) ? { event: "repeat", from, round } : twice(from);
  // Of rounds that are long over only the broadcasts are known; what is said again of them changes nothing.
  return round < memory.chain.length
    ? { event: "repeat", from, round }
    : { event: "contribution", from, round, message };
}

function judgeSeal({ seals }: Memory, { from, round }: Incoming, message: Of<"seal">): Happening {
  const before = seals.get(from);
  if (before === undefined) return { event: "contribution", from, round, message };
  const same =
    equalBytes(before.chain, message.chain) &&
    equalBytes(before.outcome, message.outcome) &&
    equalBytes(before.signature, message.signature);
  return same ? { event: "repeat", from, round } : twice(from);
}

function judgeEvidence(memory: Memory, from: number, message: Of<"evidence">): Happening {
  const { about, heard } = message;
  if (about < 1 || about > Math.min(memory.round, memory.rounds.length)) {
    return fault(from, "showed what it heard in a round that cannot have ended");
  }
  if (memory.phase === "complete" && !isPatient(memory, from)) return { event: "repeat", from, round: about };
  const before = memory.evidence.get(about)?.get(from);
  if (before === undefined) return { event: "evidence", from, round: about, message };
  const same = before.every(
    ({ hash, signature }, index) =>
      equalBytes(hash, at(heard, index).hash) && equalBytes(signature, at(heard, index).signature),
  );
  return same ? { event: "repeat", from, round: about } : twice(from);
}

function judgeCertificate(memory: Memory, from: number, message: Of<"certificate">): Happening {
  const { phase, doubts } = memory;
  if ((phase !== "closing" && phase !== "disputing") || doubts.has(from)) return { event: "repeat", from, round: 0 };
  if (goodCertificate(memory, message)) return { event: "certificate", from, round: 0, message };
  return fault(from, "showed a certificate that not everybody has signed");
}

function isPatient({ answered }: Memory, from: number): boolean {
  return (answered.get(from) ?? 0) < MOST_ANSWERS;
}

function chargeOf(from: number, { reason, blamed, text }: Of<"abort">) {
  const why: Readonly<Record<CeremonyFailureCode, string>> = {
    "local.aborted": "ended the ceremony",
    "peer.timeout": "had waited too long",
    "peer.equivocation": "was told different things",
    "peer.protocol": "was sent what no correct party sends",
    "peer.differs": "has other terms or another outcome",
    "protocol.failed": "could not go on",
    "peer.aborted": "was told that it ended",
  };
  const detail = text === "" ? `party ${from} ${why[reason]}` : `party ${from} ${why[reason]}: ${text}`;
  return { code: "peer.aborted", culprits: [], by: from, blamed, detail } as const;
}

function twice(from: number): Happening {
  return accuse(from, "peer.equivocation", "said two different things where only one can be said");
}

function fault(from: number, detail: string): Happening {
  return accuse(from, "peer.protocol", detail);
}

function accuse(from: number, code: CeremonyFailureCode, detail: string): Happening {
  return { event: "breach", from, round: 0, charge: { code, culprits: [from], detail: `party ${from} ${detail}` } };
}

function keyOf({ parties, numbers }: Memory, number: number): Uint8Array {
  return at(parties, numbers.indexOf(number)).ed25519;
}

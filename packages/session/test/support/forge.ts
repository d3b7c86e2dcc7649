import { broadcastHash, chainHead, sealMessage, statementMessage } from "../../src/chain.ts";
import { type CeremonyMessage, decodeMessage, encodeMessage } from "../../src/messages.ts";
import { type Sent, signAs } from "./party.ts";

type Of<Type extends CeremonyMessage["type"]> = Extract<CeremonyMessage, { readonly type: Type }>;

/** A message in other words: undefined where it is of another type. */
export function read<Type extends CeremonyMessage["type"]>(
  { bytes }: Sent,
  type: Type,
  parties: number,
): Of<Type> | undefined {
  const decoded = decodeMessage(bytes, parties);
  return decoded.ok && decoded.value.type === type ? (decoded.value as Of<Type>) : undefined;
}

/** A statement with other content, signed by whoever sends it. */
export function restate(sent: Sent, change: { readonly body?: Uint8Array; readonly chain?: Uint8Array }): Sent {
  const statement = decodeMessage(sent.bytes, 2);
  if (!statement.ok || statement.value.type !== "statement") throw new Error("not a statement");
  const { chain, body } = { ...statement.value, ...change };
  const { from, round } = sent;
  const signature = signAs(from, statementMessage({ chain, round, from, hash: broadcastHash(body) }));
  return { ...sent, bytes: encodeMessage({ type: "statement", chain, body, signature }) };
}

/** A seal with other content, signed by whoever sends it. */
export function reseal(sent: Sent, change: { readonly chain?: Uint8Array; readonly outcome?: Uint8Array }): Sent {
  const seal = decodeMessage(sent.bytes, 2);
  if (!seal.ok || seal.value.type !== "seal") throw new Error("not a seal");
  const { chain, outcome } = { ...seal.value, ...change };
  const signature = signAs(sent.from, sealMessage(chainHead(chain, outcome)));
  return { ...sent, bytes: encodeMessage({ type: "seal", chain, outcome, signature }) };
}

/** Any message, from anybody to anybody. */
export function say(from: number, to: number, round: number, message: CeremonyMessage): Sent {
  return { from, to, round, bytes: encodeMessage(message) };
}

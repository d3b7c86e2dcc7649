import { UsageError } from "@countersign/wire";
import { broadcastHash, chainHead, sealMessage, statementMessage } from "./chain.ts";
import { chainOf, type Memory, type OwnMessage, peekSlot, slotOf } from "./memory.ts";
import { decodeMessage, encodeMessage } from "./messages.ts";
import type { NextRound, Received } from "./round-protocol.ts";

/** One's own messages of the round that begins: a signed statement to all, and a direct message to each. */
export function roundMessages(memory: Memory, { broadcast, direct }: NextRound): readonly OwnMessage[] {
  const { round, self, others, options } = memory;
  const body = broadcast ?? new Uint8Array(0);
  const chain = chainOf(memory);
  const message = statementMessage({ chain, round, from: self, hash: broadcastHash(body) });
  const statement = encodeMessage({ type: "statement", chain, signature: signatureOf(options.sign(message)), body });
  return [
    { to: 0, round, bytes: statement },
    ...others.flatMap((to) => {
      const own = direct?.get(to);
      return own === undefined ? [] : [{ to, round, bytes: encodeMessage({ type: "direct", body: own }) }];
    }),
  ];
}

/** One's own seal: that this party has this history and this outcome. */
export function sealMessageOf(memory: Memory, outcome: Uint8Array): OwnMessage {
  const chain = chainOf(memory);
  const signature = signatureOf(memory.options.sign(sealMessage(chainHead(chain, outcome))));
  return { to: 0, round: memory.round, bytes: encodeMessage({ type: "seal", chain, outcome, signature }) };
}

/** Keeps a message of one's own, to be sent again after a restart; what goes to all counts as the others' does. */
export function addOwn(memory: Memory, message: OwnMessage): void {
  memory.own.push(message);
  if (message.to !== 0 || message.round !== memory.round) return;
  const decoded = decodeMessage(message.bytes, memory.numbers.length);
  if (!decoded.ok) throw new UsageError("usage.checkpoint", "a checkpoint with a message that is none");
  const { value } = decoded;
  if (value.type === "seal") memory.seals.set(memory.self, value);
  if (value.type !== "statement") return;
  const { chain, signature, body } = value;
  slotOf(memory, message.round, memory.self).statement = { chain, signature, body, hash: broadcastHash(body) };
}

/** The others' messages of the round that is over, as the protocol gets them. */
export function receivedOf(memory: Memory): readonly Received[] {
  const { round, rounds, others } = memory;
  const shape = rounds[round - 1];
  return others.map((from) => {
    const { statement, direct } = peekSlot(memory, round, from);
    return {
      from,
      ...(shape?.broadcast === true && statement !== undefined ? { broadcast: statement.body.slice() } : {}),
      ...(shape?.direct === true && direct !== undefined ? { direct: direct.slice() } : {}),
    };
  });
}

function signatureOf(signature: Uint8Array): Uint8Array {
  if (signature.length !== 64) throw new UsageError("usage.length", "an Ed25519 signature has 64 bytes");
  return signature;
}

import { equalBytes } from "@countersign/wire";
import { chainHead, sealMessage } from "./chain.ts";
import { type Charge, chainOf, type Memory, type Seal } from "./memory.ts";

/** What this party's seal, and everybody's, is a signature over; undefined before there is an outcome. */
export function sealedMessage(memory: Memory): Uint8Array | undefined {
  return memory.outcome === undefined ? undefined : sealMessage(chainHead(chainOf(memory), memory.outcome));
}

/** Whether a certificate holds a signature of every party over this party's own head. */
export function goodCertificate(
  memory: Memory,
  { outcome, signatures }: { readonly outcome: Uint8Array; readonly signatures: readonly Uint8Array[] },
): boolean {
  const message = sealedMessage(memory);
  if (message === undefined || memory.outcome === undefined || !equalBytes(memory.outcome, outcome)) return false;
  const { parties, options } = memory;
  return parties.every(({ ed25519 }, index) => {
    const signature = signatures[index];
    return signature !== undefined && options.verify(signature, message, ed25519);
  });
}

/** What is wrong with a seal whose history is this party's own; undefined if it is good. */
export function sealFault(memory: Memory, number: number, seal: Seal): Charge | undefined {
  if (memory.verified.has(seal)) return undefined;
  const { outcome, signature } = seal;
  const message = sealedMessage(memory);
  if (message === undefined || memory.outcome === undefined) return undefined;
  const charge = (code: Charge["code"], detail: string) => ({ code, culprits: [number], detail });
  if (!equalBytes(outcome, memory.outcome)) return charge("peer.differs", `party ${number} has another outcome`);
  const key = memory.parties.find((party) => party.number === number)?.ed25519;
  if (key !== undefined && memory.options.verify(signature, message, key)) {
    memory.verified.add(seal);
    return undefined;
  }
  return charge("peer.protocol", `party ${number} did not sign the outcome that it says it has`);
}

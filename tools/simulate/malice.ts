import type { SeededRandom } from "@countersign/testkit";
import { broadcastHash, chainHead, sealMessage, statementMessage } from "../../packages/session/src/chain.ts";
import { decodeMessage, encodeMessage } from "../../packages/session/src/messages.ts";
import type { Message } from "./links.ts";

/** What a malicious party makes of a message of its own program: itself, nothing, or others. */
export type Malice = (message: Message) => readonly Message[];

export interface Mallory {
  readonly number: number;
  readonly numbers: readonly number[];
  readonly rounds: number;
  readonly sign: (message: Uint8Array) => Uint8Array;
}

/** All that a malicious party does here, by name. What it says is signed with its key, as far as it wants it to be. */
export const malices: Readonly<Record<string, (mallory: Mallory, random: SeededRandom) => Malice>> = {
  "falls silent": (mallory, random) => {
    let left = random.integer(4 * mallory.numbers.length);
    return (message) => (left-- > 0 ? [message] : []);
  },
  "is silent towards one, from a round on"(mallory, random) {
    const to = random.pick(mallory.numbers);
    const from = roundOf(mallory, random);
    return (message) => (message.to === to && message.round >= from ? [] : [message]);
  },
  "says something else to some"(mallory, random) {
    const [round, isTold] = [roundOf(mallory, random), some(mallory, random)];
    const body = random.bytes(32);
    return (message) => [message.round === round && isTold(message.to) ? restate(mallory, message, { body }) : message];
  },
  "says two things to everybody"(mallory, random) {
    const round = roundOf(mallory, random);
    const body = random.bytes(32);
    return (message) => (message.round === round ? [message, restate(mallory, message, { body })] : [message]);
  },
  "lies about its history to some"(mallory, random) {
    const [round, isTold] = [roundOf(mallory, random), some(mallory, random)];
    const chain = random.bytes(32);
    return (message) => [
      message.round === round && isTold(message.to) ? restate(mallory, message, { chain }) : message,
    ];
  },
  "seals another outcome for some"(mallory, random) {
    const isTold = some(mallory, random);
    const outcome = random.bytes(32);
    return (message) => [isTold(message.to) ? reseal(mallory, message, { outcome }) : message];
  },
  "seals another history for some"(mallory, random) {
    const isTold = some(mallory, random);
    const chain = random.bytes(32);
    return (message) => [isTold(message.to) ? reseal(mallory, message, { chain }) : message];
  },
  "seals for some, and never says why"(mallory, random) {
    const isTold = some(mallory, random);
    return (message) => (message.round === mallory.rounds + 1 && isTold(message.to) ? [] : [message]);
  },
  "sends garbage"(mallory, random) {
    const [round, isTold] = [random.integer(mallory.rounds + 2), some(mallory, random)];
    return (message) => [
      message.round === round && isTold(message.to) ? { ...message, bytes: spoil(message.bytes, random) } : message,
    ];
  },
  "floods with what nobody asked for"(mallory, random) {
    const to = random.pick(mallory.numbers);
    return (message) => [
      message,
      ...Array.from({ length: 10 }, () => ({ ...message, to })),
      ...(random.chance(0.2) ? [{ ...message, to, round: 1 + random.integer(mallory.rounds + 3) }] : []),
    ];
  },
  "ends it for some, and blames somebody else"(mallory, random) {
    const [round, isTold] = [random.integer(mallory.rounds + 2), some(mallory, random)];
    const blamed = [random.pick(mallory.numbers)];
    const bytes = encodeMessage({ type: "abort", reason: "peer.protocol", blamed, text: "" });
    return (message) => (message.round === round && isTold(message.to) ? [{ ...message, round: 0, bytes }] : [message]);
  },
  "shows what nobody has said, to some"(mallory, random) {
    const [round, isTold] = [2 + random.integer(mallory.rounds), some(mallory, random)];
    const heard = Array.from({ length: mallory.numbers.length + 1 }, () => ({
      hash: random.bytes(32),
      signature: random.bytes(64),
    }));
    const bytes = encodeMessage({ type: "evidence", about: 1, heard });
    return (message) =>
      message.round === round && isTold(message.to) ? [message, { ...message, round: 0, bytes }] : [message];
  },
  "says that it waits for others"(mallory, random) {
    const round = roundOf(mallory, random);
    const bytes = encodeMessage({ type: "answer", at: round - 1, missing: [random.pick(mallory.numbers)] });
    return (message) => (message.round >= round ? [] : message.round === 0 ? [{ ...message, bytes }] : [message]);
  },
};

function roundOf({ rounds }: Mallory, random: SeededRandom): number {
  return 1 + random.integer(rounds);
}

/** At least one of the others. */
function some({ numbers }: Mallory, random: SeededRandom): (number: number) => boolean {
  const one = random.pick(numbers);
  const told = new Set(numbers.filter((number) => number === one || random.chance(0.4)));
  return (number) => told.has(number);
}

function restate(
  { number, sign }: Mallory,
  message: Message,
  change: { readonly body?: Uint8Array; readonly chain?: Uint8Array },
): Message {
  const decoded = decodeMessage(message.bytes, 2);
  if (!decoded.ok || decoded.value.type !== "statement") return message;
  const { chain, body } = {
    ...decoded.value,
    ...(decoded.value.body.length > 0 ? change : { chain: change.chain ?? decoded.value.chain }),
  };
  const signature = sign(statementMessage({ chain, round: message.round, from: number, hash: broadcastHash(body) }));
  return { ...message, bytes: encodeMessage({ type: "statement", chain, signature, body }) };
}

function reseal(
  { sign }: Mallory,
  message: Message,
  change: { readonly chain?: Uint8Array; readonly outcome?: Uint8Array },
): Message {
  const decoded = decodeMessage(message.bytes, 2);
  if (!decoded.ok || decoded.value.type !== "seal") return message;
  const { chain, outcome } = { ...decoded.value, ...change };
  const signature = sign(sealMessage(chainHead(chain, outcome)));
  return { ...message, bytes: encodeMessage({ type: "seal", chain, outcome, signature }) };
}

/** Cut, flipped, or other bytes altogether. */
function spoil(bytes: Uint8Array, random: SeededRandom): Uint8Array {
  const how = random.integer(3);
  if (how === 0) return bytes.slice(0, random.integer(bytes.length));
  if (how === 1) return random.bytes(random.integer(200));
  const flipped = bytes.slice();
  const at = random.integer(flipped.length);
  flipped[at] = (flipped[at] ?? 0) ^ (1 << random.integer(8));
  return flipped;
}

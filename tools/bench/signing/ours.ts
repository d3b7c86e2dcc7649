import type { NextRound, Received, RoundProtocol, Step } from "@countersign/session";
import { frostKeygen, frostSign, type KeyShare, type SuiteName } from "@countersign/signing";
import type { SigningSteps } from "./signing.ts";
import { inTurns, random, type TheirSigning } from "./theirs.ts";

interface Size {
  readonly threshold: number;
  readonly parties: number;
}

const transcript = new Uint8Array(32).fill(1);

/** What follows the commitments and the shares of all, for number 1. */
export async function ourKeygen(suite: SuiteName, { threshold, parties }: Size): Promise<() => void> {
  const numbers = Array.from({ length: parties }, (_, at) => at + 1);
  const protocols = numbers.map((self) =>
    frostKeygen({ suite, numbers, self, threshold, transcript, randomBytes: random }),
  );
  const begun = await Promise.all(protocols.map((protocol) => begin(protocol)));
  const commitments = begun.map(({ broadcast = new Uint8Array() }, at) => ({ from: at + 1, broadcast }));
  const toMe: Received[] = [];
  for (const [at, protocol] of protocols.entries()) {
    if (at === 0) continue;
    const dealt = await advance(protocol, begun[at]?.state, 1, without(commitments, at + 1));
    toMe.push({ from: at + 1, direct: dealt.direct?.get(1) ?? new Uint8Array() });
  }
  const [mine] = protocols;
  const state = begun[0]?.state;
  if (mine === undefined || state === undefined) throw new Error("no parties");
  return () => {
    const dealt = roundOf(mine.advance(state, 1, without(commitments, 1)));
    const judged = roundOf(mine.advance(dealt.state, 2, toMe));
    if (judged.broadcast?.length !== 1) throw new Error("a complaint");
  };
}

/** A signature share, and the signature of all, for number 1. */
export async function ourSigning(suite: SuiteName, { size, keys }: TheirSigning): Promise<SigningSteps> {
  const { threshold, parties } = size;
  const signers = Array.from({ length: threshold }, (_, at) => at + 1);
  const signed = await Promise.all(
    keys.map(async ({ public: pub, secretShares }) => {
      const shares = Object.values(secretShares);
      const verifying = shares.map(({ identifier }) => pub.verifyingShares[identifier] ?? new Uint8Array());
      const verificationShares = new Map(verifying.map((key, at) => [at + 1, key]));
      const groupKey = pub.commitments[0] ?? new Uint8Array();
      const protocols = signers.map((number) => {
        const secretShare = shares[number - 1]?.signingShare ?? new Uint8Array();
        const share: KeyShare = {
          ...{ suite, threshold, parties, number, secretShare, groupKey, verificationShares, transcript },
        };
        const proposal = { kind: "text", text: "The treasury has voted." } as const;
        return frostSign({
          ...{ share, signers, transcript, approve: () => true, randomBytes: random },
          ...(number === 1 && { proposal }),
        });
      });
      const first = await Promise.all(protocols.map((protocol) => begin(protocol)));
      const second = await next(protocols, 1, first);
      const third = await next(protocols, 2, second);
      const [mine] = protocols;
      const [approved, shared] = [second[0]?.state, third[0]?.state];
      if (mine === undefined || approved === undefined || shared === undefined) throw new Error("no signers");
      const commitments = without(broadcasts(second), 1);
      const signatures = without(broadcasts(third), 1);
      return {
        share: () => void roundOf(mine.advance(approved, 2, commitments)),
        aggregate() {
          const done = mine.advance(shared, 3, signatures);
          if (done instanceof Promise || done.type !== "done") throw new Error("no signature");
        },
      };
    }),
  );
  return {
    share: inTurns(signed.map(({ share }) => share)),
    aggregate: inTurns(signed.map(({ aggregate }) => aggregate)),
  };
}

type Anything = Pick<RoundProtocol<unknown>, "begin" | "advance">;

async function begin(protocol: Anything): Promise<NextRound> {
  return roundOf(await protocol.begin());
}

async function advance(
  protocol: Anything,
  state: Uint8Array | undefined,
  round: number,
  received: Received[],
): Promise<NextRound> {
  return roundOf(await protocol.advance(state ?? new Uint8Array(), round, received));
}

function next(protocols: readonly Anything[], round: number, steps: readonly NextRound[]): Promise<NextRound[]> {
  const sent = broadcasts(steps);
  return Promise.all(
    protocols.map((protocol, at) => advance(protocol, steps[at]?.state, round, without(sent, at + 1))),
  );
}

function broadcasts(steps: readonly NextRound[]): Received[] {
  return steps.map(({ broadcast = new Uint8Array() }, at) => ({ from: at + 1, broadcast }));
}

function without(messages: readonly Received[], number: number): Received[] {
  return messages.filter(({ from }) => from !== number);
}

function roundOf(step: Step<unknown> | Promise<Step<unknown>>): NextRound {
  if (step instanceof Promise || step.type !== "round") throw new Error("not a round");
  return step;
}

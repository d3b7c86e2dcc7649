import type { CeremonyOptions } from "@countersign/session";
import { frostKeygen, frostSign, type KeyShare, type SigningResult } from "@countersign/signing";
import type { SeededRandom } from "@countersign/testkit";
import { concat, equalBytes, utf8 } from "@countersign/wire";
import { ed25519 } from "@noble/curves/ed25519.js";
import { schnorr } from "@noble/curves/secp256k1.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { type Course, hold, type Setting, type Signer } from "./ceremony.ts";
import { cheapProtocol } from "./cheap-protocol.ts";
import { judge } from "./judge.ts";
import type { Plan } from "./plan.ts";

/** What a run came to. */
export interface Outcome {
  readonly faults: readonly string[];
  readonly courses: readonly Course[];
}

/** Plays a plan, and says what must not have happened. */
export type World = (plan: Plan) => Promise<Outcome>;

/** Hashes in the place of signatures: nobody here tries to forge one, and they take a thousandth of the time. */
export function standIns(seed: number): {
  readonly verify: CeremonyOptions["verify"];
  readonly signers: (numbers: readonly number[]) => ReadonlyMap<number, Signer>;
} {
  const tag = (key: Uint8Array, message: Uint8Array) => sha256(concat(key, message));
  const stamp = (key: Uint8Array, message: Uint8Array) => concat(tag(key, message), tag(message, key));
  return {
    verify: (signature, message, key) => equalBytes(signature, stamp(key, message)),
    signers: (numbers) =>
      new Map(
        numbers.map((number): [number, Signer] => {
          const key = sha256(utf8(`${seed} ${number}`));
          return [number, { ed25519: key, sign: (message) => stamp(key, message) }];
        }),
      ),
  };
}

/** Stand-ins for all that is expensive: hashes for signatures, and a protocol without curves. */
export const cheapWorld: World = async (plan) => {
  const { verify, signers } = standIns(plan.seed);
  const numbers = Array.from({ length: plan.count }, (_, index) => index + 1);
  const protocol = (number: number) => cheapProtocol(number, numbers, plan.random.bytes);
  const transcript = sha256(utf8(`${plan.seed}`));
  const keys = signers(numbers);
  const course = await hold({ plan, kind: "sign", threshold: 2, transcript, numbers, signers: keys, verify, protocol });
  return { faults: judge(course, plan.mallory?.number, verify), courses: [course] };
};

/** FROST and Ed25519 as they are: a key is made, and the first signers, as many as it takes, sign with it. */
export const realWorld: World = async (plan) => {
  const { random, mallory } = plan;
  const numbers = Array.from({ length: plan.count }, (_, index) => index + 1);
  const threshold = 2 + random.integer(plan.count - 1);
  const common = { plan, threshold, signers: signersOf(numbers, random), verify: realSignature };
  const suite = random.pick(["secp256k1-taproot", "ed25519"] as const);
  const randomBytes = random.bytes;
  const keygen: Setting = {
    ...{ ...common, kind: "keygen", numbers, transcript: randomBytes(32) },
    protocol: (self) => frostKeygen({ suite, numbers, self, threshold, transcript: keygen.transcript, randomBytes }),
  };
  const made = await hold(keygen);
  const faults = [...judge(made, mallory?.number, realSignature)];
  const shares = sharesOf(keygen, made);
  const chosen = numbers.slice(0, threshold);
  // Whoever is malicious has a share, too, but its program may have ended in any way.
  if (!chosen.every((number) => shares.has(number))) return { faults, courses: [made] };
  const signing: Setting = {
    ...{ ...common, kind: "sign", numbers: chosen, transcript: randomBytes(32) },
    protocol(number) {
      const share = shares.get(number);
      if (share === undefined) throw new Error(`party ${number} has no share`);
      const proposal = number === chosen[0] ? ({ kind: "text", text: `seed ${plan.seed}` } as const) : undefined;
      const common = { share, signers: chosen, transcript: signing.transcript, randomBytes, approve: () => true };
      return frostSign({ ...common, ...(proposal === undefined ? {} : { proposal }) });
    },
  };
  const signed = await hold(signing);
  faults.push(...judge(signed, mallory?.number, realSignature), ...judgeSignatures(signing, signed, shares));
  return { faults, courses: [made, signed] };
};

/** Signatures that the verifier of somebody who knows nothing of FROST does not take. */
function judgeSignatures(
  { plan, protocol }: Setting,
  { processes }: Course,
  shares: ReadonlyMap<number, KeyShare>,
): readonly string[] {
  const message = utf8(`seed ${plan.seed}`);
  return [...processes].flatMap(([number, { ends }]) =>
    ends.flatMap((end) => {
      const share = shares.get(number);
      if (end.type !== "complete" || share === undefined) return [];
      const result = protocol(number).restore(end.state) as SigningResult;
      const [signature, key] = [result.kind === "message" ? result.signature : new Uint8Array(64), share.groupKey];
      const isGood =
        share.suite === "ed25519"
          ? ed25519.verify(signature, message, key)
          : schnorr.verify(signature, message, key.slice(1));
      return isGood ? [] : [`party ${number} has a signature that does not verify`];
    }),
  );
}

/** Verifies Ed25519 as it is. */
export const realSignature: CeremonyOptions["verify"] = (signature, message, key) =>
  ed25519.verify(signature, message, key);

/** Makes a key of each party. */
export function signersOf(numbers: readonly number[], random: SeededRandom): ReadonlyMap<number, Signer> {
  return new Map(
    numbers.map((number) => {
      const secret = random.bytes(32);
      return [number, { ed25519: ed25519.getPublicKey(secret), sign: (message) => ed25519.sign(message, secret) }];
    }),
  );
}

function sharesOf(keygen: Setting, { all }: Course): ReadonlyMap<number, KeyShare> {
  return new Map(
    [...all].flatMap(([number, { ends }]) => {
      const [complete] = ends.filter((end) => end.type === "complete");
      return complete === undefined ? [] : [[number, keygen.protocol(number).restore(complete.state) as KeyShare]];
    }),
  );
}

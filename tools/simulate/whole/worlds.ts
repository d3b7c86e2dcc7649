import { nodeBackend } from "@countersign/noise/node";
import { frostKeygen } from "@countersign/signing";
import { cheapProtocol } from "../cheap-protocol.ts";
import { realSignature, signersOf, standIns, type World } from "../worlds.ts";
import { standInBackend } from "./backends.ts";
import { meet } from "./session.ts";
import { pake } from "./stand-in-spake2.ts";

/** Sessions as they are, from the code on, over stand-ins for all that is expensive. */
export const cheapWhole: World = async (plan) => {
  pake.isStandIn = true;
  const { verify, signers } = standIns(plan.seed);
  const numbers = Array.from({ length: plan.count }, (_, index) => index + 1);
  const protocol = (number: number) => cheapProtocol(number, numbers, plan.random.bytes);
  const common = { plan, kind: "sign", threshold: 2, verify, backend: standInBackend } as const;
  const { faults, course } = await meet({ ...common, signers: signers(numbers), protocol });
  return { faults, courses: [course] };
};

/** The same without any stand-in but for scrypt: a code, SPAKE2, Noise, Ed25519, and a key made with FROST. */
export const realWhole: World = async (plan) => {
  pake.isStandIn = false;
  const { random } = plan;
  const numbers = Array.from({ length: plan.count }, (_, index) => index + 1);
  const threshold = 2 + random.integer(plan.count - 1);
  const suite = random.pick(["secp256k1-taproot", "ed25519"] as const);
  const randomBytes = random.bytes;
  const { faults, course } = await meet({
    ...{ plan, kind: "keygen", threshold, signers: signersOf(numbers, random), backend: nodeBackend },
    verify: realSignature,
    protocol: (self, transcript) => frostKeygen({ suite, numbers, self, threshold, transcript, randomBytes }),
  });
  return { faults, courses: [course] };
};

import { quantile } from "../crowd.ts";
import type { Figure, Proof } from "../proof.ts";
import { signAndDie } from "../signings/sign-and-die.ts";

/** Signers are killed in the middle of signings; other processes go on, and no nonce stands under two shares. */
export const c6: Proof = {
  id: "c6",
  title: "kill -9 of signers while they sign",
  async run(scale, { seed, progress, note }): Promise<readonly Figure[]> {
    const rounds = scale === "quick" ? 20 : 1_000;
    const signings = await signAndDie(rounds, { seed, progress });
    for (const complaint of signings.complaints.slice(0, 5)) note(complaint);
    const { seconds } = signings;
    return [
      { name: "signings", value: rounds, unit: "" },
      { name: "processes killed while they signed", value: signings.killed, unit: "", target: { atLeast: rounds / 2 } },
      { name: "too late to kill", value: signings.late, unit: "" },
      { name: "lives that ended by themselves", value: signings.ended, unit: "", target: { atMost: 0 } },
      { name: "not signed by all in the end", value: signings.unsigned, unit: "", target: { atMost: 0 } },
      { name: "statements heard", value: signings.heard, unit: "", target: { atLeast: rounds * 9 } },
      { name: "rounds with two different ones", value: signings.contradictions, unit: "", target: { atMost: 0 } },
      { name: "nonces committed to", value: signings.commitments, unit: "", target: { atLeast: rounds * 3 } },
      { name: "nonces under two shares", value: signings.reused, unit: "", target: { atMost: 0 } },
      { name: "median of a signing with its deaths", value: quantile(seconds, 0.5), unit: "s" },
      { name: "slowest", value: Math.max(...seconds), unit: "s", target: { atMost: 20 } },
    ];
  },
};

import { quantile } from "../crowd.ts";
import type { Figure, Proof } from "../proof.ts";
import { survive } from "../survivors.ts";

/** Two clients are killed again and again while they send to each other; other processes take their session up. */
export const j: Proof = {
  id: "j",
  title: "kill -9 of clients between send and receive",
  async run(scale, { seed, progress, note }): Promise<readonly Figure[]> {
    const rounds = scale === "quick" ? 20 : 200;
    const survival = await survive(rounds, { seed, progress });
    for (const complaint of survival.complaints.slice(0, 5)) note(complaint);
    const { linkedIn } = survival;
    return [
      { name: "rounds", value: rounds, unit: "" },
      { name: "processes killed", value: survival.killed, unit: "", target: { atLeast: rounds } },
      { name: "not linked again", value: survival.unlinked, unit: "", target: { atMost: 0 } },
      { name: "lives that ended by themselves", value: survival.failed, unit: "", target: { atMost: 0 } },
      { name: "messages kept by their sender", value: survival.kept, unit: "", target: { atLeast: rounds } },
      { name: "kept and lost", value: survival.lost, unit: "", target: { atMost: 0 } },
      { name: "told twice", value: survival.duplicated, unit: "", target: { atMost: 0 } },
      { name: "out of order", value: survival.reordered, unit: "", target: { atMost: 0 } },
      { name: "told again under the same number, not taken before", value: survival.toldAgain, unit: "" },
      { name: "nonces used", value: survival.sealed, unit: "", target: { atLeast: survival.kept } },
      { name: "nonces used twice under one key", value: survival.reused, unit: "", target: { atMost: 0 } },
      { name: "median from start to link", value: quantile(linkedIn, 0.5), unit: "s" },
      { name: "slowest from start to link", value: Math.max(...linkedIn), unit: "s", target: { atMost: 10 } },
    ];
  },
};

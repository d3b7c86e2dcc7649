import { bytesOf, SAS_COMMIT, SAS_OK, SAS_REVEAL, script, startOne } from "./group.ts";

/** What is said in an honest group of three. */
export const said = script(3);
/** 32 bytes that nobody says. */
export const junk = bytesOf("junk");
const { commit, nonce, ok } = said;

/** Party 1 of three at each step on the way. */
export const stages = {
  committing: () => startOne(1, 3),
  "committing, one commitment held": () => {
    const one = startOne(1, 3);
    one.hear(2, SAS_COMMIT, commit(2));
    return one;
  },
  "committing, one reveal held": () => {
    const one = stages["committing, one commitment held"]();
    one.hear(2, SAS_REVEAL, nonce(2));
    return one;
  },
  opening: () => {
    const one = stages["committing, one commitment held"]();
    one.hear(3, SAS_COMMIT, commit(3));
    return one;
  },
  "opening, one reveal held": () => {
    const one = stages.opening();
    one.hear(2, SAS_REVEAL, nonce(2));
    return one;
  },
  comparing: () => {
    const one = stages["opening, one reveal held"]();
    one.hear(3, SAS_REVEAL, nonce(3));
    return one;
  },
  "comparing, one yes heard": () => {
    const one = stages.comparing();
    one.hear(2, SAS_OK, ok(2));
    return one;
  },
  agreed: () => {
    const one = stages.comparing();
    one.step({ type: "confirm", same: true });
    return one;
  },
  "agreed, one yes heard": () => {
    const one = stages.agreed();
    one.hear(2, SAS_OK, ok(2));
    return one;
  },
};
export type Stage = keyof typeof stages;
export const stageNames = Object.keys(stages) as Stage[];
export const isOpening = (stage: Stage) => stage.startsWith("opening");

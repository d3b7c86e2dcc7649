import { contact, type Expectation, type Step } from "./refusal.ts";
import { BEGIN } from "./session-script.ts";

/** The first contact as it should be. */
export const good = contact();
export const { P1, P2, P3, P4, P5 } = good.packets;
const drawsI = [good.ephemeral.I.privateKey, good.random.I];
/** What alice draws when P1 arrives. */
export const drawsR = [good.ephemeral.R.privateKey, good.random.R];

/** Alice has answered P1, or P3; Bob has sent P1, or P3. */
export const answerP1: readonly Step[] = [{ receive: P1, draws: drawsR }, { send: P2 }];
export const answerP3: readonly Step[] = [...answerP1, { receive: P3 }, { send: P4 }];
export const call: readonly Step[] = [{ call: BEGIN, draws: drawsI }, { send: P1 }];
export const callToP3: readonly Step[] = [...call, { receive: P2 }, { send: P3 }];

/** Nothing has changed. */
export const drop = (layer: Expectation["layer"], code: string): Expectation => ({ layer, code, outcome: "drop" });
/** The session is over. */
export const end = (layer: Expectation["layer"], code: string): Expectation => ({ layer, code, outcome: "end" });

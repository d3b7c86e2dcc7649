import { bad, type Finding, good } from "./finding.ts";

export interface Parameters {
  readonly parties: number;
  readonly threshold: number;
  /** What the relay allows, if it is known. */
  readonly mostParties: number | undefined;
}

/** Whether a key of these numbers can be made, and what they mean. */
export function checkParameters({ parties, threshold, mostParties = 255 }: Parameters): Finding {
  const name = "parameters";
  const found = `${threshold} of ${parties}`;
  if (parties > mostParties) {
    return bad(name, found, `The relay allows sessions of ${mostParties} parties. Take fewer, or another relay.`);
  }
  if (threshold > parties) return bad(name, found, `The threshold is at most the number of parties, ${parties}.`);
  if (threshold < 2) return bad(name, found, "With a threshold of 1 everybody could sign alone: take 2 at least.");
  if (threshold === parties) return good(name, `${found}: every share is needed, and one that is lost loses the key`);
  return good(name, `${found}: ${parties - threshold} may be lost or absent`);
}

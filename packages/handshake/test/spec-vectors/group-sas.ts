import { encodeHex, FrameKind } from "@countersign/wire";
import { expect } from "vitest";
import { createGroupSas } from "../../src/sas/group-sas.ts";
import type { SasInput, SasKind, SasOutput } from "../../src/sas/group-sas-types.ts";
import { unhex } from "../support/shared-vectors.ts";
import { checkSasValues, type SasJson, sasParty } from "./sas-values.ts";
import { type PartyJson, parametersOf, type SessionJson, type VectorFile } from "./vector-files.ts";

type KindName = "SAS_COMMIT" | "SAS_REVEAL" | "SAS_OK";

export interface GroupSasVector extends VectorFile {
  readonly session: SessionJson;
  readonly parties: readonly PartyJson[];
  readonly self: number;
  readonly sas: SasJson;
  readonly steps: readonly (
    | { readonly say: KindName }
    | { readonly hear: KindName; readonly from: number; readonly content: string }
    | { readonly tell: "yes" | "no" }
  )[];
  readonly expect: { readonly code: string; readonly culprits: readonly number[]; readonly counts: boolean };
}

const now = { ms: 0, unixSeconds: 0 };

/** Plays one party of a recorded group SAS: all goes well up to the last step, which must be its end. */
export function playGroupSas(vector: GroupSasVector): void {
  const { self, sas } = vector;
  checkSasValues(vector.session, vector.parties, sas);
  const own = sas.parties.find(({ number }) => number === self);
  if (own === undefined) throw new Error("the file does not have the nonce of its own party");
  const machine = createGroupSas({
    parameters: parametersOf(vector.session),
    self,
    parties: vector.parties.map(sasParty),
    verified: false,
    randomBytes: () => unhex(own.nonce),
  });
  const contents = { SAS_COMMIT: own.commitment, SAS_REVEAL: own.nonce, SAS_OK: own.confirmation };
  const outputs: SasOutput[] = [...machine.step({ type: "start" }, now)];
  const said = () => {
    const index = outputs.findIndex(({ type }) => type === "broadcast");
    const [output] = outputs.splice(index, index < 0 ? 0 : 1);
    return output?.type === "broadcast" ? { kind: output.kind, content: encodeHex(output.content) } : undefined;
  };
  for (const step of vector.steps) {
    expect(outputs.filter(({ type }) => type === "failed")).toEqual([]);
    if ("say" in step) expect(said()).toEqual({ kind: kindOf(step.say), content: contents[step.say] });
    else outputs.push(...machine.step(inputOf(step), now));
  }
  const { code, culprits, counts } = vector.expect;
  const failed = outputs.filter((output) => output.type === "failed");
  expect(failed).toEqual([{ type: "failed", code, culprits, detail: expect.any(String), persist: counts }]);
  const shown = outputs.flatMap((output) => (output.type === "sas" ? [output.words] : []));
  expect(shown.filter((words) => words !== sas.words)).toEqual([]);
}

function inputOf(step: Exclude<GroupSasVector["steps"][number], { say: KindName }>): SasInput {
  if ("tell" in step) return { type: "confirm", same: step.tell === "yes" };
  return { type: "message", from: step.from, kind: kindOf(step.hear), content: unhex(step.content) };
}

function kindOf(name: KindName): SasKind {
  return FrameKind[name];
}

import { describe, describeFacts, describeParty, describeSas, type Json } from "../describe.ts";
import { fixedUuid, makeParty, type SessionFacts } from "../protocol/party.ts";
import { groupSas } from "../protocol/sas.ts";
import type { KindName } from "../protocol/wire.ts";
import { fixedRandom } from "../randomness.ts";
import type { Scenario } from "../scenario.ts";
import { flip } from "./tamper.ts";

const facts: SessionFacts = {
  group: fixedUuid("sas/group"),
  session: fixedUuid("sas/session"),
  kind: "keygen",
  parties: 3,
  threshold: 2,
};
const parties = ["alice", "Bob", "Zoë"].map((label, index) => makeParty("sas", index + 1, label));
const sas = groupSas(facts, parties, "sas");
// What Bob and Zoë make of a group in which alice has another key: the view of those who talk to a man in the middle.
const [alice, ...others] = parties;
const elsewhere =
  alice === undefined
    ? sas
    : groupSas(facts, [{ ...alice, noiseStatic: makeParty("sas", 1, "mallory").noiseStatic }, ...others], "sas");

type What =
  | { readonly hear: KindName; readonly from: number; readonly content: Uint8Array }
  | { readonly say: KindName }
  | { readonly tell: "yes" | "no" };

function share(number: number, of = sas) {
  const found = of.shares.find((candidate) => candidate.number === number);
  if (found === undefined) throw new Error(`no party ${number}`);
  return found;
}

const commit = (from: number, content = share(from).commitment): What => ({ hear: "SAS_COMMIT", from, content });
const reveal = (from: number, content = share(from).nonce): What => ({ hear: "SAS_REVEAL", from, content });
const ok = (from: number, content = share(from).confirmation): What => ({ hear: "SAS_OK", from, content });
const start: readonly What[] = [{ say: "SAS_COMMIT" }];
const revealed: readonly What[] = [...start, commit(2), commit(3), { say: "SAS_REVEAL" }];
const shown: readonly What[] = [...revealed, reveal(2), reveal(3)];
const agreed: readonly What[] = [...shown, { tell: "yes" }, { say: "SAS_OK" }];

interface Failure {
  readonly title: string;
  readonly rule: string;
  readonly steps: readonly What[];
  readonly code: "peer.sas-mismatch" | "peer.sas-aborted" | "peer.protocol";
  readonly culprits: readonly number[];
  /** Whether it is a SAS failure of section 8.5. */
  readonly counts: boolean;
}

/** Alice's run up to the message at which it has to fail: the last step. */
function failure(name: string, { title, rule, steps, code, culprits, counts }: Failure): Scenario {
  const expect: Json = { layer: "sas", code, culprits, counts };
  return {
    name: `sas-${name}`,
    format: "group-sas",
    title,
    spec: [`0003, section 8.4, ${rule}`],
    content: {
      session: describeFacts(facts),
      parties: parties.map(describeParty),
      self: 1,
      sas: describeSas(sas),
      steps: steps.map((step) => describe({ ...step })),
      expect,
    },
  };
}

/** Group SAS that must fail, each at its last step. */
export function groupSasFailures(): readonly Scenario[] {
  const other = fixedRandom("sas/another nonce", 32);
  const fault = { culprits: [2], counts: false } as const;
  return [
    failure("another-commitment", {
      title: "a second commitment of one party",
      rule: "rule 1",
      steps: [...start, commit(2), commit(2, flip(share(2).commitment, 0))],
      code: "peer.protocol",
      ...fault,
    }),
    failure("short-commitment", {
      title: "a commitment of 31 bytes",
      rule: "8.3",
      steps: [...start, commit(2, share(2).commitment.slice(1))],
      code: "peer.protocol",
      ...fault,
    }),
    failure("reveal-without-commitment", {
      title: "a reveal of a party that has not committed",
      rule: "rule 3",
      steps: [...start, reveal(2)],
      code: "peer.protocol",
      ...fault,
    }),
    failure("another-nonce", {
      title: "a reveal that does not open its commitment",
      rule: "rule 3",
      steps: [...revealed, reveal(2, other)],
      code: "peer.sas-mismatch",
      culprits: [2],
      counts: true,
    }),
    failure("another-group", {
      title: "a good opening of a commitment to another group: there is someone in the middle",
      rule: "rule 3",
      steps: [...start, commit(2, share(2, elsewhere).commitment), commit(3), { say: "SAS_REVEAL" }, reveal(2)],
      code: "peer.sas-mismatch",
      culprits: [2],
      counts: true,
    }),
    failure("ok-before-reveal", {
      title: "a SAS_OK of a party that has not revealed",
      rule: "rule 7",
      steps: [...revealed, ok(2)],
      code: "peer.protocol",
      culprits: [2],
      counts: true,
    }),
    failure("another-string", {
      title: "a SAS_OK for another string",
      rule: "rule 7",
      steps: [...shown, ok(2, share(2, elsewhere).confirmation)],
      code: "peer.sas-mismatch",
      culprits: [2],
      counts: true,
    }),
    failure("another-ok", {
      title: "a second SAS_OK of one party",
      rule: "rule 7",
      steps: [...agreed, ok(2), ok(2, flip(share(2).confirmation, 0))],
      code: "peer.protocol",
      ...fault,
    }),
    failure("no", {
      title: "the user says that the strings differ",
      rule: "rule 6",
      steps: [...shown, { tell: "no" }],
      code: "peer.sas-mismatch",
      culprits: [],
      counts: true,
    }),
  ];
}

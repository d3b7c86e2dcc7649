import { describe, describeFacts, describeParty, type Json } from "../describe.ts";
import { concat, u8, u16 } from "../protocol/bytes.ts";
import {
  certificate,
  chain,
  digest,
  direct,
  evidence,
  h0,
  headOf,
  record,
  seal,
  sealSignature,
  statement,
  statementSignature,
  type Terms,
} from "../protocol/ceremony.ts";
import { fixedUuid, makeParty, type PartySecrets, type SessionFacts } from "../protocol/party.ts";
import { groupSas } from "../protocol/sas.ts";
import { fixedRandom } from "../randomness.ts";
import type { Scenario } from "../scenario.ts";
import { flip } from "./tamper.ts";

const facts: SessionFacts = {
  group: fixedUuid("ceremony/group"),
  session: fixedUuid("ceremony/session"),
  kind: "keygen",
  parties: 3,
  threshold: 2,
};
const parties = ["alice", "Bob", "Zoë"].map((label, index) => makeParty("ceremony", index + 1, label));
const terms: Terms = {
  GT: groupSas(facts, parties, "ceremony").GT,
  facts,
  confirmation: "sas",
  protocol: "example/commit-and-whisper/1",
  rounds: [
    { name: "commit", broadcast: true, direct: false },
    { name: "whisper", broadcast: false, direct: true },
    { name: "reveal", broadcast: true, direct: true },
  ],
  parties,
};
const self = 1;
const outcome = fixedRandom("ceremony/outcome", 32);

const bodyOf = ({ label }: PartySecrets, round: number) =>
  terms.rounds[round - 1]?.broadcast === true ? fixedRandom(`ceremony/${label}/${round}`, 40) : new Uint8Array(0);
const directOf = (from: PartySecrets, to: PartySecrets, round: number) =>
  fixedRandom(`ceremony/${from.label}/${to.label}/${round}`, 33);

const digests = terms.rounds.map((_, index) =>
  digest(
    terms,
    index + 1,
    parties.map((party) => bodyOf(party, index + 1)),
  ),
);
/** h_0 to h_R. */
const chains = [h0(terms)];
for (const d of digests) chains.push(chain(last(chains), d));

function last(all: readonly Uint8Array[]): Uint8Array {
  return all.at(-1) ?? new Uint8Array(0);
}
const h = (round: number) => chains[round] ?? new Uint8Array(0);
const party = (number: number) => {
  const found = parties.find((candidate) => candidate.number === number);
  if (found === undefined) throw new Error(`no party ${number}`);
  return found;
};

/** A message that `from` sends to one party, or to all others (0). */
interface Sent {
  readonly from: number;
  readonly to: number;
  readonly round: number;
  readonly bytes: Uint8Array;
}

const statementOf = (from: number, round: number, body = bodyOf(party(from), round), before = h(round - 1)): Sent => ({
  from,
  to: 0,
  round,
  bytes: statement(party(from), { before, round, body }),
});
const roundOf = (from: number, round: number): readonly Sent[] => [
  statementOf(from, round),
  ...parties
    .filter(({ number }) => number !== from && terms.rounds[round - 1]?.direct === true)
    .map((to) => ({ from, to: to.number, round, bytes: direct(directOf(party(from), to, round)) })),
];
const everybody = (round: number) => parties.flatMap(({ number }) => roundOf(number, round));
const sealRound = terms.rounds.length + 1;
const sealOf = (from: number, of = outcome): Sent => ({
  from,
  to: 0,
  round: sealRound,
  bytes: seal(party(from), last(chains), of),
});
const control = (from: number, bytes: Uint8Array, to = 0): Sent => ({ from, to, round: 0, bytes });
const good = terms.rounds.flatMap((_, index) => everybody(index + 1));

interface Failure {
  readonly title: string;
  readonly section: string;
  readonly messages: readonly Sent[];
  /** Milliseconds that pass after the last message before it fails. */
  readonly wait?: number;
  readonly code: string;
  readonly culprits: readonly number[];
}

function scenario(name: string, title: string, section: string, content: { readonly [key: string]: Json }): Scenario {
  return {
    name: `ceremony-${name}`,
    format: "ceremony",
    title,
    spec: [`0005, section ${section}`],
    content: {
      session: describeFacts(facts),
      GT: describe(terms.GT),
      confirmation: terms.confirmation,
      protocol: describe({ name: terms.protocol, rounds: terms.rounds.map((round) => ({ ...round })) }),
      parties: parties.map(describeParty),
      self,
      outcome: describe(outcome),
      ...content,
    },
  };
}

function failure(name: string, { title, section, messages, wait = 0, code, culprits }: Failure): Scenario {
  return scenario(name, title, section, {
    messages: messages.map((message) => describe({ ...message })),
    wait,
    expect: { layer: "ceremony", code, culprits },
  });
}

/** A good ceremony of three, and those that must fail for the first of them, at their last message. */
export function ceremonies(): readonly Scenario[] {
  const lie = fixedRandom("ceremony/lie", 40);
  // Zoë tells Bob something else than alice in round 1, so that Bob goes on with another chain.
  const bodies = [bodyOf(party(1), 1), bodyOf(party(2), 1), lie];
  const bobs = chain(h(0), digest(terms, 1, bodies));
  const heardByBob = parties.map((one, index) => {
    const body = bodies[index] ?? lie;
    return { body, signature: statementSignature(one, { before: h(0), round: 1, body }) };
  });
  const forged = heardByBob.map((entry, index) =>
    index === 2 ? { ...entry, signature: flip(entry.signature, 0) } : entry,
  );
  const aliceGoesOn = [...everybody(1), ...roundOf(1, 2)];
  const signatures = parties.map((one) => sealSignature(one, headOf(last(chains), outcome)));
  const split = [...aliceGoesOn, statementOf(2, 2, undefined, bobs)];
  return [
    scenario("three-parties", "three rounds among three parties, their seals, certificate and record", "3 and 8", {
      chain: chains.map((one) => describe(one)),
      digests: digests.map((one) => describe(one)),
      head: describe(headOf(last(chains), outcome)),
      messages: [...good, sealOf(1), sealOf(2), sealOf(3)].map((message) => describe({ ...message })),
      certificate: describe(certificate(outcome, signatures)),
      record: record(terms, digests, outcome),
    }),
    failure("two-statements", {
      title: "Zoë told Bob something else in round 1, and both statements are signed",
      section: "5",
      messages: [...split, control(2, evidence(1, heardByBob))],
      code: "peer.equivocation",
      culprits: [3],
    }),
    failure("forged-evidence", {
      title: "Bob shows a statement of Zoë's that she did not sign",
      section: "5",
      messages: [...split, control(2, evidence(1, forged))],
      code: "peer.protocol",
      culprits: [2],
    }),
    failure("false-chain", {
      title: "Bob says another chain, and shows what alice heard as well",
      section: "5",
      messages: [
        ...split,
        control(
          2,
          evidence(
            1,
            parties.map((one) => {
              const body = bodyOf(one, 1);
              return { body, signature: statementSignature(one, { before: h(0), round: 1, body }) };
            }),
          ),
        ),
      ],
      code: "peer.protocol",
      culprits: [2],
    }),
    failure("other-terms", {
      title: "Bob has another threshold",
      section: "5",
      messages: [...roundOf(1, 1), statementOf(2, 1, undefined, h0({ ...terms, facts: { ...facts, threshold: 3 } }))],
      code: "peer.differs",
      culprits: [2],
    }),
    failure("unsigned-statement", {
      title: "a statement with another signature",
      section: "6",
      messages: [...roundOf(1, 1), { ...statementOf(2, 1), bytes: flip(statementOf(2, 1).bytes, 40) }],
      code: "peer.protocol",
      culprits: [2],
    }),
    failure("said-twice", {
      title: "two statements in one round",
      section: "6",
      messages: [...roundOf(1, 1), statementOf(2, 1), statementOf(2, 1, lie)],
      code: "peer.equivocation",
      culprits: [2],
    }),
    failure("another-outcome", {
      title: "a seal over another outcome, and nobody who has a better one",
      section: "4",
      messages: [...good, sealOf(1), sealOf(2, lie.slice(0, 32)), sealOf(3)],
      wait: 30_000,
      code: "peer.differs",
      culprits: [2],
    }),
    failure("abort", {
      title: "Bob ends it and blames Zoë",
      section: "6",
      messages: [...roundOf(1, 1), control(2, concat(u8(4), u8(4), u8(1), u8(3), u16(0)))],
      code: "peer.aborted",
      culprits: [],
    }),
  ];
}

import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Received } from "@countersign/session";
import { encodeHex } from "@countersign/wire";
import { describe, expect, test } from "vitest";
import { decodeKeyShare, frostKeygen, keyGroup, keyId, payloadDigest, type SuiteName } from "../src/index.ts";
import { encodeCommitments } from "../src/keygen/commitments.ts";
import { committedState } from "../src/keygen/keygen-state.ts";
import { checkParameters } from "../src/keygen/parameters.ts";
import { decodePayload } from "../src/payload.ts";
import { suites } from "../src/suite.ts";
import { unhex } from "./rfc9591.ts";

// The files were computed from the text of the specification by tools/vectors, which has even its curves of its own.
const folder = fileURLToPath(new URL("../../../spec/vectors", import.meta.url));

interface Vector {
  readonly scenario: string;
  readonly title: string;
  readonly suite: SuiteName;
  readonly threshold: number;
  readonly GT: string;
  readonly parties: readonly {
    readonly number: number;
    readonly coefficients: readonly string[];
    readonly random: string;
    readonly commitments: string;
    readonly shares: readonly { readonly to: number; readonly message: string }[];
    readonly verdict: string;
  }[];
  readonly key: {
    readonly groupKey: string;
    readonly outcome: string;
    readonly keyId: string;
    readonly group: string;
    readonly keyShares: readonly { readonly number: number; readonly bytes: string }[];
  };
  readonly proposal: { readonly payload: string; readonly digest: string };
}

const vectors = readdirSync(folder)
  .filter((name) => name.startsWith("frost-"))
  .map((name): Vector => JSON.parse(readFileSync(`${folder}/${name}`, "utf8")));

test("there is a key generation of each suite", () => {
  expect(vectors.map(({ suite }) => suite).sort()).toEqual(Object.keys(suites).sort());
});

describe.each(vectors)("$scenario: $title", ({ suite, threshold, GT, parties, key, proposal }) => {
  const numbers = parties.map(({ number }) => number);
  const transcript = unhex(GT);

  test.each(parties)("number $number says the recorded bytes, and has the recorded share in the end", async (party) => {
    const { number: self, random } = party;
    const randomBytes = (): never => {
      throw new Error("all that is random is in the state");
    };
    const options = { suite, numbers, self, threshold, transcript, randomBytes };
    const parameters = checkParameters(options);
    const coefficients = party.coefficients.map((each) => suites[suite].parseScalar(unhex(each)));
    const commitments = unhex(party.commitments).subarray(0, threshold * suites[suite].elementBytes);
    const drawn = { coefficients, commitments, seed: unhex(random) };
    expect(encodeHex(encodeCommitments(parameters, drawn))).toBe(party.commitments);

    const protocol = frostKeygen(options);
    const others = parties.filter(({ number }) => number !== self);
    const ofOthers = (say: (other: (typeof others)[number]) => Omit<Received, "from">) =>
      others.map((other) => ({ from: other.number, ...say(other) }));
    const toUs = (other: (typeof others)[number]) => other.shares.find(({ to }) => to === self)?.message ?? "";

    const dealt = await protocol.advance(
      committedState.encode(parameters, drawn),
      1,
      ofOthers((other) => ({ broadcast: unhex(other.commitments) })),
    );
    if (dealt.type !== "round") throw new Error(JSON.stringify(dealt));
    const sent = [...(dealt.direct ?? [])].map(([to, message]) => ({ to, message: encodeHex(message) }));
    expect(sent).toEqual(party.shares);

    const judged = await protocol.advance(
      dealt.state,
      2,
      ofOthers((other) => ({ direct: unhex(toUs(other)) })),
    );
    if (judged.type !== "round" || judged.broadcast === undefined) throw new Error(JSON.stringify(judged));
    expect(encodeHex(judged.broadcast)).toBe(party.verdict);

    const done = await protocol.advance(
      judged.state,
      3,
      ofOthers((other) => ({ broadcast: unhex(other.verdict) })),
    );
    if (done.type !== "done") throw new Error(JSON.stringify(done));
    expect(encodeHex(done.outcome)).toBe(key.outcome);
    expect(encodeHex(done.state)).toBe(key.keyShares.find(({ number }) => number === self)?.bytes);
    expect(encodeHex(done.result.groupKey)).toBe(key.groupKey);
    expect(keyId(done.result)).toBe(key.keyId);
    expect(encodeHex(keyGroup(done.result))).toBe(key.group);
  });

  test("has the recorded digest of a proposal", () => {
    const [recorded] = key.keyShares;
    const share = decodeKeyShare(unhex(recorded?.bytes ?? ""));
    const payload = decodePayload(unhex(proposal.payload));
    if (!share.ok || payload === undefined) throw new Error("cannot be read");
    expect(payloadDigest(payload, share.value, transcript)).toBe(proposal.digest);
  });
});

import { portableBackend } from "@countersign/noise";
import { machineSuite, SeededRandom } from "@countersign/testkit";
import { Step } from "@countersign/wire";
import { describe, expect, it } from "vitest";
import { writeBody } from "../../src/cs43/body.ts";
import { GroupLink } from "../../src/group-link/group-link.ts";
import type { GroupLinkInput, LinkedParty } from "../../src/group-link/group-link-types.ts";
import { type GroupLinkEvent, type GroupLinkState, groupLinkTransitions } from "../../src/group-link/transitions.ts";
import { pinnedParties, pinOf } from "../support/pinned.ts";

const now = { ms: 0, unixSeconds: 1_760_000_000 };
const later = { ...now, ms: 2_000 };
const [alice, ...others] = pinnedParties(4);
const linked: readonly LinkedParty[] = others.map((other) => {
  return { number: other.number, versions: Uint8Array.of(1), pin: pinOf(other, 1) };
});

function make(): GroupLink {
  if (alice === undefined) throw new Error("no parties");
  return new GroupLink({
    self: { number: 1, versions: Uint8Array.of(1) },
    parties: 4,
    staticKey: alice.options.self.identity.noiseStatic,
    backend: portableBackend,
    randomBytes: new SeededRandom(1).bytes,
  });
}

function g1(seed: number): Uint8Array {
  const { publicKey } = portableBackend.dh.generateKeyPair(new SeededRandom(seed).bytes);
  return writeBody({ exch: publicKey.slice(0, 16), step: Step.G1, at: 0n }, publicKey);
}

const full: GroupLinkInput = { type: "full", transcript: new Uint8Array(32).fill(7), others: linked };

const ways: Readonly<Record<GroupLinkState, readonly GroupLinkInput[]>> = {
  waiting: [],
  open: [full],
  over: [full, { type: "end" }],
};

/** One input for each event; with two of three pairs up, the third makes the link superfluous. */
const inputs: Readonly<Record<GroupLinkEvent, GroupLinkInput>> = {
  full,
  ephemeral: { type: "packet", from: 2, body: g1(2) },
  unusable: { type: "packet", from: 2, body: g1(2).slice(1) },
  served: { type: "up", number: 4 },
  replaced: { type: "replaced", number: 2 },
  expired: { type: "time" },
  ended: { type: "end" },
};

/** The machine without what no test can compare: the key of the portable backend is plain, and is. */
const inside = (machine: GroupLink) => machine as unknown as { state: GroupLinkState; ephemeral: unknown };

describe("the table of a group link", () => {
  machineSuite<GroupLink, GroupLinkState, GroupLinkEvent>(
    { test: it, expect },
    {
      table: groupLinkTransitions,
      reach: (state) => {
        const machine = make();
        for (const input of ways[state]) machine.step(input, now);
        return machine;
      },
      fire: (machine, event) => {
        if (event === "served") for (const number of [2, 3]) machine.step({ type: "up", number }, now);
        return machine.step(inputs[event], event === "expired" ? later : now);
      },
      stateOf: (machine) => inside(machine).state,
      snapshot: (machine) => structuredClone({ ...machine, options: undefined, outputs: undefined }),
      terminal: ["over"],
    },
  );

  it("holds an ephemeral key while it is open, and never else", () => {
    const machine = make();
    expect(inside(machine).ephemeral).toBeUndefined();
    machine.step(full, now);
    const { ephemeral } = inside(machine) as { ephemeral: { privateKey: Uint8Array } };
    expect(ephemeral.privateKey.some((byte) => byte !== 0)).toBe(true);
    machine.step({ type: "time" }, later);
    expect(inside(machine).ephemeral).toBeUndefined();
    expect(ephemeral.privateKey).toEqual(new Uint8Array(32));
  });

  it("erases the ephemeral key with the last pair that has keys", () => {
    const machine = make();
    machine.step(full, now);
    for (const from of [2, 3, 4]) {
      expect(inside(machine).ephemeral).toBeDefined();
      const outputs = machine.step({ type: "packet", from, body: g1(from) }, now);
      expect(outputs.filter(({ type }) => type === "keys")).toHaveLength(1);
    }
    expect(inside(machine).ephemeral).toBeUndefined();
  });

  it("says one ephemeral key, whatever it is told", () => {
    const machine = make();
    const outputs = [full, full, { type: "time" } as const, full].flatMap((input) => machine.step(input, now));
    expect(outputs.filter(({ type }) => type === "say")).toHaveLength(1);
    expect(machine.step(full, later).filter(({ type }) => type === "say")).toEqual([]);
  });
});

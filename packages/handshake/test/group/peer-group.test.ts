import { perfectNetwork } from "@countersign/testkit";
import { CloseReason, Step } from "@countersign/wire";
import { describe, expect, test } from "vitest";
import { createPeerGroup } from "../../src/group/peer-group.ts";
import { confirmAll, failures, isUp, pinsOf, readySession } from "../support/ceremony.ts";
import { introduce, parameters, party, session } from "../support/parties.ts";

const pair = () => [party(1, "alice"), party(2, "bob")];
const code = (call: () => void) => {
  try {
    call();
  } catch (error) {
    return (error as { code?: string }).code;
  }
  return undefined;
};

describe("sessions of more than two", () => {
  test.each([3, 5])("%s parties: all pairs, one SAS, messages to one and to all", (parties) => {
    const changes = { parameters: { ...parameters, parties } };
    const all = Array.from({ length: parties }, (_, i) => party(i + 1, `party ${i + 1}`, changes));
    const run = readySession(all);
    const words = all.map(({ number }) => run.outputsOf(number, "sas")[0]?.words);
    expect(new Set(words).size).toBe(1);
    run.input(1, { type: "send", to: 0, round: 1, bytes: Uint8Array.of(1) });
    run.input(2, { type: "send", to: 3, round: 2, bytes: Uint8Array.of(2) });
    run.run({ limitMs: 1_000 });
    for (const { number } of all.slice(1)) {
      expect(run.outputsOf(number, "message")).toContainEqual({
        type: "message",
        seq: 1,
        from: 1,
        round: 1,
        bytes: Uint8Array.of(1),
      });
      expect(run.outputsOf(number, "message")).toHaveLength(number === 3 ? 2 : 1);
    }
  });

  test("one of three says no: nobody is ready, and everybody hears it", () => {
    const changes = { parameters: { ...parameters, parties: 3 } };
    const all = [1, 2, 3].map((n) => party(n, `party ${n}`, changes));
    const run = session(all);
    introduce(run, all);
    run.run({ until: () => all.every(({ number }) => run.outputsOf(number, "sas").length > 0) });
    run.input(1, { type: "confirm", same: true });
    run.input(2, { type: "confirm", same: true });
    run.input(3, { type: "confirm", same: false });
    run.run({ limitMs: 5_000 });
    for (const { number } of all) {
      expect(run.outputsOf(number, "ready")).toEqual([]);
      expect(failures(run, number)).toEqual(["peer.sas-mismatch"]);
    }
  });
});

describe("pinned peers", () => {
  test("re-link without a code, show the string as verified and are ready without being asked", () => {
    const first = readySession(pair());
    const again = pair().map(({ number, options }) => ({
      number,
      eid: options.self.eid,
      options: { ...options, trust: { type: "pins", pins: pinsOf(first, number) } as const },
    }));
    const run = session(again);
    introduce(run, again);
    expect(run.run({ until: () => [1, 2].every((n) => run.outputsOf(n, "ready").length > 0), limitMs: 1_000 })).toBe(
      true,
    );
    for (const n of [1, 2]) expect(run.outputsOf(n, "sas")[0]).toMatchObject({ verified: true });
    expect(run.outputsOf(1, "up")[0]?.label).toBe("bob");
    expect(pinsOf(run, 1)).toEqual(pinsOf(first, 1));
  });

  test("with another key do not come up, and nobody falls back to a code", () => {
    const first = readySession(pair());
    const [alice, bob] = pair();
    if (alice === undefined || bob === undefined) throw new Error("no pair");
    const pins = pinsOf(first, 1);
    const other = party(2, "bob", { self: { ...bob.options.self, identity: party(2, "eve").options.self.identity } });
    const again = [
      { ...alice, options: { ...alice.options, trust: { type: "pins", pins } as const } },
      { ...other, options: { ...other.options, trust: { type: "pins", pins: pinsOf(first, 2) } as const } },
    ];
    const run = session(again);
    introduce(run, again);
    run.run({ limitMs: 120_000 });
    expect([isUp(run, 1), isUp(run, 2)]).toEqual([false, false]);
    expect(failures(run, 2)).toEqual(["peer.pin-unproven"]);
    expect(run.sent.filter(({ bytes }) => bytes[1] === 1 && bytes[20] !== Step.K1)).toEqual([]);
  });
});

describe("time", () => {
  test("a peer that never answers is named after 30 s by the one that called, after 90 s by the other", () => {
    const run = session(pair(), () => []);
    introduce(run, pair());
    run.run({ limitMs: 29_999 });
    expect(failures(run, 2)).toEqual([]);
    run.run({ limitMs: 1 });
    expect(run.outputsOf(2, "failed")[0]).toMatchObject({ code: "peer.timeout", culprits: [1] });
    run.run({ limitMs: 59_999 });
    expect(failures(run, 1)).toEqual([]);
    run.run({ limitMs: 1 });
    expect(run.outputsOf(1, "failed")[0]).toMatchObject({ code: "peer.timeout", culprits: [2] });
  });

  test("a peer that vanishes after its reveal is a SAS failure, on disk", () => {
    let revealed = false;
    const run = session(pair(), (envelope) => {
      // Bob's second SAS frame is his reveal; nothing of his arrives from then on.
      if (envelope.from === 2 && envelope.bytes[1] === 0 && run.outputsOf(1, "persist").length >= 3) revealed = true;
      return revealed && envelope.from === 2 ? [] : [{ ...envelope, delayMs: 1 }];
    });
    introduce(run, pair());
    run.run({ limitMs: 100_000 });
    expect(failures(run, 1)).toEqual(["peer.sas-aborted"]);
    expect(run.outputsOf(1, "persist").map(({ entry }) => entry)).toContainEqual({ type: "sas-failed" });
  });
});

describe("the end", () => {
  test("close is heard by the peer, with its reason", () => {
    const run = readySession(pair());
    run.input(1, { type: "close", reason: CloseReason.DONE });
    run.run({ limitMs: 2_000 });
    expect(run.outputsOf(2, "closed")).toEqual([
      { type: "closed", number: 1, reason: CloseReason.DONE, delivered: true },
    ]);
    expect(run.outputsOf(1, "closed")).toHaveLength(1);
    expect(code(() => run.input(1, { type: "send", to: 2, round: 0, bytes: new Uint8Array(0) }))).toBeUndefined();
  });

  test("a failed session takes nothing more in and says nothing more", () => {
    const run = session(pair());
    run.input(1, { type: "member", number: 2, eid: new Uint8Array(32), versions: Uint8Array.of(2) });
    const before = run.outputs(1).length;
    introduce(run, pair());
    run.run({ limitMs: 100_000 });
    expect(run.outputs(1)).toHaveLength(before);
  });

  test("a failed session goes on saying so until it is heard, and has no wake left after that", () => {
    const run = session(pair());
    introduce(run, pair());
    run.run({ until: () => [1, 2].every((n) => run.outputsOf(n, "sas").length > 0) });
    run.policy = () => [];
    run.input(1, { type: "confirm", same: false });
    run.run({ limitMs: 10 });
    expect(failures(run, 1)).toEqual(["peer.sas-mismatch"]);
    run.policy = perfectNetwork;
    expect(run.run({ until: () => failures(run, 2).length > 0, limitMs: 2_000 })).toBe(true);
    expect(failures(run, 2)).toEqual(["peer.sas-mismatch"]);
    run.run({ limitMs: 60_000 });
    const sent = run.sent.length;
    run.run({ limitMs: 600_000 });
    expect(run.sent).toHaveLength(sent);
  });

  test("leaving before all have met fails the others with a name", () => {
    const changes = { parameters: { ...parameters, parties: 3 } };
    const two = [party(1, "alice", changes), party(2, "bob", changes)];
    const run = session(two);
    introduce(run, two);
    run.run({ until: () => isUp(run, 1) && isUp(run, 2) });
    run.input(2, { type: "close", reason: CloseReason.ABORTED });
    run.run({ limitMs: 1_000 });
    expect(run.outputsOf(1, "failed")[0]).toMatchObject({ code: "peer.sas-aborted", culprits: [2] });
  });
});

describe("calling it wrongly throws", () => {
  test("send before the pairs are up, before the SAS is confirmed, and to nobody", () => {
    const run = session(pair());
    const send = (to: number) => () => run.input(1, { type: "send", to, round: 0, bytes: new Uint8Array(1) });
    expect(code(send(2))).toBe("usage.handshake-required");
    introduce(run, pair());
    run.run({ until: () => run.outputsOf(1, "sas").length > 0 });
    expect(code(send(2))).toBe("usage.sas-unconfirmed");
    expect(confirmAll(run, [1, 2])).toBe(true);
    expect(code(send(3))).toBe("usage.unknown-party");
    expect(code(() => run.input(1, { type: "send", to: 2, round: 0, bytes: new Uint8Array(1024 * 1024) }))).toBe(
      "usage.too-long",
    );
  });

  test("confirm before there is a SAS", () => {
    expect(code(() => session(pair()).input(1, { type: "confirm", same: true }))).toBe("usage.no-sas");
  });

  const { options } = party(1, "alice");
  test.each([
    ["parties", { ...options, parameters: { ...parameters, parties: 256 } }, "usage.out-of-range"],
    ["threshold", { ...options, parameters: { ...parameters, threshold: 3 } }, "usage.out-of-range"],
    ["number", { ...options, self: { ...options.self, number: 3 } }, "usage.out-of-range"],
    ["eid", { ...options, self: { ...options.self, eid: new Uint8Array(31) } }, "usage.length"],
    ["label", { ...options, self: { ...options.self, label: "a\u202eb" } }, "usage.label"],
    ["prk", { ...options, trust: { type: "code", prk: new Uint8Array(16) } }, "usage.length"],
    [
      "guess limit",
      { ...options, trust: { type: "code", prk: new Uint8Array(32), guessLimit: 11 } },
      "usage.out-of-range",
    ],
    ["pins", { ...options, trust: { type: "pins", pins: [] } }, "usage.pins"],
  ] as const)("options: %s", (_, wrong, expected) => {
    expect(code(() => createPeerGroup(wrong))).toBe(expected);
  });
});

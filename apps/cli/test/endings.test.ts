import { CeremonyError, type SessionEnded, type SessionFailed } from "@countersign/client";
import { describe, expect, it } from "vitest";
import { ceremonyEnding } from "../src/ceremony/endings.ts";
import { endedEnding, failedEnding } from "../src/session/endings.ts";
import { gatheringEnded, gatheringEnding } from "../src/session/group-endings.ts";

const told = (reason: string): SessionEnded => ({ type: "ended", how: "aborted", by: 1, reason });
const failed = (code: SessionFailed["code"]): SessionFailed => ({ type: "failed", code, culprits: [1], detail: "" });

const reasons = ["code-mismatch", "sas-mismatch", "identity-changed", "cancelled", "timeout", "protocol", "else"];

describe("what only the relay says", () => {
  it.each(reasons)("is told as its word: %s", (reason) => {
    const { message } = endedEnding(told(reason), "bob");
    expect(message).toMatch(/^The relay says that /);
    expect(message).not.toContain("forget");
  });

  it.each([
    ["code-mismatch", 6],
    ["sas-mismatch", 6],
    ["identity-changed", 3],
  ] as const)("ends with its own status and code: %s, %i", (reason, exit) => {
    expect(endedEnding(told(reason), "bob")).toMatchObject({ exit, code: `relay.says-${reason}` });
  });
});

describe("what this end has found out itself", () => {
  it("is certain where other keys were shown", () => {
    const ending = failedEnding(failed("peer.identity-changed"), "bob");
    expect(ending).toMatchObject({ exit: 6, code: "peer.identity-changed" });
    expect(ending.message).toMatch(/^This is not the bob whose keys were pinned/);
    expect(ending.message).toContain("countersign contacts forget");
  });

  it("is no reason for suspicion where a holder of a key leaves: no words are compared there, and there is no code", () => {
    const ending = gatheringEnding(failed("peer.sas-aborted"), { whom: "bob", pinned: true });
    expect(ending).toMatchObject({ exit: 3, message: "bob left before the end. Start again when all are ready." });
    const byCode = gatheringEnding(failed("peer.sas-aborted"), { whom: "bob", pinned: false });
    expect(byCode.message).toMatch(/^bob left before everybody had compared the words/);
    expect(byCode.message).toContain("somebody may be in between");
  });

  it("is not certain where nothing came in time: a relay can withhold a proof", () => {
    const ending = failedEnding(failed("peer.pin-unproven"), "bob");
    expect(ending).toMatchObject({ exit: 3, code: "peer.pin-unproven" });
    expect(ending.message).toMatch(/did not prove in time.*Try again/);
    expect(ending.message).not.toContain("forget");
  });
});

describe("what ends a gathering of several", () => {
  it.each([
    [failed("peer.sas-mismatch"), /^For bob the words are not the same/],
    [failed("peer.timeout"), /^bob did not answer in time/],
    [failed("peer.code-unproven"), /^bob did not prove/],
    [failed("peer.pin-unproven"), /^bob did not prove.*talk to bob/],
    [failed("peer.protocol"), /^bob does not follow/],
  ])("names who it was", (fault, told) => {
    expect(gatheringEnding(fault, { whom: "bob", pinned: false }).message).toMatch(told);
  });

  it.each([...reasons, "error"])("names whom the relay names, and nobody as the other side: %s", (reason) => {
    for (const pinned of [true, false]) {
      const { message } = gatheringEnded(told(reason), { by: "bob", pinned });
      expect(message).toMatch(/^The relay says that .*\bbob\b/);
      expect(message).not.toMatch(/other (side|person)|both/);
    }
  });
});

describe("what a ceremony came to nothing by", () => {
  const ended = { label: (number: number) => (number === 2 ? "bob" : "you"), isSealed: false };

  it.each([
    ["party 2 could not go on: number 2 declined to sign", "bob ended it: bob declined to sign."],
    ["party 2 ended the ceremony: cancelled by its user", "bob ended it: cancelled by its user."],
    ["party 2 had waited too long", "bob ended it: had waited too long."],
  ])("is told with labels instead of numbers, and once: %s", (message, told) => {
    expect(ceremonyEnding(new CeremonyError("peer.aborted", message, { by: 2 }), ended).message).toBe(told);
  });

  it("is one's own no", () => {
    const error = new CeremonyError("protocol.failed", "number 1 declined to sign", { round: 1, name: "proposal" });
    expect(ceremonyEnding(error, ended).message).toBe(
      "It came to nothing in round 1 (proposal): you declined to sign.",
    );
  });

  it("is not nothing where this party has signed what came of it", () => {
    const error = new CeremonyError("peer.timeout", "", { culprits: [2], round: 3, name: "closing" });
    const { message } = ceremonyEnding(error, { ...ended, isSealed: true });
    expect(message).toBe("bob did not answer in time in round 3 (closing). Start again when all are ready.");
    expect(ceremonyEnding(error, ended).message).toContain("Nothing was made or signed.");
  });
});

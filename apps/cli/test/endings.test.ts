import { CeremonyError, RelayError, type SessionEnded, type SessionFailed } from "@countersign/client";
import { describe, expect, it } from "vitest";
import { ceremonyEnding } from "../src/ceremony/endings.ts";
import { endedEnding, failedEnding, relayEnding } from "../src/session/endings.ts";
import { gatheringEnded, gatheringEnding } from "../src/session/group-endings.ts";

const told = (reason: string): SessionEnded => ({ type: "ended", how: "aborted", by: 1, reason });
const failed = (code: SessionFailed["code"]): SessionFailed => ({ type: "failed", code, culprits: [1], detail: "" });
const over = (how: Pick<NonNullable<RelayError["data"]>, "ended" | "reason">) => {
  const data = { code: "relay.session-ended", retryable: false, ...how } as const;
  return new RelayError(data.code, "raw", { data });
};

const reasons = [
  ...["code-mismatch", "sas-mismatch", "identity-changed", "duplicate-identity"],
  ...["cancelled", "timeout", "protocol", "else"],
];

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
    ["duplicate-identity", 3],
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
    const ending = gatheringEnding(failed("peer.sas-aborted"), { whom: "bob", pinned: true, met: true });
    expect(ending).toMatchObject({ exit: 3, message: "bob left before the end. Start again when all are ready." });
    const byCode = gatheringEnding(failed("peer.sas-aborted"), { whom: "bob", pinned: false, met: true });
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

describe("two who go by one name", () => {
  const RENAME = /Give one of them another name \(keygen, join: --name; send, receive: --label\)/;

  it("are told which name it is, wherever they meet", () => {
    const clash: SessionFailed = { ...failed("peer.duplicate-identity"), label: "root@vm" };
    for (const { message } of [
      failedEnding(clash, undefined),
      gatheringEnding(clash, { whom: "party 3", pinned: false, met: false }),
    ]) {
      expect(message).toMatch(/^Two go by the same name, root@vm\. /);
      expect(message).toMatch(RENAME);
    }
  });

  it("are told from two who show the same keys", () => {
    const { message } = failedEnding(failed("peer.duplicate-identity"), undefined);
    expect(message).toMatch(/^Two show the same keys/);
    expect(message).not.toContain("--name");
  });

  it("are told to the others: by the word of the relay, also to whoever comes when it is over", () => {
    const word = "duplicate-identity";
    const late = over({ ended: "aborted", reason: word });
    for (const { exit, message } of [
      endedEnding(told(word), undefined),
      gatheringEnded(told(word), { by: "bob", pinned: false }),
      relayEnding(late, "ws://relay"),
    ]) {
      expect(exit).toBe(3);
      expect(message).toMatch(/^The relay says that .* two go by the same name or show the same keys\. /);
      expect(message).toMatch(RENAME);
    }
  });

  it("are no reason for suspicion: whoever leaves before all have met has not seen what was committed to", () => {
    const early = gatheringEnding(failed("peer.sas-aborted"), { whom: "root@vm", pinned: false, met: false });
    expect(early).toMatchObject({ exit: 3, code: "peer.sas-aborted" });
    expect(early.message).toMatch(/^root@vm ended it before all had met: .*one of the same name/);
    expect(early.message).not.toContain("in between");
  });
});

describe("a session that is over when somebody comes", () => {
  it("is told in words, without the code of the relay", () => {
    for (const error of [over({}), over({ ended: "expired" }), over({ ended: "aborted", reason: "cancelled" })]) {
      const ending = relayEnding(error, "ws://relay");
      expect(ending.exit).toBe(3);
      expect(ending.message).toMatch(/^The relay says that this session is over already\. Start again/);
    }
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
    expect(gatheringEnding(fault, { whom: "bob", pinned: false, met: true }).message).toMatch(told);
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

import { describe, expect, it } from "vitest";
import { say } from "../support/forge.ts";
import { expectNamed, honest, isA, tableWith } from "../support/mallory.ts";
import { smallTalk } from "../support/party.ts";

describe("a party that is silent", () => {
  it.each([
    ["statement", 1, "talk 1"],
    ["statement", 2, "talk 2"],
    ["seal", 3, "closing"],
  ] as const)("with its %s of round %i is named with the round, after a warning", (type, round, name) => {
    const table = tableWith((message) => (isA(message, type, round) ? [] : [message]));
    table.pass(10_000 + (type === "seal" ? 20_000 : 0));
    const late = { type: "late", round, name, missing: [3] };
    expect([1, 2].map((number) => table.party(number).of("late"))).toEqual([[late], [late]]);
    table.pass(60_000);
    expectNamed(table, "peer.timeout");
    expect(table.party(1).of("failed")[0]).toMatchObject({ round, name });
  });

  it("towards one only is named by that one, in whatever round the others are", () => {
    const table = tableWith((message) => (isA(message, "statement", 1) && message.to === 1 ? [] : [message]));
    table.pass(60_000);
    expect(honest(table)).toEqual(["peer.timeout 3", "peer.aborted  by 1 blaming 3"]);
  });

  it("towards one only is named even where that one has more patience than the round after it", () => {
    const rounds = smallTalk(2).rounds.map((shape, index) => ({ ...shape, seconds: index === 0 ? 600 : 20 }));
    const table = tableWith(
      (message) => (isA(message, "statement", 1) && message.to === 1 ? [] : [message]),
      3,
      () => ({ protocol: { ...smallTalk(2), rounds } }),
    );
    table.pass(599_999);
    expect(honest(table)).toEqual(["open", "open"]);
    expect(table.party(2).machine.view().parties[0]).toMatchObject({ waitedFor: true, waitsFor: [3] });
    table.pass(1);
    expect(honest(table)).toEqual(["peer.timeout 3", "peer.aborted  by 1 blaming 3"]);
  });

  it("and only says that it waits for somebody, is named all the same", () => {
    const table = tableWith((message) => (isA(message, "statement", 2) ? [] : [message]));
    table.run();
    for (const to of [1, 2]) table.deliver(say(3, to, 0, { type: "answer", at: 1, missing: [to] }));
    table.pass(30_000);
    expectNamed(table, "peer.timeout");
  });

  it("with its seal towards one only is made up for by the others", () => {
    const table = tableWith((message) => (isA(message, "seal") && message.to === 1 ? [] : [message]));
    table.pass(29_999);
    expect(honest(table)).toEqual(["open", "complete"]);
    table.pass(1);
    expect(honest(table)).toEqual(["complete", "complete"]);
  });
});

describe("a party that ends the ceremony", () => {
  const abort = (to: number, blamed: readonly number[]) =>
    say(3, to, 0, { type: "abort", reason: "local.aborted", blamed, text: "no more" });

  it("is named whomever it blames", () => {
    const table = tableWith((message) => (isA(message, "statement", 2) ? [abort(message.to, [1])] : [message]));
    table.run();
    expect(table.ends().slice(0, 2)).toEqual(["peer.aborted  by 3 blaming 1", "peer.aborted  by 3 blaming 1"]);
    expect(table.party(1).of("failed")[0]?.detail).toBe("party 3 ended the ceremony: no more");
  });

  it("and tells one only, is named by that one to the others", () => {
    const table = tableWith((message) =>
      isA(message, "statement", 2) ? (message.to === 1 ? [abort(1, [])] : []) : [message],
    );
    table.run();
    expect(honest(table)).toEqual(["peer.aborted  by 3 blaming ", "peer.aborted  by 1 blaming 3"]);
  });

  it("after it has sealed for one of them does not keep the others from completing", () => {
    const table = tableWith((message) => (isA(message, "seal") && message.to === 1 ? [abort(1, [])] : [message]));
    table.run();
    expect(honest(table)).toEqual(["complete", "complete"]);
  });

  it("when all have sealed but it is named after a moment", () => {
    const table = tableWith((message) => (isA(message, "seal") ? [abort(message.to, [2])] : [message]));
    table.pass(30_000);
    expect(honest(table)).toEqual(["peer.aborted  by 3 blaming 2", "peer.aborted  by 3 blaming 2"]);
  });
});

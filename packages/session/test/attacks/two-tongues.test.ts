import { describe, expect, it } from "vitest";
import { restate, say } from "../support/forge.ts";
import { expectNamed, isA, MALLORY, tableWith } from "../support/mallory.ts";
import { bytesOf } from "../support/party.ts";

describe("a party that says different things to different parties", () => {
  it.each([1, 2])("in round %i of two is convicted by both of its signatures", (round) => {
    const table = tableWith((message) => [
      isA(message, "statement", round) && message.to === 1 ? restate(message, { body: bytesOf("other") }) : message,
    ]);
    table.run();
    expectNamed(table, "peer.equivocation");
  });

  it("to half of four is convicted by all, by what they show each other", () => {
    const table = tableWith(
      (message) => [
        isA(message, "statement", 2) && message.to < 3 ? restate(message, { body: bytesOf("other") }) : message,
      ],
      4,
    );
    table.run();
    expectNamed(table, "peer.equivocation");
  });

  it("one after the other is convicted by the one that heard both", () => {
    const table = tableWith((message) =>
      isA(message, "statement", 1) ? [message, restate(message, { body: bytesOf("other") })] : [message],
    );
    table.run();
    expectNamed(table, "peer.equivocation");
  });

  it("is convicted when the second one comes rounds later", () => {
    const table = tableWith((message) => [message]);
    const first = table.sent.find((message) => message.from === MALLORY && message.to === 1);
    table.meddle = (message) => (isA(message, "seal") ? [] : [message]);
    table.run();
    if (first !== undefined) table.deliver(restate(first, { body: bytesOf("other") }));
    table.pass(120_000);
    expect(table.end(1)).toBe("peer.equivocation 3");
  });

  it("in direct messages is named by the one that heard both", () => {
    const table = tableWith(
      (message) =>
        isA(message, "direct") && message.to === 1
          ? [message, say(3, 1, 1, { type: "direct", body: bytesOf("other") })]
          : [message],
      3,
      () => ({}),
    );
    table.pass(30_000);
    expect(table.end(1)).toBe("peer.equivocation 3");
    expect(table.end(2)).toBe("peer.aborted  by 1 blaming 3");
  });
});

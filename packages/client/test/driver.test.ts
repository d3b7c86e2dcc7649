import { describe, expect, test } from "vitest";
import { happen, packet } from "./support/ready-session.ts";
import { HeldJournal, sitDown, tellMessage } from "./support/seat.ts";

describe("the driver", () => {
  test("holds what stands behind an entry until it is written, and then tells the machine", async () => {
    const journal = new HeldJournal();
    const seated = await sitDown({ journal });
    happen(seated, packet(1), { type: "persist", id: 5, entry: { type: "guesses", count: 1 } });
    expect(journal.writes.map(({ entry }) => entry)).toEqual([{ type: "guesses", count: 1 }]);
    expect(seated.machine.heard).toEqual(["packet"]);
    seated.machine.react = () => [packet(2)];
    await journal.writes[0]?.done();
    expect(seated.machine.inputs.at(-1)).toEqual({ type: "persisted", id: 5 });
    const bodies = seated.transport.last.requests("Session.message").flatMap(({ params }) => params.envelopes);
    expect(bodies.map(({ body }) => body)).toEqual(["AQ", "Ag"]);
  });

  test("fails the session when an entry cannot be written", async () => {
    const journal = new HeldJournal();
    const seated = await sitDown({ journal });
    happen(seated, { type: "persist", id: 5, entry: { type: "guesses", count: 1 } });
    await journal.writes[0]?.fail();
    expect(seated.events).toMatchObject([{ type: "failed", code: "local.journal" }]);
    expect(seated.ended).toBe(true);
    expect(seated.transport.last.the("Session.abort").params.reason).toBe("error");
    tellMessage(seated);
    expect(seated.machine.heard).toEqual(["packet"]);
  });

  test("wakes the machine at the last time it asked for, and not if it took that back", async () => {
    const seated = await sitDown();
    const { ms } = seated.clock.now();
    happen(seated, { type: "wake", at: ms + 500 });
    happen(seated, { type: "wake", at: ms + 900 });
    await seated.clock.advance(899);
    expect(seated.machine.heard).toEqual(["packet", "packet"]);
    await seated.clock.advance(1);
    expect(seated.machine.heard).toEqual(["packet", "packet", "time"]);
    happen(seated, { type: "wake", at: ms + 5_000 });
    happen(seated, { type: "wake", at: undefined });
    await seated.clock.advance(10_000);
    expect(seated.machine.heard.filter((type) => type === "time")).toHaveLength(1);
  });

  test("does not step the machine when the user calls it too early", async () => {
    const seated = await sitDown();
    expect(() => seated.session.confirm(true)).toThrow(expect.objectContaining({ code: "usage.no-sas" }));
    expect(() => seated.session.send({ bytes: Uint8Array.of(1) })).toThrow(
      expect.objectContaining({ code: "usage.not-ready" }),
    );
    expect(seated.machine.heard).toEqual([]);
  });
});

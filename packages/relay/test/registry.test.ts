import { applyToRegistry, createRegistry, registrySnapshot, registryTimers } from "@countersign/relay";
import { describe, expect, it } from "vitest";

const invite = (group: string, draw: number, life = 600) =>
  ({ type: "invite", group, session: `session of ${group}`, life, draw }) as const;

describe("invitations", () => {
  it("get the number that was drawn, and the next one that is free if it is taken", () => {
    const registry = createRegistry();
    const numbers = [998, 998, 998, 0].map((draw, i) => {
      const [answer] = applyToRegistry(registry, i + 1, invite(`g${i}`, draw));
      return answer?.type === "answer" && "nameplate" in answer.answer && answer.answer.nameplate;
    });
    expect(numbers).toEqual(["999", "1", "2", "3"]);
    expect(registry.invitations.get("999")).toEqual({ group: "g0", session: "session of g0", life: 600 });
  });

  it("grow longer when every tenth number is taken, and are refused at six digits", () => {
    const registry = createRegistry();
    const longest = new Map<number, number>();
    let position = 0;
    let refused: unknown;
    for (let i = 0; i < 100_000; i++) {
      const [output] = applyToRegistry(registry, ++position, invite("g", (i * 2_654_435_761) % 2 ** 32));
      if (output?.type !== "answer") continue;
      if ("nameplate" in output.answer) longest.set(Math.max(3, output.answer.nameplate.length), i + 1);
      else if (!output.answer.ok) refused ??= [i, output.answer.error.data];
    }
    expect(longest.get(3)).toBeGreaterThanOrEqual(99);
    expect(Math.max(...longest.keys())).toBe(6);
    expect(refused).toEqual([99_999, { code: "relay.unavailable", retryable: true }]);
    expect(registry.invitations.size).toBe(99_999);
  });

  it("end with their timer, and only their own", () => {
    const registry = createRegistry();
    const outputs = applyToRegistry(registry, 1, invite("g", 6, 60));
    const uninvite = { type: "uninvite", nameplate: "7", group: "g" } as const;
    expect(outputs[1]).toEqual({ type: "timer", key: "7", after: 60, entry: uninvite });
    expect(registryTimers(registry)).toEqual([outputs[1]]);
    applyToRegistry(registry, 2, { ...uninvite, group: "another" });
    expect(registry.invitations.size).toBe(1);
    applyToRegistry(registry, 3, uninvite);
    expect(registry.invitations.size).toBe(0);
  });
});

it("is the same after a snapshot as before", () => {
  const registry = createRegistry();
  const records: { position: number; entry: Parameters<typeof applyToRegistry>[2] }[] = [];
  const apply = (entry: Parameters<typeof applyToRegistry>[2]) => {
    records.push({ position: records.length + 1, entry });
    return applyToRegistry(registry, records.length, entry);
  };
  for (let i = 0; i < 600; i++) {
    if (i < 500) expect(registrySnapshot(registry)).toBeUndefined();
    apply({ type: "group", group: `g${i}` });
    if (i < 590) apply({ type: "dissolve", group: `g${i}` });
    if (i < 5) apply(invite(`g${i}`, i));
  }
  const snapshot = registrySnapshot(registry);
  expect(snapshot).toBeDefined();
  const before = structuredClone(registry);
  if (snapshot !== undefined) {
    expect(apply(snapshot)).toEqual([{ type: "trim", before: records.length, keep: [] }]);
    expect({ ...registry, position: 0, stored: 0 }).toEqual({ ...before, position: 0, stored: 0 });
    // One that something came in front of is void.
    apply({ type: "group", group: "new" });
    expect(apply(snapshot)).toEqual([]);
    expect(registry.groups.has("new")).toBe(true);
    // And who begins with the snapshot ends with the same.
    const late = createRegistry();
    for (const { position, entry } of records.slice(-3)) applyToRegistry(late, position, entry);
    expect(late).toEqual(registry);
  }
});

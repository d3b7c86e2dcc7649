import { describe, expect, it } from "vitest";
import { Mailbox } from "../../src/session/mailbox.ts";

const message = (seq: number, size = 1) => ({ seq, from: 1, payload: { seq }, timestamp: 0, size });

function filled(count: number, size?: number): { readonly box: Mailbox; readonly clock: { ms: number } } {
  const clock = { ms: 0 };
  const box = new Mailbox(() => clock.ms);
  for (let seq = 1; seq <= count; seq++) box.push(message(seq, size));
  return { box, clock };
}

const seqs = (box: Mailbox, behind = 0) => box.since(behind).messages.map(({ seq }) => seq);

describe("a mailbox", () => {
  it("keeps what was handed out for 20 minutes", () => {
    const { box, clock } = filled(3);
    box.take();
    clock.ms = 1;
    box.take();
    clock.ms = 20 * 60_000 - 1;
    expect(box.since(0)).toMatchObject({ current: 3, kept: 3, isComplete: true });
    clock.ms += 1;
    expect(seqs(box)).toEqual([2, 3]);
    expect(box.since(0).isComplete).toBe(false);
    expect(box.since(1).isComplete).toBe(true);
    clock.ms += 1e9;
    expect(seqs(box)).toEqual([3]);
  });

  it("keeps 256 of those that were handed out, and all others", () => {
    const { box } = filled(400);
    for (let i = 0; i < 300; i++) box.take();
    expect(seqs(box)).toHaveLength(256 + 100);
    expect(seqs(box)[0]).toBe(45);
  });

  it("keeps 5 MiB of those that were handed out", () => {
    const { box } = filled(8, 2 ** 20);
    for (let i = 0; i < 8; i++) box.take();
    expect(seqs(box)).toEqual([4, 5, 6, 7, 8]);
  });

  it("lets nothing go that stands behind a message that nobody has had", () => {
    const { box, clock } = filled(3);
    expect(box.take(1)?.seq).toBe(2);
    clock.ms = 1e9;
    expect(seqs(box)).toEqual([1, 2, 3]);
    expect(box.take()?.seq).toBe(1);
    expect(box.take()?.seq).toBe(3);
  });

  it("says when more came than anybody wants to have", () => {
    const { box } = filled(1_024);
    expect(box.push(message(1_025))).toBe(false);
    const large = filled(16, 2 ** 20).box;
    expect(large.push(message(17))).toBe(false);
    large.take();
    expect(large.push(message(18))).toBe(true);
  });
});

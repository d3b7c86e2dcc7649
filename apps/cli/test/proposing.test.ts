import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Proposing } from "../src/ceremony/proposing.ts";
import { limits } from "../src/limits.ts";

const proposed = { session: new Uint8Array(16).fill(1), proposal: { parties: 2, kind: "text" } } as const;

function channelThat(answer: () => Promise<void>) {
  const propose = vi.fn(answer);
  return { propose, proposing: new Proposing({ propose }, proposed) };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("who proposes", () => {
  it("says nothing before its session is there, and then again and again until all are", async () => {
    const { propose, proposing } = channelThat(async () => undefined);
    await vi.advanceTimersByTimeAsync(3 * limits.proposeAgain);
    expect(propose).not.toHaveBeenCalled();
    proposing.begin();
    expect(propose.mock.calls).toEqual([[proposed.session, proposed.proposal]]);
    await vi.advanceTimersByTimeAsync(2 * limits.proposeAgain);
    expect(propose).toHaveBeenCalledTimes(3);
    proposing.end();
    await vi.advanceTimersByTimeAsync(2 * limits.proposeAgain);
    expect(propose).toHaveBeenCalledTimes(3);
  });

  it("tries again what did not get through, and does not pile up what is still under way", async () => {
    const refused = channelThat(() => Promise.reject(new Error("no")));
    refused.proposing.begin();
    await vi.advanceTimersByTimeAsync(limits.proposeAgain);
    expect(refused.propose).toHaveBeenCalledTimes(2);
    const stuck = channelThat(() => new Promise(() => undefined));
    stuck.proposing.begin();
    await vi.advanceTimersByTimeAsync(5 * limits.proposeAgain);
    expect(stuck.propose).toHaveBeenCalledTimes(1);
  });

  it("says nothing more when all came while it was saying it, nor when it is over before it began", async () => {
    const answer = Promise.withResolvers<void>();
    const { propose, proposing } = channelThat(() => answer.promise);
    proposing.begin();
    proposing.end();
    answer.resolve();
    await vi.advanceTimersByTimeAsync(2 * limits.proposeAgain);
    expect(propose).toHaveBeenCalledTimes(1);
    const late = channelThat(async () => undefined);
    late.proposing.end();
    late.proposing.begin();
    expect(late.propose).not.toHaveBeenCalled();
    expect(late.proposing.isOver).toBe(true);
  });
});

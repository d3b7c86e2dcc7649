import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Ended } from "../src/ceremony/heard.ts";
import { CommandError } from "../src/command-error.ts";
import { tellIfEnded } from "../src/commands/tell-ended.ts";
import { ExitStatus } from "../src/exit-status.ts";
import { limits } from "../src/limits.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const session = new Uint8Array(16).fill(1);
const proposal = { parties: 2, kind: "psbt", name: "payment.psbt" } as const;
const cancelled = new CommandError(ExitStatus.interrupted, "interrupted", "You cancelled.");

async function told(signing: Promise<void>): Promise<readonly Ended[]> {
  const notes: Ended[] = [];
  const tellEnded = async (_: Uint8Array, ended: Ended) => void notes.push(ended);
  await tellIfEnded(signing, { channel: { tellEnded }, session, proposal }).catch(() => undefined);
  return notes;
}

describe("the other holders of a key", () => {
  it("are told what was cancelled, and what came to nothing otherwise", async () => {
    const what = { kind: "psbt", name: "payment.psbt" };
    expect(await told(Promise.reject(cancelled))).toEqual([{ ended: "cancelled", ...what }]);
    const absent = new CommandError(ExitStatus.absent, "peer.absent", "Nobody came.");
    expect(await told(Promise.reject(absent))).toEqual([{ ended: "failed", ...what }]);
  });

  it("are told nothing where it went well, or can be resumed", async () => {
    expect(await told(Promise.resolve())).toEqual([]);
    const lost = new CommandError(ExitStatus.relay, "relay.unreachable", "The relay is gone.");
    expect(await told(Promise.reject(lost))).toEqual([]);
  });

  it("are not waited for, and the ending is the one that there was", async () => {
    const stuck = { tellEnded: () => new Promise<void>(() => undefined) };
    const end = vi.fn();
    tellIfEnded(Promise.reject(cancelled), { channel: stuck, session, proposal }).catch(end);
    await vi.advanceTimersByTimeAsync(limits.farewell);
    expect(end).toHaveBeenCalledWith(cancelled);
  });
});

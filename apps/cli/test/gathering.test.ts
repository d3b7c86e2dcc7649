import type { Session, SessionEvent } from "@countersign/client";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Question, Screen, ScreenEvent } from "../src/screens/screen.ts";
import { Gathering } from "../src/session/gathering.ts";
import { Timings } from "../src/timings.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const GRACE = 20_000;
const WAIT = 60_000;
const party = (number: number, label: string) => ({ number, label });
const parties = [party(1, "alice"), party(2, "bob"), party(3, "carol")];
const words = "uncut-unicorn-crumpled-adviser-snapline";
const sas: SessionEvent = { type: "sas", words, digits: "482913", parties, verified: false };
const ready: SessionEvent = { type: "ready", pins: [], transcript: new Uint8Array(32) };
const joined = (number: number): SessionEvent => ({ type: "member-joined", number });

/** Alice gathers with two others, in a session that the test plays, and answers what the test says. */
function play(answers: readonly string[], known: ReadonlyMap<number, string> = new Map()) {
  const queue: SessionEvent[] = [];
  let wake = () => {};
  const confirmed: boolean[] = [];
  const shown: ScreenEvent[] = [];
  const asked: Question[] = [];
  const waiting = [...answers];
  async function* events() {
    for (;;) {
      const event = queue.shift();
      if (event !== undefined) yield event;
      else await new Promise<void>((resolve) => (wake = resolve));
    }
  }
  const session = {
    number: 1,
    parameters: { threshold: 2, parties: 3 },
    confirmation: "sas",
    confirm: (same: boolean) => confirmed.push(same),
  } as unknown as Session;
  const screen: Screen = {
    interactive: false,
    show: (event) => shown.push(event),
    ask: (question, signal) => {
      asked.push(question);
      const answer = waiting.shift();
      if (answer !== undefined) return Promise.resolve(answer);
      return new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    },
    askSecret: async () => undefined,
    close: () => undefined,
  };
  const interruption = new AbortController();
  const gathering = new Gathering({
    session,
    role: "host",
    screen,
    timings: new Timings(),
    known,
    resumed: false,
    waitMs: WAIT,
    graceMs: GRACE,
    interruption: interruption.signal,
    asking: (answer) => answer,
  });
  const met = gathering.met(events());
  met.catch(() => undefined);
  const happen = async (...next: readonly SessionEvent[]) => {
    queue.push(...next);
    wake();
    await vi.advanceTimersByTimeAsync(0);
  };
  return { met, happen, interruption, confirmed, shown, asked };
}

describe("parties of a ceremony", () => {
  it("are sure of each other when each of the others was heard, and all have said so", async () => {
    const { met, happen, confirmed, shown, asked } = play(["yes", "yes"]);
    await happen(joined(2), joined(3), sas);
    expect(asked.map(({ text }) => /hear (\w+) say/.exec(text)?.[1])).toEqual(["bob", "carol"]);
    expect(confirmed).toEqual([true]);
    expect(shown.at(-1)).toEqual({ event: "missing", step: "words", labels: ["bob", "carol"] });
    await happen({ type: "peer-confirmed", number: 2 });
    expect(shown.at(-1)).toEqual({ event: "missing", step: "words", labels: ["carol"] });
    await happen({ type: "peer-confirmed", number: 3 }, ready);
    expect(await met).toBe(ready);
  });

  it("are not asked about the next one behind a no", async () => {
    const { happen, confirmed, asked } = play(["no"]);
    await happen(joined(2), joined(3), sas);
    expect(asked).toHaveLength(1);
    expect(confirmed).toEqual([false]);
  });

  it("that do not come are named where they are known, and counted where they are not", async () => {
    const strangers = play([]);
    await strangers.happen(joined(2));
    const friends = play([], new Map(parties.map(({ number, label }) => [number, label])));
    await friends.happen(joined(2));
    await vi.advanceTimersByTimeAsync(WAIT);
    await expect(strangers.met).rejects.toMatchObject({
      code: "peer.absent",
      message: /^Only 2 of 3 came in time\. Ag/,
    });
    await expect(friends.met).rejects.toMatchObject({ message: expect.stringContaining("Not there: carol.") });
  });

  it("may lose the connection for as long as the grace says, and are named when it is longer", async () => {
    const { met, happen, shown } = play([]);
    const offline: SessionEvent = { type: "member-offline", number: 2 };
    await happen(joined(2), joined(3), sas, offline);
    expect(shown.at(-1)).toMatchObject({ event: "peer-offline", label: "bob" });
    await vi.advanceTimersByTimeAsync(GRACE - 1);
    await happen({ type: "member-online", number: 2 });
    await vi.advanceTimersByTimeAsync(GRACE);
    await happen(offline);
    await vi.advanceTimersByTimeAsync(GRACE);
    await expect(met).rejects.toMatchObject({ code: "peer.left", message: expect.stringContaining("bob left") });
  });

  it("that do not compare the words in time are named", async () => {
    const { met, happen } = play(["yes", "yes"]);
    await happen(joined(2), joined(3), sas, { type: "peer-confirmed", number: 2 });
    await vi.advanceTimersByTimeAsync(3_600_000);
    await expect(met).rejects.toMatchObject({ code: "peer.timeout", message: expect.stringContaining("carol") });
  });

  it("are not suspected where one ends it before all have met, and are where it leaves the comparison", async () => {
    const up = (number: number, label: string): SessionEvent => {
      return { type: "up", number, label, noiseStatic: new Uint8Array(32) };
    };
    const left: SessionEvent = { type: "failed", code: "peer.sas-aborted", culprits: [2], detail: "" };
    const early = play([]);
    await early.happen(joined(2), joined(3), up(2, "bob"), left);
    await expect(early.met).rejects.toMatchObject({
      message: expect.stringMatching(/^bob ended it before all had met/),
    });
    const late = play([]);
    await late.happen(joined(2), joined(3), up(2, "bob"), up(3, "carol"), left);
    await expect(late.met).rejects.toMatchObject({ message: expect.stringContaining("somebody may be in between") });
  });

  it("end with the reason of an interruption, also while a question is open", async () => {
    const { met, happen, interruption } = play([]);
    await happen(joined(2), joined(3), sas);
    const reason = new Error("Ctrl-C");
    interruption.abort(reason);
    await expect(met).rejects.toBe(reason);
  });
});

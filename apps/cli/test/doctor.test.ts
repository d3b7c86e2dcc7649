import { once } from "node:events";
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { doctor } from "../src/commands/doctor.ts";
import type { Context } from "../src/context.ts";
import { checkParameters } from "../src/doctor/check-parameters.ts";
import { checkProgram } from "../src/doctor/check-program.ts";
import { checkState } from "../src/doctor/check-state.ts";
import { ExitStatus } from "../src/exit-status.ts";
import type { Screen, ScreenEvent } from "../src/screens/screen.ts";
import { findPlaces } from "../src/store/places.ts";
import { type RunningNote, RunningNotes } from "../src/store/running-notes.ts";

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "countersign-doctor-"));
});
afterEach(async () => {
  await rm(home, { recursive: true });
});

describe("doctor", () => {
  it.each([
    [3, 2, 255, true],
    [2, 2, 255, true],
    [3, 1, 255, false],
    [3, 4, 255, false],
    [30, 20, 20, false],
    [30, 20, undefined, true],
  ])("judges parameters: %i parties, threshold %i, where the relay allows %s: %s", (parties, threshold, most, ok) => {
    const finding = checkParameters({ parties, threshold, mostParties: most });
    expect(finding.ok).toBe(ok);
    expect(finding.remedy === undefined).toBe(ok);
  });

  it("knows on which Node the program runs", () => {
    expect(["22.13.0", "24.0.0", "22.14.1"].map((node) => checkProgram(node).ok)).toEqual([true, true, true]);
    expect(["22.12.9", "20.19.0"].map((node) => checkProgram(node).ok)).toEqual([false, false]);
  });

  it("finds what others can read", async () => {
    const places = findPlaces({ COUNTERSIGN_HOME: home });
    const privacy = async () => (await checkState(places)).find(({ name }) => name === "privacy");
    await mkdir(places.keys, { mode: 0o700 });
    await writeFile(join(places.keys, "treasury.age"), "", { mode: 0o600 });
    expect(await privacy()).toMatchObject({ ok: true });
    await chmod(join(places.keys, "treasury.age"), 0o640);
    expect(await privacy()).toMatchObject({ ok: false, found: expect.stringContaining("treasury.age") });
  });

  it("finds a folder that cannot be one", async () => {
    await writeFile(join(home, "file"), "");
    const [state, ...more] = await checkState(findPlaces({ COUNTERSIGN_HOME: join(home, "file") }));
    expect(state).toMatchObject({ name: "state", ok: false });
    expect(more).toEqual([]);
  });
});

describe("doctor's exit status", () => {
  async function examine(threshold: number): Promise<{ wrong: readonly string[]; ending: unknown }> {
    // A port at which nobody listens any more.
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, "close");
    const shown: ScreenEvent[] = [];
    const screen = { show: (event: ScreenEvent) => shown.push(event) } as unknown as Screen;
    const context = { screen, places: findPlaces({ COUNTERSIGN_HOME: home }) } as unknown as Context;
    const flags = { relay: `ws://127.0.0.1:${port}`, parties: 3, threshold };
    const ending = await doctor(flags, context).catch((error: unknown) => error);
    return { wrong: shown.flatMap((event) => (event.event === "check" && !event.ok ? event.name : [])), ending };
  }

  it("is that of the relay where nothing else is wrong", async () => {
    const { wrong, ending } = await examine(2);
    expect(wrong).toEqual(["relay"]);
    expect(ending).toMatchObject({ exit: ExitStatus.relay, code: "doctor.not-ready" });
  });

  it("is a common one where something else is wrong, too", async () => {
    const { wrong, ending } = await examine(1);
    expect(wrong).toEqual(["relay", "parameters"]);
    expect(ending).toMatchObject({ exit: ExitStatus.error, code: "doctor.not-ready" });
  });
});

describe("notes of running ceremonies", () => {
  const note: RunningNote = {
    pid: process.pid,
    since: "2026-11-22T10:00:00.000Z",
    about: "The key",
    round: 1,
    rounds: 3,
    name: "shares",
    parties: [{ number: 1, label: "alice", self: true, online: true, verified: true, round: 1, waited: false }],
  };

  it("are those of processes that live", async () => {
    const notes = new RunningNotes(join(home, "running"));
    expect(await notes.list()).toEqual([]);
    await notes.write(note);
    await notes.write({ ...note, round: 2 });
    // No process has this number, on any system that this runs on.
    await notes.write({ ...note, pid: 2 ** 30 });
    await writeFile(join(home, "running", "9.json"), "{}");
    expect(await notes.list()).toEqual([{ ...note, round: 2 }]);
    await notes.remove(process.pid);
    expect(await notes.list()).toEqual([]);
  });
});

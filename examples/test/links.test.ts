import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { start } from "./example.ts";

const programs = ["01-link-over-udp", "02-link-over-tcp"] as const;

/** Milliseconds: a network that loses packets may cost a few resends, of which the last comes after 15 seconds. */
const PATIENCE = 180_000;

/** What one end of a demonstration has said, without times. */
function saidBy(who: string, lines: readonly string[]): string[] {
  return lines.flatMap((line) => {
    const [, what, rest] = new RegExp(`^ *[0-9.]+ ${who} +│ (.{9}) (.*)$`).exec(line) ?? [];
    return what === undefined ? [] : `${what.trimEnd()} ${rest}`;
  });
}

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "countersign-example-test-"));
  onTestFinished(() => rm(path, { recursive: true }));
  return path;
}

describe.each(programs)("%s", (name) => {
  it(
    "links, talks, keeps the link alive, and goes on after a kill -9 with a clock that went back",
    async () => {
      const { status, lines, stderr } = await start(name).ended;
      expect(stderr).toBe("");
      expect(status, lines.join("\n")).toBe(0);
      const [alice, bob] = [saidBy("alice", lines), saidBy("bob", lines)];
      for (const text of ["Hello Alice, this is Bob.", "Bob again."]) {
        expect(alice).toContain(`received ${text}`);
        expect(bob).toContain(`received ${text}`);
      }
      // Each life of Bob: the link comes up and is looked at once more.
      for (const what of ["up", "alive"]) {
        expect(bob.filter((line) => line.startsWith(`${what} link`)).length).toBeGreaterThanOrEqual(2);
        expect(alice.filter((line) => line.startsWith(`${what} link`)).length).toBeGreaterThanOrEqual(2);
      }
      const times = bob.flatMap((line) => /^on disk at (\d+) /.exec(line)?.[1] ?? []).map(BigInt);
      expect(times.length).toBeGreaterThanOrEqual(4);
      expect(times).toEqual([...new Set(times)].sort((a, b) => (a < b ? -1 : 1)));
      const [before, after] = lines.flatMap((line) => /the network .*: (.*)$/.exec(line)?.[1] ?? []).slice(1);
      expect(`${before} ${after}`).toMatch(name.includes("udp") ? /[1-9]\d* lost/ : /1 connections cut/);
    },
    PATIENCE,
  );

  it("is two programs that find each other by a URI, or by the JSON of a link in a file", async () => {
    const home = await folder();
    const alice = start(name, ["--listen", "127.0.0.1:0", "--state", join(home, "alice")]);
    const uri = await alice.find(/^uri +(link:\S+)$/);
    const json = join(home, "alice.json");
    await writeFile(json, await alice.find(/^json +(.*)$/));
    for (const place of [uri, json]) {
      const { status, lines } = await start(name, ["--connect", place, "--message", "hello"]).ended;
      expect(status, lines.join("\n")).toBe(0);
      expect(lines).toContain("received  hello");
      expect(lines).toContain("received  the end");
    }
    expect((await stat(join(home, "alice", "key-3a"))).mode & 0o777).toBe(0o600);
    const hashname = await alice.find(/^hashname +(\S+)$/);
    alice.end("SIGTERM");
    const { lines } = await alice.ended;
    expect(lines.filter((line) => line.startsWith("received  hello"))).toHaveLength(2);
    expect(lines.filter((line) => line === "channel   1 closed" || line === "channel   2 closed")).toHaveLength(2);

    const again = start(name, ["--listen", "127.0.0.1:0", "--state", join(home, "alice")]);
    expect(await again.find(/^hashname +(\S+)$/)).toBe(hashname);
  });
});

it("says what is wrong with a command line", async () => {
  const wrong = [
    ["--connect", "http://127.0.0.1/"],
    ["--connect", "link://127.0.0.1:1/"],
    ["--connect", "link://127.0.0.1:1/?cs3a=a"],
    ["--listen", "nowhere"],
    ["--clock", "soon"],
    ["--listen", "127.0.0.1:0", "--connect", "link://127.0.0.1:1/?cs3a=aa"],
    ["--nonsense"],
  ];
  const outcomes = await Promise.all(wrong.map((args) => start(programs[0], args).ended));
  for (const { status, stderr } of outcomes) {
    expect(status).toBe(1);
    expect(stderr).toMatch(/^[^\n]+\n$/);
  }
});

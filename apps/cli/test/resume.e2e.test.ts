import { createHash, randomBytes } from "node:crypto";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { castForEachTest, codeOf, sasOf, statuses } from "./cast.ts";
import type { Program } from "./program.ts";

const cast = castForEachTest();
const big = randomBytes(3 * 1024 * 1024);
const digest = createHash("sha256").update(big).digest("hex");
const patience = ["--grace", "60"];

/** Both are in the middle of a file that takes a while. */
async function underWay(): Promise<{ sender: Program; receiver: Program }> {
  await writeFile(join(cast().alice, "payment.psbt"), big);
  const { sender, receiver } = await cast().meet({ sender: patience, receiver: patience });
  sender.say("yes");
  receiver.say("yes", "yes");
  await sender.stderr.find(/Accepted/);
  return { sender, receiver };
}

const resume = (who: "alice" | "bob", ...args: readonly string[]) =>
  cast().stage.run(who, "resume", ...patience, ...args);
const listed = async (who: "alice" | "bob") => {
  const program = await cast().stage.run(who, "sessions");
  expect(await statuses(program)).toEqual([0]);
  return program.stdout.all;
};
const sealed = async (home: string) => (await readdir(join(home, ".countersign", "sessions"))).sort();

describe("a transfer whose process was killed", () => {
  it.each([
    ["the sender's", ["alice"]],
    ["the receiver's", ["bob"]],
    ["both", ["alice", "bob"]],
  ] as const)("goes on by resume: %s", async (_, killed) => {
    const { sender, receiver } = await underWay();
    const running = { alice: sender, bob: receiver };
    for (const who of killed) running[who].kill();
    await statuses(...killed.map((who) => running[who]));
    for (const who of killed) {
      expect(await listed(who)).toEqual([expect.stringMatching(/^[0-9a-f-]{36}-[12] {2}(send|receive) .*verified/)]);
      running[who] = await resume(who);
    }
    expect(await statuses(running.alice, running.bob)).toEqual([0, 0]);
    expect(await cast().received()).toEqual(["payment.psbt"]);
    const received = await readFile(join(cast().bob, "payment.psbt"));
    expect(createHash("sha256").update(received).digest("hex")).toBe(digest);
    expect(running.bob.stdout.all.at(-1)).toMatch(new RegExp(`^${digest}  .*payment\\.psbt$`));
    for (const home of [cast().alice, cast().bob]) expect(await sealed(home)).toEqual([]);
    for (const who of killed) expect(running[who].stderr.text).not.toMatch(/five words/);
  });

  it("while the words were compared: the same words are compared again", async () => {
    const { sender, receiver } = await cast().meet({ sender: patience, receiver: patience });
    const { words } = sasOf(sender);
    sender.kill();
    await statuses(sender);
    const again = await resume("alice");
    await again.stderr.find(/Did you hear .* say exactly these five words/);
    expect(sasOf(again).words).toBe(words);
    again.say("yes");
    receiver.say("yes", "yes");
    expect(await statuses(again, receiver)).toEqual([0, 0]);
  });

  it("holds nothing of the file in plain, and is of one process at a time", async () => {
    const text = `the plans of the harbour ${"x".repeat(3_000_000)}`;
    await writeFile(join(cast().alice, "payment.psbt"), text);
    const { sender, receiver } = await cast().meet({ sender: patience, receiver: patience });
    sender.say("yes");
    receiver.say("yes", "yes");
    await sender.stderr.find(/Accepted/);
    receiver.kill();
    await statuses(receiver);
    const folder = join(cast().bob, ".countersign", "sessions");
    for (const name of await readdir(folder)) {
      expect((await readFile(join(folder, name))).includes("the plans"), name).toBe(false);
    }
    const [first, second] = [await resume("bob"), await resume("bob")];
    const both = await statuses(first, second);
    // Whoever came second was told, or found that the first one was done already.
    expect([...both].sort()).toEqual([0, 1]);
    expect(await statuses(sender)).toEqual([0]);
  });
});

describe("a session that cannot go on", () => {
  it("is over at the relay, and is forgotten", async () => {
    const sender = await cast().send("--wait", "600");
    await codeOf(sender);
    await vi.waitFor(async () => expect(await sealed(cast().alice)).toContainEqual(expect.stringMatching(/sealed$/)));
    sender.kill();
    await statuses(sender);
    const [line = ""] = await listed("alice");
    expect(line).toMatch(/send .*payment\.psbt.*pairing/);
    const forgotten = await cast().stage.run("alice", "sessions", "forget", line.split(" ")[0] ?? "");
    expect(await statuses(forgotten)).toEqual([0]);
    const nothing = await resume("alice");
    expect(await statuses(nothing)).toEqual([1]);
    expect(nothing.stderr.all.at(-1)).toMatch(/nothing to resume/);
  });

  it("has another file now", async () => {
    const { sender, receiver } = await underWay();
    sender.kill();
    await statuses(sender);
    await writeFile(join(cast().alice, "payment.psbt"), "something else");
    const again = await resume("alice");
    expect(await statuses(again)).toEqual([1]);
    expect(again.stderr.all.at(-1)).toMatch(/changed while it was being sent/);
    // The file may be put back.
    await writeFile(join(cast().alice, "payment.psbt"), big);
    const third = await resume("alice");
    expect(await statuses(third, receiver)).toEqual([0, 0]);
  });
});

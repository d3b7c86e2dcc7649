import { randomBytes } from "node:crypto";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { castForEachTest, psbt, statuses } from "./cast.ts";

const cast = castForEachTest();

describe("contacts", () => {
  async function pair(): Promise<void> {
    const { sender, receiver } = await cast().meet({ sender: ["--as", "bob"], receiver: ["--as", "alice"] });
    sender.say("yes");
    receiver.say("yes", "yes");
    expect(await statuses(sender, receiver)).toEqual([0, 0]);
    await rm(join(cast().bob, "payment.psbt"));
  }

  it("meet again without code and question, with --yes without any", async () => {
    await pair();
    for (const round of [1, 2]) {
      const sender = await cast().send("--to", "bob");
      const receiver = await cast().receive("--from", "alice", "--yes");
      expect(await statuses(sender, receiver)).toEqual([0, 0]);
      expect(await readFile(join(cast().bob, round === 1 ? "payment.psbt" : "payment (2).psbt"))).toEqual(psbt);
      expect(sender.stderr.text).toContain("This is bob: the keys are the pinned ones.");
      expect(sender.stderr.text + receiver.stderr.text).not.toMatch(/five words|yes\/no/);
    }
    const receiver = await cast().receive("--from", "alice");
    const sender = await cast().send("--to", "bob");
    receiver.say("no");
    expect(await statuses(sender, receiver)).toEqual([4, 4]);
  });

  it("find each other although a run was killed while it waited", async () => {
    await pair();
    const dead = await cast().send("--to", "bob", "--json");
    await dead.stdout.find(/"event":"waiting"/);
    dead.kill();
    await dead.exit;
    const sender = await cast().send("--to", "bob", "--grace", "1");
    const receiver = await cast().receive("--from", "alice", "--yes", "--grace", "1");
    expect(await statuses(sender, receiver)).toEqual([0, 0]);
  });

  it("are listed without a key, and forgotten", async () => {
    await pair();
    const list = await cast().stage.run("alice", "contacts", "list");
    expect(await statuses(list)).toEqual([0]);
    expect(list.stdout.all).toEqual([expect.stringMatching(/^bob\tws:\/\/.*\tsince \d{4}-/)]);
    const file = JSON.parse(await readFile(join(cast().alice, ".countersign", "contacts", "bob.json"), "utf8"));
    expect(list.stdout.text).not.toContain(file.self.noiseStatic.privateKey);
    const bare = await cast().stage.run("alice", "contacts");
    expect(await statuses(bare)).toEqual([0]);
    expect(bare.stdout.all).toEqual(list.stdout.all);
    expect(await statuses(await cast().stage.run("alice", "contacts", "forget", "bob"))).toEqual([0]);
    expect(await statuses(await cast().send("--to", "bob"))).toEqual([1]);
  });

  it("who cannot prove the pinned keys get nothing: 3 on both sides, and nobody is told to forget anybody", async () => {
    await pair();
    const path = join(cast().bob, ".countersign", "contacts", "alice.json");
    const file = JSON.parse(await readFile(path, "utf8"));
    file.peer.noiseStatic = randomBytes(32).toString("base64url");
    await writeFile(path, JSON.stringify(file));
    const sender = await cast().send("--to", "bob");
    const receiver = await cast().receive("--from", "alice", "--yes");
    expect(await statuses(sender, receiver)).toEqual([3, 3]);
    const unproven =
      /did not prove in time to have the keys that are pinned|The relay says that the other side could not/;
    for (const side of [sender, receiver]) {
      expect(side.stderr.all.at(-1)).toMatch(unproven);
      expect(side.stderr.all.at(-1)).toMatch(/Try again; only if it stays so/);
      expect(side.stderr.text).not.toContain("forget");
    }
    expect(await cast().received()).toEqual([]);
  });

  it("alone make --yes possible", async () => {
    for (const program of [await cast().send("--yes"), await cast().receive("--yes")]) {
      expect(await statuses(program)).toEqual([2]);
      expect(program.stderr.all.at(-1)).toMatch(/--yes goes only with/);
    }
  });

  it("are not overwritten by --as", async () => {
    await pair();
    const sender = await cast().send("--as", "bob");
    expect(await statuses(sender)).toEqual([2]);
  });
});

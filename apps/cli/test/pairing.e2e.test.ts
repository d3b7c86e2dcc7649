import { randomBytes } from "node:crypto";
import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { castForEachTest, codeOf, psbt, sasOf, sha256, statuses } from "./cast.ts";
import type { Program } from "./program.ts";

const cast = castForEachTest();

describe("send and receive by pipes", () => {
  it("pass a PSBT from one to the other after both have said yes", async () => {
    const { sender, receiver } = await cast().meet();
    expect(sasOf(sender)).toEqual(sasOf(receiver));
    expect(sasOf(sender).words).toMatch(/^([a-z]+-){4}[a-z]+$/);
    sender.say("yes");
    receiver.say("y");
    await receiver.stderr.find(/Accept it\?/);
    receiver.say("yes");
    expect(await statuses(sender, receiver)).toEqual([0, 0]);
    expect(await readFile(join(cast().bob, "payment.psbt"))).toEqual(psbt);
    expect((await stat(join(cast().bob, "payment.psbt"))).mode & 0o777).toBe(0o600);
    expect(sender.stdout.all).toEqual([expect.stringMatching(/^\d+-/), `${sha256}  payment.psbt`]);
    expect(receiver.stdout.all).toEqual([`${sha256}  payment.psbt`]);
    expect(receiver.stderr.text).toMatch(/kind +PSBT/);
    // A session that went well leaves no journal.
    expect(await readdir(join(cast().bob, ".countersign", "sessions"))).toEqual([]);
  });

  it("show the other side's command, with --relay because this is not the usual one, and without the code", async () => {
    const sender = await cast().send();
    const code = await codeOf(sender);
    const line = await sender.stderr.find(/On the other side, run/);
    expect(line).toContain(`countersign receive --relay ${cast().stage.url}`);
    expect(line).not.toContain(code);
  });

  it("reach a relay at the first of its nodes that is there", async () => {
    const relays = ["--relay", "ws://127.0.0.1:1", "--relay", cast().stage.url];
    const { sender, receiver } = await cast().meet({ sender: relays, receiver: [`--relay=${relays[1]},${relays[3]}`] });
    sender.say("yes");
    receiver.say("yes", "yes");
    expect(await statuses(sender, receiver)).toEqual([0, 0]);
    expect(await sender.stderr.find(/On the other side, run/)).toContain(`--relay ${relays[1]},${relays[3]}`);
  });

  it("never overwrite: a free name is chosen", async () => {
    await writeFile(join(cast().bob, "payment.psbt"), "mine");
    const { sender, receiver } = await cast().meet();
    sender.say("yes");
    receiver.say("yes", "yes");
    expect(await statuses(sender, receiver)).toEqual([0, 0]);
    expect(await readFile(join(cast().bob, "payment.psbt"), "utf8")).toBe("mine");
    expect(await readFile(join(cast().bob, "payment (2).psbt"))).toEqual(psbt);
  });

  it("carry a file of many parts", async () => {
    const large = randomBytes(3_000_000);
    await writeFile(join(cast().alice, "large.bin"), large);
    const sender = await cast().stage.run("alice", "send", "large.bin", "--json");
    const receiver = await cast().receive("--out", "renamed.bin");
    receiver.say(JSON.parse(await sender.stdout.find(/"event":"code"/)).code, "yes", "yes");
    sender.say("yes");
    expect(await statuses(sender, receiver)).toEqual([0, 0]);
    expect((await readFile(join(cast().bob, "renamed.bin"))).equals(large)).toBe(true);
    expect(sender.stdout.all.filter((line) => line.includes('"progress"')).length).toBeGreaterThan(5);
  });

  it("go on when the reader of the code has closed the pipe", async () => {
    const { sender, receiver } = await cast().meet({ receiver: ["--out", cast().bob] });
    sender.deafen();
    sender.say("maybe", "yes");
    receiver.say("yes", "yes");
    expect(await statuses(sender, receiver)).toEqual([0, 0]);
    expect(sender.stderr.text).toContain('Please type "yes" or "no".');
  });
});

describe("--json", () => {
  it("says everything in objects, asks in objects, and takes answers by line", async () => {
    const sender = await cast().send("--json");
    const { code, link, command } = JSON.parse(await sender.stdout.find(/"event":"code"/));
    expect(link).toBe(`${cast().stage.url.replace(/^ws/, "http")}/#${code}`);
    expect(command).toBe(`countersign receive --relay ${cast().stage.url}`);
    const receiver = await cast().receive(link, "--json");
    for (const side of [sender, receiver]) {
      await side.stdout.find(/"event":"question","about":"sas"/);
      side.say("yes");
    }
    await receiver.stdout.find(/"event":"question","about":"offer"/);
    receiver.say("yes");
    expect(await statuses(sender, receiver)).toEqual([0, 0]);
    const events = (side: Program) => side.stdout.all.map((line) => JSON.parse(line));
    const [ours, theirs] = [events(sender), events(receiver)];
    const of = (list: ReturnType<typeof events>, event: string) => list.find((each) => each.event === event);
    expect(of(ours, "sas")).toMatchObject({ words: of(theirs, "sas").words, digits: of(theirs, "sas").digits });
    expect(of(ours, "sas")).toMatchObject({ verified: false, threshold: 2, parties: [{ number: 1 }, { number: 2 }] });
    expect(of(theirs, "offer")).toMatchObject({ direction: "in", name: "payment.psbt", size: psbt.length, sha256 });
    for (const done of [of(ours, "done"), of(theirs, "done")]) {
      expect(done).toMatchObject({ sha256, size: psbt.length });
      expect(Object.keys(done.timings_ms)).toEqual([
        "connect",
        "prepare",
        "wait",
        "handshake",
        "compare",
        "decide",
        "transfer",
        "total",
      ]);
    }
    expect(sender.stderr.all.concat(receiver.stderr.all)).toEqual([]);
  });

  it.each([
    ["usage.number", ["send", "payment.psbt", "--json", "--words", "3"]],
    ["usage.command-line", ["send", "--json"]],
    ["usage.yes", ["send", "payment.psbt", "--json", "--yes"]],
  ])("ends with the error object %s when the command line is wrong", async (code, args) => {
    const program = await cast().stage.run("alice", ...args);
    expect(await statuses(program)).toEqual([2]);
    expect(program.stdout.all.map((line) => JSON.parse(line))).toMatchObject([{ event: "error", code, exit: 2 }]);
  });

  it("ends with an error object and a sentence", async () => {
    const receiver = await cast().receive("999999-adrift-adviser-adult-aggregate", "--json");
    expect(await statuses(receiver)).toEqual([6]);
    const error = JSON.parse(receiver.stdout.all.at(-1) ?? "");
    expect(error).toMatchObject({ event: "error", code: "relay.unknown-invitation", exit: 6 });
    expect(receiver.stderr.all).toEqual([`countersign: ${error.message}`]);
  });
});

describe("what is typed for a code", () => {
  it("is explained when it is the five words to compare, and asked for again", async () => {
    const sender = await cast().send();
    const receiver = await cast().receive();
    receiver.say("uncut-unicorn-crumpled-adviser-snapline");
    await receiver.stderr.find(/five words are the ones to compare/);
    const code = await codeOf(sender);
    receiver.say(code.replace(/-(\w\w\w)\w*-/, "-$1-"));
    await receiver.stderr.find(/is not a word of a code\. Did you mean/);
    receiver.say(`  ${code.toUpperCase().replaceAll("-", " ")} `);
    await receiver.stderr.find(/Did you hear/);
    expect(receiver.stderr.text).toContain("five words are the ones to compare");
  });

  it("is a usage error as an argument", async () => {
    const receiver = await cast().receive("uncut-unicorn-crumpled-adviser-snapline");
    expect(await statuses(receiver)).toEqual([2]);
    expect(receiver.stderr.all.at(-1)).toMatch(/ones to compare/);
  });

  it("is missing when the input ends", async () => {
    const receiver = await cast().receive();
    receiver.endInput();
    expect(await statuses(receiver)).toEqual([2]);
  });
});

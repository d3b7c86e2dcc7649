import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Program, Stage } from "./program.ts";

const psbt = Buffer.concat([Buffer.from("70736274ff", "hex"), randomBytes(400)]);
const sha256 = createHash("sha256").update(psbt).digest("hex");

let stage: Stage;
let directory: string;
let alice: string;
let bob: string;

// One relay for all: what one test leaves there must not disturb the next.
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "countersign-cli-"));
  stage = await Stage.set(directory);
});
afterAll(async () => {
  await stage.strike();
  await rm(directory, { recursive: true });
});
beforeEach(async () => {
  alice = await stage.home("alice");
  bob = await stage.home("bob");
  await writeFile(join(alice, "payment.psbt"), psbt);
});
afterEach(async () => {
  for (const home of [alice, bob]) await rm(home, { recursive: true });
});

const send = (...args: readonly string[]) => stage.run("alice", "send", "payment.psbt", ...args);
const receive = (...args: readonly string[]) => stage.run("bob", "receive", ...args);
const codeOf = (sender: Program) => sender.stdout.find(/^\d+-[a-z]+-[a-z]+-[a-z]+-[a-z]+$/);
const statuses = (...programs: readonly Program[]) => Promise.all(programs.map(({ exit }) => exit));
const received = () => readdir(bob).then((names) => names.filter((name) => name !== ".countersign"));

/** Brings both sides to the question whether the words are the same. */
async function meet(more: { readonly sender?: readonly string[]; readonly receiver?: readonly string[] } = {}) {
  const sender = await send(...(more.sender ?? []));
  const receiver = await receive(...(more.receiver ?? []));
  receiver.say(await codeOf(sender));
  await Promise.all(
    [sender, receiver].map(({ stderr }) => stderr.find(/Did you hear .* say exactly these five words/)),
  );
  return { sender, receiver };
}

const sasOf = ({ stderr: { all } }: Program) => {
  const digits = all.findIndex((line) => /^ +\d{3} \d{3}$/.test(line));
  return [all[digits - 2]?.trim().split(/ +/).join("-"), all[digits]?.trim()];
};

describe("send and receive by pipes", () => {
  it("pass a PSBT from one to the other after both have said yes", async () => {
    const { sender, receiver } = await meet();
    expect(sasOf(sender)).toEqual(sasOf(receiver));
    expect(sasOf(sender)[0]).toMatch(/^([a-z]+-){4}[a-z]+$/);
    sender.say("yes");
    receiver.say("y");
    await receiver.stderr.find(/Accept it\?/);
    receiver.say("yes");
    expect(await statuses(sender, receiver)).toEqual([0, 0]);
    expect(await readFile(join(bob, "payment.psbt"))).toEqual(psbt);
    expect((await stat(join(bob, "payment.psbt"))).mode & 0o777).toBe(0o600);
    expect(sender.stdout.all).toEqual([expect.stringMatching(/^\d+-/), `${sha256}  payment.psbt`]);
    expect(receiver.stdout.all).toEqual([`${sha256}  payment.psbt`]);
    expect(receiver.stderr.text).toMatch(/kind +PSBT/);
    // A session that went well leaves no journal.
    expect(await readdir(join(bob, ".countersign", "sessions"))).toEqual([]);
  });

  it("show the other side's command, with --relay because this is not the usual one, and without the code", async () => {
    const sender = await send();
    const code = await codeOf(sender);
    const line = await sender.stderr.find(/On the other side, run/);
    expect(line).toContain(`countersign receive --relay ${stage.url}`);
    expect(line).not.toContain(code);
  });

  it("never overwrite: a free name is chosen", async () => {
    await writeFile(join(bob, "payment.psbt"), "mine");
    const { sender, receiver } = await meet();
    sender.say("yes");
    receiver.say("yes", "yes");
    expect(await statuses(sender, receiver)).toEqual([0, 0]);
    expect(await readFile(join(bob, "payment.psbt"), "utf8")).toBe("mine");
    expect(await readFile(join(bob, "payment (2).psbt"))).toEqual(psbt);
  });

  it("carry a file of many parts", async () => {
    const large = randomBytes(3_000_000);
    await writeFile(join(alice, "large.bin"), large);
    const sender = await stage.run("alice", "send", "large.bin", "--json");
    const receiver = await receive("--out", "renamed.bin");
    receiver.say(JSON.parse(await sender.stdout.find(/"event":"code"/)).code, "yes", "yes");
    sender.say("yes");
    expect(await statuses(sender, receiver)).toEqual([0, 0]);
    expect((await readFile(join(bob, "renamed.bin"))).equals(large)).toBe(true);
    expect(sender.stdout.all.filter((line) => line.includes('"progress"')).length).toBeGreaterThan(5);
  });

  it("go on when the reader of the code has closed the pipe", async () => {
    const { sender, receiver } = await meet({ receiver: ["--out", bob] });
    sender.deafen();
    sender.say("maybe", "yes");
    receiver.say("yes", "yes");
    expect(await statuses(sender, receiver)).toEqual([0, 0]);
    expect(sender.stderr.text).toContain('Please type "yes" or "no".');
  });
});

describe("--json", () => {
  it("says everything in objects, asks in objects, and takes answers by line", async () => {
    const sender = await send("--json");
    const { code, link, command } = JSON.parse(await sender.stdout.find(/"event":"code"/));
    expect(link).toBe(`${stage.url.replace(/^ws/, "http")}/#${code}`);
    expect(command).toBe(`countersign receive --relay ${stage.url}`);
    const receiver = await receive(link, "--json");
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

  it("ends with an error object and a sentence", async () => {
    const receiver = await receive("999999-adrift-adviser-adult-aggregate", "--json");
    expect(await statuses(receiver)).toEqual([6]);
    const error = JSON.parse(receiver.stdout.all.at(-1) ?? "");
    expect(error).toMatchObject({ event: "error", code: "relay.unknown-invitation", exit: 6 });
    expect(receiver.stderr.all).toEqual([`countersign: ${error.message}`]);
  });
});

describe("a meeting that must not go on", () => {
  it("ends both sides with 6 when the code is wrong, and passes nothing", async () => {
    const sender = await send();
    const code = await codeOf(sender);
    const [nameplate] = code.split("-");
    const wrong = `${nameplate}-${code.includes("-aardvark-") ? "absurd" : "aardvark"}-adviser-adult-aggregate`;
    const receiver = await receive(wrong);
    expect(await statuses(sender, receiver)).toEqual([6, 6]);
    for (const side of [sender, receiver]) expect(side.stderr.all.at(-1)).toMatch(/^countersign: .*code was wrong/i);
    expect(await received()).toEqual([]);
  });

  it.each(["sender", "receiver"] as const)("ends both sides with 6 when the %s says no", async (who) => {
    const { sender, receiver } = await meet();
    (who === "sender" ? sender : receiver).say("n");
    (who === "sender" ? receiver : sender).say("y");
    expect(await statuses(sender, receiver)).toEqual([6, 6]);
    for (const side of [sender, receiver]) expect(side.stderr.all.at(-1)).toMatch(/words are not the same/);
    expect(await received()).toEqual([]);
  });

  it("takes the end of the input for a no", async () => {
    const { sender, receiver } = await meet();
    receiver.endInput();
    expect(await statuses(sender, receiver)).toEqual([6, 6]);
  });

  it("ends both sides with 4 when the file is declined", async () => {
    const { sender, receiver } = await meet();
    sender.say("yes");
    receiver.say("yes", "no");
    expect(await statuses(sender, receiver)).toEqual([4, 4]);
    expect(sender.stderr.all.at(-1)).toMatch(/declined the file/);
    expect(await received()).toEqual([]);
  });

  it("serves a code once", async () => {
    const { sender, receiver } = await meet();
    const third = await stage.run("carol", "receive", sender.stdout.all[0] ?? "");
    expect(await statuses(third)).toEqual([6]);
    sender.say("yes");
    receiver.say("yes", "yes");
    expect(await statuses(sender, receiver)).toEqual([0, 0]);
  });
});

describe("somebody who is not there", () => {
  it("is a relay: 5, with the address", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    await new Promise((resolve) => server.close(resolve));
    const sender = await send("--relay", `ws://127.0.0.1:${port}`);
    expect(await statuses(sender)).toEqual([5]);
    expect(sender.stderr.all.at(-1)).toContain(`ws://127.0.0.1:${port}`);
  });

  it("is the other side that never comes: 3", async () => {
    const sender = await send("--wait", "1");
    expect(await statuses(sender)).toEqual([3]);
    expect(sender.stderr.all.at(-1)).toMatch(/Nobody came/);
  });

  it.each(["sender", "receiver"] as const)("is the %s, killed before the end: 3 after the grace", async (who) => {
    const grace = ["--grace", "1"];
    const { sender, receiver } = await meet({ sender: grace, receiver: grace });
    const [victim, other] = who === "sender" ? [sender, receiver] : [receiver, sender];
    victim.kill();
    other.say("yes");
    expect(await statuses(other)).toEqual([3]);
    expect(other.stderr.text).toMatch(/lost the connection/);
    expect(await received()).toEqual([]);
  });

  it.each(["SIGINT", "SIGTERM"] as const)("is the sender, ended by %s: the other side hears of it", async (signal) => {
    const { sender, receiver } = await meet();
    sender.kill(signal);
    expect(await statuses(sender, receiver)).toEqual([signal === "SIGINT" ? 130 : 143, 3]);
    expect(receiver.stderr.all.at(-1)).toMatch(/cancelled/);
  });

  it("is nobody yet: Ctrl-C ends the waiting", async () => {
    const sender = await send();
    await codeOf(sender);
    await sender.stderr.find(/Waiting/);
    sender.kill("SIGINT");
    expect(await statuses(sender)).toEqual([130]);
  });
});

describe("what is typed for a code", () => {
  it("is explained when it is the five words to compare, and asked for again", async () => {
    const sender = await send();
    const receiver = await receive();
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
    const receiver = await receive("uncut-unicorn-crumpled-adviser-snapline");
    expect(await statuses(receiver)).toEqual([2]);
    expect(receiver.stderr.all.at(-1)).toMatch(/ones to compare/);
  });

  it("is missing when the input ends", async () => {
    const receiver = await receive();
    receiver.endInput();
    expect(await statuses(receiver)).toEqual([2]);
  });
});

describe("contacts", () => {
  async function pair(): Promise<void> {
    const { sender, receiver } = await meet({ sender: ["--as", "bob"], receiver: ["--as", "alice"] });
    sender.say("yes");
    receiver.say("yes", "yes");
    expect(await statuses(sender, receiver)).toEqual([0, 0]);
    await rm(join(bob, "payment.psbt"));
  }

  it("meet again without code and question, with --yes without any", async () => {
    await pair();
    for (const round of [1, 2]) {
      const sender = await send("--to", "bob");
      const receiver = await receive("--from", "alice", "--yes");
      expect(await statuses(sender, receiver)).toEqual([0, 0]);
      expect(await readFile(join(bob, round === 1 ? "payment.psbt" : "payment (2).psbt"))).toEqual(psbt);
      expect(sender.stderr.text).toContain("This is bob: the keys are the pinned ones.");
      expect(sender.stderr.text + receiver.stderr.text).not.toMatch(/five words|yes\/no/);
    }
    const receiver = await receive("--from", "alice");
    const sender = await send("--to", "bob");
    receiver.say("no");
    expect(await statuses(sender, receiver)).toEqual([4, 4]);
  });

  it("are listed without a key, and forgotten", async () => {
    await pair();
    const list = await stage.run("alice", "contacts", "list");
    expect(await statuses(list)).toEqual([0]);
    expect(list.stdout.all).toEqual([expect.stringMatching(/^bob\tws:\/\/.*\tsince \d{4}-/)]);
    const file = JSON.parse(await readFile(join(alice, ".countersign", "contacts", "bob.json"), "utf8"));
    expect(list.stdout.text).not.toContain(file.self.noiseStatic.privateKey);
    expect(await statuses(await stage.run("alice", "contacts", "forget", "bob"))).toEqual([0]);
    expect(await statuses(await send("--to", "bob"))).toEqual([1]);
  });

  it("whose keys are not the pinned ones get nothing: 6 on both sides", async () => {
    await pair();
    const path = join(bob, ".countersign", "contacts", "alice.json");
    const file = JSON.parse(await readFile(path, "utf8"));
    file.peer.noiseStatic = randomBytes(32).toString("base64url");
    await writeFile(path, JSON.stringify(file));
    const sender = await send("--to", "bob");
    const receiver = await receive("--from", "alice", "--yes");
    expect(await statuses(sender, receiver)).toEqual([6, 6]);
    expect(receiver.stderr.all.at(-1)).toMatch(/This is not the alice whose keys were pinned/);
    expect(await received()).toEqual([]);
  });

  it("alone make --yes possible", async () => {
    for (const program of [await send("--yes"), await receive("--yes")]) {
      expect(await statuses(program)).toEqual([2]);
      expect(program.stderr.all.at(-1)).toMatch(/--yes goes only with/);
    }
  });

  it("are not overwritten by --as", async () => {
    await pair();
    const sender = await send("--as", "bob");
    expect(await statuses(sender)).toEqual([2]);
  });
});

import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { codeOf, statuses } from "./cast.ts";
import { Doorway } from "./doorway.ts";
import { createPayment } from "./payment.ts";
import { hearBoth, troupeForAllTests } from "./troupe.ts";

// Three programs at a time, each of which derives a key from a passphrase in 256 MiB.
vi.setConfig({ testTimeout: 180_000 });

const troupe = troupeForAllTests();
let address = "";

describe("three make a key", () => {
  it("after each has heard each of the others by name, and have one address and one record", async () => {
    const addresses = await troupe().makeKey();
    expect(new Set(addresses).size).toBe(1);
    [address = ""] = addresses;
    const records = await Promise.all(
      ["alice", "bob", "carol"].map((user) =>
        readFile(join(troupe().home(user), "treasury-keygen.record.json"), "utf8"),
      ),
    );
    expect(new Set(records).size).toBe(1);
    expect(JSON.parse(records[0] ?? "")).toMatchObject({ kind: "keygen", confirmation: "sas", threshold: 2 });
    const keys = join(troupe().home("bob"), ".countersign", "keys");
    for (const name of await readdir(keys)) expect((await stat(join(keys, name))).mode & 0o777).toBe(0o600);
    // A ceremony that went well leaves no journal.
    expect(await readdir(join(troupe().home("bob"), ".countersign", "sessions"))).toEqual([]);
  });

  it("and are told who is missing by name", async () => {
    const [alice, bob, carol] = await troupe().begin("other", "dave", "erin");
    for (const program of [alice, bob]) if (program) await hearBoth(program);
    expect(await alice?.stderr.find(/^Waiting for erin to confirm the words/)).toBeDefined();
    carol?.say("no");
    const ended = [alice, bob, carol].flatMap((program) => (program === undefined ? [] : [program]));
    expect(await statuses(...ended)).toEqual([6, 6, 6]);
    for (const program of [alice, bob]) {
      expect(program?.stderr.all.at(-1)).toMatch(/For erin the words are not|words were not confirmed by erin/);
    }
    expect(await readdir(join(troupe().home("erin"), ".countersign", "keys")).catch(() => [])).toEqual([]);
  });

  it("also when one is killed in the middle, and comes back by resume", async () => {
    const [alice, bob, carol] = await troupe().begin("again", "bob", "carol");
    if (alice === undefined || bob === undefined || carol === undefined) throw new Error("somebody is missing");
    await Promise.all([alice, bob, carol].map(hearBoth));
    await bob.stderr.find(/^All have confirmed/);
    bob.kill("SIGKILL");
    await bob.exit;
    const back = await troupe().run("bob", "resume");
    expect(await statuses(alice, back, carol)).toEqual([0, 0, 0]);
    expect(new Set([alice, back, carol].map(({ stdout }) => stdout.all.at(-1))).size).toBe(1);
    expect(back.stdout.all).toEqual([expect.stringMatching(/^bcrt1p/)]);
  });

  it("but not where two go by one name, which all are told, and nobody is suspected", async () => {
    const made = ["keygen", "--parties", "3", "--threshold", "2", "--label", "clash", "--name", "alice"];
    const alice = await troupe().run("alice", ...made);
    const joining = ["join", await codeOf(alice), "--label", "clash", "--name"];
    const bob = await troupe().run("bob", ...joining, "alice");
    const carol = await troupe().run("carol", ...joining, "carol");
    const parties = [alice, bob, carol];
    for (const status of await statuses(...parties)) expect([1, 3]).toContain(status);
    const told = parties.map(({ stderr }) => stderr.all.at(-1));
    for (const line of told) {
      expect(line).toMatch(/wo go by the same name|alice ended it before all had met/);
      expect(line).not.toMatch(/in between|\(relay\./);
    }
    expect(told.join("\n")).toContain("Two go by the same name, alice.");
  });

  it("but not with a label that is taken, nor without a passphrase", async () => {
    const again = await troupe().run("alice", "keygen", "--parties", "3", "--threshold", "2", "--label", "treasury");
    expect(await statuses(again)).toEqual([2]);
    const bare = await troupe().stage.run("alice", "keygen", "--parties", "3", "--threshold", "2");
    expect(await statuses(bare)).toEqual([1]);
    expect(bare.stderr.text).toMatch(/Use --passphrase-file/);
  });
});

describe("two of the three", () => {
  it("sign a payment from the group's address, which finalises", async () => {
    const payment = createPayment(address);
    await writeFile(join(troupe().home("alice"), "payment.psbt"), payment.bytes);
    const bob = await troupe().run("bob", "approve", "treasury", "--network", "regtest");
    await bob.stderr.find(/Waiting for a proposal/);
    const alice = await troupe().run("alice", "sign", "treasury", "payment.psbt", "--network", "regtest");
    for (const signer of [alice, bob]) {
      expect(await signer.stderr.find(/Digest/)).toBe(await alice.stderr.find(/Digest/));
      await signer.stderr.find(/Is this what you want to sign/);
      signer.say("yes");
    }
    expect(await statuses(alice, bob)).toEqual([0, 0]);
    expect(alice.stdout.all).toEqual(bob.stdout.all);
    expect(() => payment.verify(alice.stdout.all[0] ?? "")).not.toThrow();
    const signed = await readFile(join(troupe().home("alice"), "payment.signed.psbt"));
    expect(signed.subarray(0, 5).toString("hex")).toBe("70736274ff");
  });

  it("sign nothing that one of them declines", async () => {
    const bob = await troupe().run("bob", "approve", "treasury");
    await bob.stderr.find(/Waiting for a proposal/);
    const alice = await troupe().run("alice", "sign", "treasury", "--message", "give it all away");
    for (const [signer, answer] of [
      [alice, "yes"],
      [bob, "no"],
    ] as const) {
      await signer.stderr.find(/Is this what you want to sign/);
      signer.say(answer);
    }
    expect(await statuses(alice, bob)).toEqual([4, 4]);
    expect(alice.stderr.text).toContain("bob ended it: bob declined to sign");
    expect(bob.stderr.text).toContain("you declined to sign");
    expect(bob.stderr.text).toContain("alice proposes to sign, as this machine reads it");
    expect(alice.stdout.all.concat(bob.stdout.all)).toEqual([]);
  });

  it("are told of each other when both propose", async () => {
    const alice = await troupe().run("alice", "sign", "treasury", "--message", "hello");
    await alice.stderr.find(/Waiting for the others/);
    const bob = await troupe().run("bob", "sign", "treasury", "--message", "good-bye");
    await alice.stderr.find(/bob proposes to sign with treasury, too.*approve treasury/);
    await bob.stderr.find(/Somebody else proposes to sign with treasury, too/);
    for (const signer of [alice, bob]) signer.kill("SIGINT");
    expect(await statuses(alice, bob)).toEqual([130, 130]);
  });

  it("find each other also when one comes while the other's session is not there yet", async () => {
    const { url } = troupe().stage;
    const doors = { alice: await Doorway.to(url, "Session.open"), bob: await Doorway.to(url) };
    try {
      const signing = ["sign", "treasury", "--message", "hello", "--yes", "--wait", "20", "--relay", doors.alice.url];
      const alice = await troupe().run("alice", ...signing);
      await Promise.all([doors.alice.asked("Session.open"), doors.alice.answered("Group.join")]);
      const bob = await troupe().run("bob", "approve", "treasury", "--yes", "--wait", "20", "--relay", doors.bob.url);
      await doors.bob.answered("Group.join");
      doors.alice.release();
      expect(await statuses(alice, bob)).toEqual([0, 0]);
    } finally {
      await Promise.all([doors.alice.close(), doors.bob.close()]);
    }
  });

  it("find each other also when who proposes was killed, and comes back when the other waits already", async () => {
    const alice = await troupe().run("alice", "sign", "treasury", "--message", "hello");
    const journals = () => readdir(join(troupe().home("alice"), ".countersign", "sessions"));
    await vi.waitFor(async () => expect(await journals()).toContainEqual(expect.stringMatching(/\.sealed$/)), 20_000);
    alice.kill("SIGKILL");
    await alice.exit;
    const bob = await troupe().run("bob", "approve", "treasury", "--yes", "--wait", "20");
    await bob.stderr.find(/Waiting for a proposal/);
    const back = await troupe().run("alice", "resume");
    await back.stderr.find(/Is this what you want to sign/);
    back.say("yes");
    expect(await statuses(back, bob)).toEqual([0, 0]);
    expect(back.stdout.all).toEqual(bob.stdout.all);
  });

  it("are told who is missing by name when nobody comes", async () => {
    const alice = await troupe().run("alice", "sign", "treasury", "--message", "hello", "--wait", "1");
    expect(await statuses(alice)).toEqual([3]);
    expect(alice.stderr.text).toMatch(/Not there: bob, carol|Not there: carol, bob/);
  });

  it("end it for both when one presses Ctrl-C, with the reason", async () => {
    const bob = await troupe().run("bob", "approve", "treasury");
    await bob.stderr.find(/Waiting for a proposal/);
    const alice = await troupe().run("alice", "sign", "treasury", "--message", "hello");
    for (const signer of [alice, bob]) await signer.stderr.find(/Is this what you want to sign/);
    alice.kill("SIGINT");
    expect(await statuses(alice, bob)).toEqual([130, 4]);
    expect(bob.stderr.text).toMatch(/alice ended it: cancelled by its user/);
  });

  it("go on when one was killed before it said yes, and comes back by resume", async () => {
    const bob = await troupe().run("bob", "approve", "treasury");
    await bob.stderr.find(/Waiting for a proposal/);
    const alice = await troupe().run("alice", "sign", "treasury", "--message", "hello");
    for (const signer of [alice, bob]) await signer.stderr.find(/Is this what you want to sign/);
    alice.say("yes");
    bob.kill("SIGKILL");
    await bob.exit;
    const back = await troupe().run("bob", "resume");
    expect(await back.stderr.find(/Digest/)).toBe(await alice.stderr.find(/Digest/));
    await back.stderr.find(/Is this what you want to sign/);
    back.say("yes");
    expect(await statuses(alice, back)).toEqual([0, 0]);
    expect(back.stdout.all).toEqual(alice.stdout.all);
  });

  it("are heard by the third, who is told what was signed", async () => {
    const carol = await troupe().run("carol", "status", "treasury", "--json", "--watch");
    await carol.stdout.find(/"event":"waiting"/);
    const bob = await troupe().run("bob", "approve", "treasury", "--yes");
    await bob.stderr.find(/Waiting for a proposal/);
    const alice = await troupe().run("alice", "sign", "treasury", "--message", "hello", "--yes");
    expect(await statuses(alice, bob)).toEqual([0, 0]);
    const told = JSON.parse(await carol.stdout.find(/"event":"signed-by-others"/));
    expect(told).toEqual({ event: "signed-by-others", key: "treasury", from: "alice", signature: alice.stdout.all[0] });
    carol.kill("SIGINT");
    expect(await statuses(carol)).toEqual([130]);
  });

  it("are not told as news what they have signed themselves", async () => {
    const bob = await troupe().run("bob", "approve", "treasury", "--watch", "--yes");
    await bob.stderr.find(/Waiting for a proposal/);
    for (const message of ["hello", "good-bye"]) {
      const alice = await troupe().run("alice", "sign", "treasury", "--message", message, "--yes");
      expect(await statuses(alice)).toEqual([0]);
      await bob.stderr.find(new RegExp(`^ +${message}$`));
    }
    expect(bob.stderr.text).not.toContain("says what was signed");
    bob.kill("SIGINT");
    expect(await statuses(bob)).toEqual([130]);
  });

  it("find the address again by their share, and the key without it", async () => {
    const listed = await troupe().stage.run("carol", "keys", "--json");
    expect(await statuses(listed)).toEqual([0]);
    const keys = listed.stdout.all.map((line) => JSON.parse(line));
    expect(keys).toContainEqual(expect.objectContaining({ event: "key", label: "treasury", threshold: 2 }));
    const shown = await troupe().run("carol", "keys", "treasury");
    expect(await statuses(shown)).toEqual([0]);
    expect(shown.stdout.all).toEqual([address]);
  });

  it("cannot open a share with another passphrase", async () => {
    await writeFile(join(troupe().home("alice"), "wrong"), "sword\n");
    const alice = await troupe().stage.run("alice", "backup", "treasury", "b.age", "--passphrase-file", "wrong");
    expect(await statuses(alice)).toEqual([1]);
    expect(alice.stderr.text).toMatch(/does not open: the passphrase is wrong/);
  });
});

describe("what looks at a ceremony", () => {
  it("is status, while it runs", async () => {
    const alice = await troupe().run("alice", "sign", "treasury", "--message", "hello");
    const bob = await troupe().run("bob", "approve", "treasury");
    for (const signer of [alice, bob]) await signer.stderr.find(/Is this what you want to sign/);
    const asked = await troupe().stage.run("alice", "status");
    expect(await statuses(asked)).toEqual([0]);
    expect(asked.stdout.all[0]).toMatch(/^Signing with treasury, round 1 of 3 \(proposal\): waiting for you/);
    expect(asked.stdout.all[1]).toMatch(/1 {2}alice \(you\) .* waited for$/);
    alice.say("yes");
    await alice.stderr.find(/waiting for bob/);
    const status = await troupe().stage.run("alice", "status", "--json");
    expect(await statuses(status)).toEqual([0]);
    const [running] = status.stdout.all.map((line) => JSON.parse(line));
    expect(running).toMatchObject({
      about: "Signing with treasury",
      rounds: 3,
      parties: [{ label: "alice" }, { label: "bob" }],
    });
    alice.kill("SIGINT");
    await Promise.all([alice.exit, bob.exit]);
    const after = await troupe().stage.run("alice", "status", "--json");
    expect(await statuses(after)).toEqual([0]);
    expect(after.stdout.all).toEqual([]);
  });

  it("is verify-record, which one changed digit does not pass", async () => {
    const path = join(troupe().home("alice"), "treasury-keygen.record.json");
    const good = await troupe().stage.run("alice", "verify-record", path);
    expect(await statuses(good)).toEqual([0]);
    const text = await readFile(path, "utf8");
    await writeFile(`${path}.bad`, text.replace('"threshold": 2', '"threshold": 3'));
    const bad = await troupe().stage.run("alice", "verify-record", `${path}.bad`);
    expect(await statuses(bad)).toEqual([6]);
    expect(bad.stderr.text).toMatch(/3 of 3 parties did not sign this/);
  });
});

describe("a share", () => {
  it("goes from a backup to another machine, and signs there", async () => {
    const backup = await troupe().run("carol", "backup", "treasury", "treasury.age");
    expect(await statuses(backup)).toEqual([0]);
    await troupe().stage.home("carol2");
    await writeFile(join(troupe().home("carol2"), "old"), "carol swordfish\n");
    const from = join(troupe().home("carol"), "treasury.age");
    const restore = await troupe().stage.run("carol2", "restore", from, "--passphrase-file", "old");
    expect(await statuses(restore)).toEqual([0]);
    const carol = await troupe().stage.run("carol2", "approve", "--passphrase-file", "old");
    await carol.stderr.find(/Waiting for a proposal/);
    const alice = await troupe().run("alice", "sign", "treasury", "--message", "hello");
    for (const signer of [alice, carol]) {
      await signer.stderr.find(/Is this what you want to sign/);
      signer.say("yes");
    }
    expect(await statuses(alice, carol)).toEqual([0, 0]);
    expect(alice.stdout.all).toEqual([expect.stringMatching(/^[0-9a-f]{128}$/)]);
    expect(alice.stdout.all).toEqual(carol.stdout.all);
  });
});

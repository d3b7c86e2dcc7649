import { createServer } from "node:net";
import { createInvitation, RelayConnection } from "@countersign/client";
import { describe, expect, it } from "vitest";
import { castForEachTest, codeOf, statuses } from "./cast.ts";
import { type Program, Stage } from "./program.ts";

const cast = castForEachTest();
const lastLines = (...sides: readonly Program[]) => sides.map(({ stderr }) => stderr.all.at(-1)).sort();

describe("a meeting that must not go on", () => {
  it("ends both sides with 6 when the code is wrong, and passes nothing", async () => {
    const sender = await cast().send();
    const code = await codeOf(sender);
    const [nameplate] = code.split("-");
    const wrong = `${nameplate}-${code.includes("-aardvark-") ? "absurd" : "aardvark"}-adviser-adult-aggregate`;
    const receiver = await cast().receive(wrong);
    expect(await statuses(sender, receiver)).toEqual([6, 6]);
    // One of them has found it out; the other has only the relay's word for it.
    expect(lastLines(sender, receiver)).toEqual([
      expect.stringMatching(/^countersign: The code was wrong on one side/),
      expect.stringMatching(/^countersign: The relay says that the other side found another code/),
    ]);
    expect(await cast().received()).toEqual([]);
  });

  it.each(["sender", "receiver"] as const)("ends both sides with 6 when the %s says no", async (who) => {
    const { sender, receiver } = await cast().meet();
    (who === "sender" ? sender : receiver).say("n");
    (who === "sender" ? receiver : sender).say("y");
    expect(await statuses(sender, receiver)).toEqual([6, 6]);
    for (const side of [sender, receiver]) expect(side.stderr.all.at(-1)).toMatch(/words are not the same/);
    expect(await cast().received()).toEqual([]);
  });

  it("takes the end of the input for a no", async () => {
    const { sender, receiver } = await cast().meet();
    receiver.endInput();
    expect(await statuses(sender, receiver)).toEqual([6, 6]);
  });

  it("ends both sides with 4 when the file is declined", async () => {
    const { sender, receiver } = await cast().meet();
    sender.say("yes");
    receiver.say("yes", "no");
    expect(await statuses(sender, receiver)).toEqual([4, 4]);
    expect(sender.stderr.all.at(-1)).toMatch(/declined the file/);
    expect(await cast().received()).toEqual([]);
  });

  it("serves a code once", async () => {
    const { sender, receiver } = await cast().meet();
    const third = await cast().stage.run("carol", "receive", sender.stdout.all[0] ?? "");
    expect(await statuses(third)).toEqual([6]);
    sender.say("yes");
    receiver.say("yes", "yes");
    expect(await statuses(sender, receiver)).toEqual([0, 0]);
  });
});

describe("a code for something else", () => {
  it.each([
    ["keygen", 2],
    ["exchange", 3],
  ] as const)("is refused before anything is shown: %s of %i", async (kind, parties) => {
    const relay = new RelayConnection({ url: cast().stage.url });
    try {
      const { spoken } = await createInvitation(relay, { kind, parties });
      const receiver = await cast().receive(spoken);
      expect(await statuses(receiver)).toEqual([6]);
      expect(receiver.stderr.text).toContain(`not for a file between two, but for "${kind}" of ${parties} parties`);
    } finally {
      relay.close();
    }
  });
});

describe("somebody who is not there", () => {
  it("is a relay: 5, with the address", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    await new Promise((resolve) => server.close(resolve));
    const sender = await cast().send("--relay", `ws://127.0.0.1:${port}`);
    expect(await statuses(sender)).toEqual([5]);
    expect(sender.stderr.all.at(-1)).toContain(`ws://127.0.0.1:${port}`);
  });

  it("is a relay that goes away in the middle: 5 on both sides after the grace", async () => {
    const stage = await Stage.set(cast().alice);
    const args = ["--relay", stage.url, "--grace", "1"];
    const { sender, receiver } = await cast().meet({ sender: args, receiver: args });
    await stage.strike();
    expect(await statuses(sender, receiver)).toEqual([5, 5]);
    for (const side of [sender, receiver]) expect(side.stderr.all.at(-1)).toMatch(/relay was lost/);
  });

  it("is the other side that never comes: 3", async () => {
    const sender = await cast().send("--wait", "1");
    expect(await statuses(sender)).toEqual([3]);
    expect(sender.stderr.all.at(-1)).toMatch(/Nobody came/);
  });

  it.each(["sender", "receiver"] as const)("is the %s, killed before the end: 3 after the grace", async (who) => {
    const grace = ["--grace", "1"];
    const { sender, receiver } = await cast().meet({ sender: grace, receiver: grace });
    const [victim, other] = who === "sender" ? [sender, receiver] : [receiver, sender];
    victim.kill();
    other.say("yes");
    expect(await statuses(other)).toEqual([3]);
    expect(other.stderr.text).toMatch(/lost the connection/);
    expect(await cast().received()).toEqual([]);
  });

  it.each(["SIGINT", "SIGTERM"] as const)("is the sender, ended by %s: the other side hears of it", async (signal) => {
    const { sender, receiver } = await cast().meet();
    sender.kill(signal);
    expect(await statuses(sender, receiver)).toEqual([signal === "SIGINT" ? 130 : 143, 3]);
    expect(receiver.stderr.all.at(-1)).toMatch(/left before the words were compared/);
  });

  it("is nobody yet: Ctrl-C ends the waiting", async () => {
    const sender = await cast().send();
    await codeOf(sender);
    await sender.stderr.find(/Waiting/);
    sender.kill("SIGINT");
    expect(await statuses(sender)).toEqual([130]);
  });
});

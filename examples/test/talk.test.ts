import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { utf8 } from "@countersign/wire";
import { expect, it, onTestFinished } from "vitest";
import { openHome } from "../src/home.ts";
import { type EndpointNews, RunningEndpoint } from "../src/running-endpoint.ts";
import { answer } from "../src/talk.ts";
import { routeTo, textOf } from "../src/transport.ts";
import { openUdp } from "../src/udp-transport.ts";
import { Mailbox } from "./mailbox.ts";

type News<T extends EndpointNews["type"]> = Extract<EndpointNews, { readonly type: T }>;

/** Somebody who answers, and what it shows. */
async function answerer(mostStrangers = 1) {
  const folder = await mkdtemp(join(tmpdir(), "countersign-talk-"));
  const shown = new Mailbox<string>();
  const say = (what: string, rest: string) => shown.put(`${what} ${rest}`);
  const home = await openHome(join(folder, "alice"));
  const alice = await answer({ home, open: openUdp, say, mostStrangers });
  onTestFinished(async () => {
    await alice.close();
    await rm(folder, { recursive: true });
  });
  return { alice, shown, folder };
}

/** Somebody who calls, and what it hears. */
async function caller({ alice, folder }: Awaited<ReturnType<typeof answerer>>, name = "bob") {
  const heard = new Mailbox<EndpointNews>();
  const home = await openHome(join(folder, name));
  const bob = await RunningEndpoint.start({ home, open: openUdp, onNews: heard.put });
  onTestFinished(() => bob.close());
  const next = async <T extends EndpointNews["type"]>(type: T): Promise<News<T>> => {
    for (;;) {
      const news = await heard.next();
      if (news.type === "offer") bob.step({ type: "accept", id: news.id });
      if (news.type === type) return news as News<T>;
    }
  };
  const [path] = alice.address.paths;
  const key = alice.address.keys.get(0x3a);
  if (path === undefined || key === undefined) throw new Error("alice is nowhere");
  bob.step({ type: "link", peer: { keys: { "3a": key } }, path: textOf(routeTo(path)) });
  return { bob, next };
}

/** The two of them, linked. */
async function linked() {
  const { bob, next } = await caller(await answerer());
  const { hashname } = await next("up");
  return { bob, hashname, next };
}

it.each([true, false])(
  "says again what is said on a channel of any type, JSON included (reliable: %s)",
  async (reliable) => {
    const { bob, hashname, next } = await linked();
    const content = { json: { colour: "green" }, body: utf8("hello") };
    bob.step({ type: "open", hashname, channelType: "anything", reliable, content });
    const { channel, json, body, end } = await next("deliver");
    expect({ json, body, end }).toEqual({ ...content, end: false });
    bob.step({ type: "processed", hashname, channel });
    bob.step({ type: "send", hashname, channel, content: { end: true } });
    const last = await next("deliver");
    expect(last.end).toBe(true);
    bob.step({ type: "processed", hashname, channel });
    expect((await next("channel-closed")).err).toBeUndefined();
  },
);

it("says again a hundred things in their order, to somebody who listens late", async () => {
  const { bob, hashname, next } = await linked();
  const words = Array.from({ length: 100 }, (_, i) => `word ${i}`);
  bob.step({ type: "open", hashname, channelType: "echo", reliable: true, content: { body: utf8(words[0] ?? "") } });
  const heard: string[] = [];
  while (heard.length < words.length) {
    const { channel, body } = await next("deliver");
    heard.push(Buffer.from(body).toString());
    bob.step({ type: "processed", hashname, channel });
    // All of the rest, when the first has come back.
    if (heard.length === 1)
      for (const word of words.slice(1)) bob.step({ type: "send", hashname, channel, content: { body: utf8(word) } });
  }
  expect(heard).toEqual(words);
});

it("ends a channel on which too much is said, and goes on answering", async () => {
  const { bob, hashname, next } = await linked();
  const open = (length: number) => {
    const content = { body: new Uint8Array(length) };
    bob.step({ type: "open", hashname, channelType: "echo", reliable: false, content });
  };
  open(1_300);
  expect((await next("channel-closed")).err).toBe("too long");
  open(1_000);
  expect((await next("deliver")).body).toHaveLength(1_000);
});

it("is nobody to a stranger too many, and keeps nothing of it", async () => {
  const answering = await answerer(1);
  const { bob, next } = await caller(answering);
  const { hashname } = await next("up");
  const isCall = /^handshake call of a stranger, /;
  while (!isCall.test(await answering.shown.next()));
  await caller(answering, "carol");
  while (!isCall.test(await answering.shown.next()));
  bob.step({ type: "open", hashname, channelType: "echo", reliable: true, content: { body: utf8("still there?") } });
  expect(Buffer.from((await next("deliver")).body).toString()).toBe("still there?");
  expect((await openHome(join(answering.folder, "alice"))).highest.size).toBe(1);
});

import {
  type KeyEvent,
  type KeyWatch,
  MemoryJournal,
  openSession,
  RelayConnection,
  watchKey,
} from "@countersign/client";
import { startRelay } from "@countersign/relay-server";
import { utf8 } from "@countersign/wire";
import { afterEach, describe, expect, test } from "vitest";
import { identityOf, labelOf, pinsOf, placeOf } from "./support/key-holders.ts";

// The real relay, real sockets: those who have a key and their group, which nobody has created.

const leftOver: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of leftOver.splice(0).reverse()) await end();
});

async function serve(): Promise<string> {
  const relay = await startRelay({});
  leftOver.push(() => relay.close());
  return relay.url;
}

function connect(url: string): RelayConnection {
  const relay = new RelayConnection({ url });
  leftOver.push(() => relay.close());
  return relay;
}

/** Somebody who has the key, and hears what is said in its group. */
class Holder {
  readonly relay: RelayConnection;
  readonly watch: KeyWatch;
  private readonly iterator: AsyncIterator<KeyEvent>;

  constructor(url: string, number: number) {
    this.relay = connect(url);
    this.watch = watchKey({ relay: this.relay, key: placeOf(number) });
    this.iterator = this.watch.events()[Symbol.asyncIterator]();
  }

  async next(): Promise<KeyEvent | undefined> {
    const { value } = await this.iterator.next();
    return value;
  }
}

async function open(relay: RelayConnection, number: number, session: Uint8Array) {
  const key = { ...placeOf(number), session, kind: "sign", parties: 2, threshold: 2 } as const;
  const self = { label: labelOf(number), identity: identityOf(number) };
  const opened = await openSession({ relay, key, self, journal: new MemoryJournal() });
  leftOver.push(() => opened.abort("over"));
  return opened;
}

const session = new Uint8Array(16).fill(5);
const content = utf8("pay 1 BTC");

describe("those who have a key", () => {
  test("are told who signs when they come, and what is proposed and signed while they are there, from whom", async () => {
    const url = await serve();
    await open(connect(url), 1, session);
    const [alice, bob, dave] = [1, 2, 4].map((number) => new Holder(url, number));
    if (alice === undefined || bob === undefined || dave === undefined) throw new Error("nobody");
    const one = { session, parties: 2, threshold: 2, joined: 1, online: 1 };
    expect(await Promise.all([alice.next(), bob.next(), dave.next()])).toEqual(
      Array(3).fill({ type: "joined", sessions: [one] }),
    );
    await alice.watch.tell({ subject: "proposal", session, content });
    for (const other of [bob, dave]) {
      expect(await other.next()).toEqual({ type: "proposal", from: 1, session, content });
    }
    await bob.watch.tell({ subject: "signed", session, content: utf8("signed") });
    // Nothing comes twice, and nobody hears himself.
    for (const other of [alice, dave]) {
      expect(await other.next()).toEqual({ type: "signed", from: 2, session, content: utf8("signed") });
    }
  });

  test("hear once what the relay says twice", async () => {
    const url = await serve();
    const [alice, bob] = [1, 2].map((number) => new Holder(url, number));
    await Promise.all([alice?.next(), bob?.next()]);
    for (const text of ["one", "one", "two"]) {
      await alice?.watch.tell({ subject: "proposal", session, content: utf8(text) });
    }
    expect([await bob?.next(), await bob?.next()]).toMatchObject([{ content: utf8("one") }, { content: utf8("two") }]);
  });

  test("see which sessions were given up, the newest first", async () => {
    const url = await serve();
    const gone = connect(url);
    await open(gone, 1, new Uint8Array(16).fill(4));
    await open(connect(url), 2, session);
    gone.close();
    // The relay may hear of it a moment later.
    for (;;) {
      const holder = new Holder(url, 4);
      const joined = await holder.next();
      holder.watch.stop();
      const online = joined?.type === "joined" ? joined.sessions.map((one) => one.online) : [];
      expect(online).toHaveLength(2);
      expect(online[0]).toBe(1);
      if (online[1] === 0) return;
    }
  });

  test("ignore what is not sealed for them by one of them", async () => {
    const url = await serve();
    const bob = new Holder(url, 2);
    await bob.next();
    const stranger = watchKey({ relay: connect(url), key: { ...placeOf(1), pins: pinsOf(3) } });
    await stranger.tell({ subject: "proposal", session, content });
    const alice = new Holder(url, 1);
    await alice.watch.tell({ subject: "proposal", session, content: utf8("mine") });
    expect(await bob.next()).toMatchObject({ content: utf8("mine") });
  });

  test("are told when the relay cannot be reached, and so is who wants to tell something", async () => {
    const holder = new Holder("ws://127.0.0.1:1", 1);
    const telling = holder.watch.tell({ subject: "proposal", session, content });
    await expect(telling).rejects.toMatchObject({ code: "relay.unreachable" });
    expect(await holder.next()).toMatchObject({ type: "failed", error: { code: "relay.unreachable" } });
    expect(await holder.next()).toBeUndefined();
  });

  test("leave it", async () => {
    const url = await serve();
    const holder = new Holder(url, 1);
    await holder.next();
    holder.watch.stop();
    expect(await holder.next()).toBeUndefined();
  });
});

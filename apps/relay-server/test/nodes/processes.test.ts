import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Client, member, secret, uuid } from "../client.ts";
import { event } from "../mixed/company.ts";
import { MpcSocket } from "../mpc/mpc-socket.ts";
import { describeEngines, type RedisServer } from "../redis/redis-server.ts";
import { RelayProcess } from "../relay-process.ts";
import { meet } from "./meeting.ts";

/** Milliseconds that nobody ever waits longer than for a node or its engine to be replaced. */
const PATIENCE = 10_000;

/** Milliseconds for what comes before and after a test, on a machine that has more to do. */
const HOOK = 60_000;

type Serving = RelayProcess & { readonly url: string };

describeEngines(
  "nodes as processes on one engine",
  (program) => {
    let engine: RedisServer;
    let nodes: Serving[];
    const start = async () => {
      const limits = ["--messages-per-second", "100000", "--address-messages-per-second", "100000"];
      const node = await RelayProcess.serving(["--listen", "127.0.0.1:0", "--store", engine.url, ...limits]);
      nodes.push(node);
      return node;
    };
    const urls = () => nodes.map(({ url }) => url);
    const at = (n: number) => nodes[n] ?? Promise.reject(new Error(`there is no node ${n}`));

    beforeEach(async () => {
      engine = await program.started();
      nodes = [];
      await Promise.all([start(), start()]);
    }, HOOK);
    afterEach(async () => {
      await Promise.all(nodes.map((node) => node.kill("SIGKILL")));
      await engine.remove();
    }, HOOK);

    it("give members at three of them one order, without a gap", async () => {
      await start();
      const meeting = await meet({ parties: 5, urls });
      await meeting.goesOn(500);
      await meeting.end();
      expect(meeting.members.map(({ moves }) => moves)).toEqual([0, 0, 0, 0, 0]);
    });

    it("serve both dialects in one session", async () => {
      const one = await MpcSocket.connect((await at(0)).url);
      const client = await Client.connect((await at(1)).url);
      const group = await one.result<string>("Group.create", ["team", { parties: 2, threshold: 1 }]);
      const { uuid: session } = await one.result<{ uuid: string }>("Session.create", [group, "keygen", null]);
      expect(await one.result("Session.signup", [group, session, "keygen"])).toBe(1);
      const place = { group, session, kind: "keygen", parties: 2, threshold: 2 } as const;
      const seat = await client.call("Session.open", { ...member(2), ...place });
      expect(seat).toMatchObject({ number: 2, members: [{ number: 1, online: true }, { number: 2 }] });
      expect(await one.next()).toBe(event("sessionSignup", session));
      const message = { round: 1, sender: 1, receiver: null, uuid: session, body: "hello" };
      await one.result("Session.message", [group, session, "keygen", message]);
      await client.until(() => client.bodies().length === 1);
      await one.close();
      expect(await client.event("memberOffline")).toEqual({ session, number: 1 });
      await client.close();
    });

    it("lose one by kill -9 in the middle of a session: its members go on at another one, and nothing is lost", async () => {
      const meeting = await meet({ parties: 4, urls });
      await meeting.goesOn(100);
      const [dead] = nodes.splice(0, 1);
      await dead?.kill("SIGKILL");
      await meeting.goesOn(400);
      await meeting.end();
      expect(meeting.members.map(({ moves }) => moves > 0)).toEqual([true, false, true, false]);
      for (const { longestWait } of meeting.members) expect(longestWait).toBeLessThan(PATIENCE);
    });

    it("say of members whose node is dead that they are offline", async () => {
      const here = await Client.connect((await at(0)).url);
      const there = await Client.connect((await at(1)).url);
      await here.call("Session.open", member(1));
      await there.call("Session.open", member(2));
      await here.event("memberOnline");
      await (await at(1)).kill("SIGKILL");
      expect(await here.event("memberOffline")).toEqual({ session: uuid(2), number: 2 });
      await here.close();
    });

    it("do without one that stands still, which shuts out those whom the others took for gone when it goes on", async () => {
      const meeting = await meet({ parties: 4, urls });
      const slow = await at(0);
      const left = await MpcSocket.connect(slow.url);
      const group = await left.result<string>("Group.create", ["team", { parties: 2, threshold: 1 }]);
      const other = await MpcSocket.connect((await at(1)).url);
      await other.result("Group.join", group);
      await meeting.goesOn(100);
      slow.child.kill("SIGSTOP");
      nodes.splice(0, 1);
      try {
        // Until the others have taken its connections out of their groups.
        const url = (await at(0)).url;
        const hasRoom = async () => {
          const third = await MpcSocket.connect(url);
          const isFull = (await third.ask("Group.join", group)).includes("is full");
          await third.close();
          return !isFull;
        };
        await vi.waitUntil(hasRoom, { timeout: 30_000, interval: 200 });
        await meeting.goesOn(100);
        slow.child.kill("SIGCONT");
        expect((await left.closed())[0]).toBe(1012);
        nodes.push(slow);
        await meeting.goesOn(100);
        await meeting.end();
        await other.close();
      } finally {
        slow.child.kill("SIGCONT");
        nodes.push(slow);
      }
      for (const { longestWait } of meeting.members) expect(longestWait).toBeLessThan(PATIENCE);
    });

    it("go on when their engine was killed and started again: nothing that was acknowledged is lost", async () => {
      const meeting = await meet({ parties: 4, urls });
      for (let round = 0; round < 3; round++) {
        await meeting.goesOn(100);
        await engine.kill("SIGKILL");
        await engine.start();
      }
      await meeting.goesOn(100);
      await meeting.end();
      for (const { longestWait } of meeting.members) expect(longestWait).toBeLessThan(PATIENCE);
    });

    it("are replaced one after the other while sessions go on", async () => {
      const meeting = await meet({ parties: 4, urls });
      for (let round = 0; round < 3; round++) {
        await meeting.goesOn(100);
        const [old] = nodes.splice(0, 1);
        const ended = old?.kill("SIGTERM");
        await start();
        expect(await ended).toMatchObject({ code: 0 });
      }
      await meeting.goesOn(100);
      await meeting.end();
      for (const { longestWait } of meeting.members) expect(longestWait).toBeLessThan(PATIENCE);
    });

    it("know an invitation of each other, and keep what it holds when one after the other is gone", async () => {
      const here = await Client.connect((await at(0)).url);
      const there = await Client.connect((await at(1)).url);
      const made = await here.call("Invitation.create", { kind: "exchange", parties: 2, threshold: 2 });
      await (await at(0)).kill("SIGKILL");
      const claim = secret(9, 16);
      const claimed = await there.call("Invitation.claim", { nameplate: made.nameplate, claim });
      expect(claimed).toMatchObject({ group: made.group, session: made.session });
      const third = await Client.connect((await start()).url);
      await third.call("Session.open", { ...member(1), ...claimed, claim });
      await there.call("Session.open", { ...member(2), ...claimed });
      await third.event("memberJoined");
      await Promise.all([there.close(), third.close()]);
    });
  },
  { timeout: 120_000 },
);

import { afterEach, describe, expect, it } from "vitest";
import { carryAll, confirmBoth, type End, meetByHand } from "./carrying.ts";
import { TestDaemon } from "./daemons.ts";
import { Disk } from "./disk.ts";

const running: TestDaemon[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((daemon) => daemon.stop()));
});

function start(disk: Disk): TestDaemon {
  const daemon = new TestDaemon(undefined, { store: disk });
  running.push(daemon);
  return daemon;
}

/** So much time that everything was written which was going to be, and heard what was told. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** Two ends whose daemons can be killed and begun again. */
async function meet(invite?: "wrong code") {
  const disks = [new Disk(), new Disk()];
  const daemons = disks.map(start);
  const [alice, bob] = daemons as [TestDaemon, TestDaemon];
  const ends = await meetByHand([alice, bob], invite);
  return {
    ends,
    /** From one moment to the next; another process begins. */
    async kill(index: number): Promise<void> {
      const disk = (disks[index] as Disk).kill();
      disks[index] = disk;
      const end = ends[index] as End;
      running.splice(running.indexOf(end.daemon), 1);
      end.daemon = start(disk);
      await end.daemon.service.restore();
      await turns();
    },
  };
}

/** Behind so many ways, between two who have not met yet: the first is Alice's introduction. */
const WAYS = 10;
const UNPROVEN = "peer.code-unproven";
/** Where a restart ends the session, as it does at a relay (spec 0003, sections 8.6, 9.2 and 9.5). */
const LOST: readonly Readonly<Record<number, string>>[] = [
  // She has answered with a share, or with who she is; has heard who he is, or not; has revealed her nonce.
  { 3: UNPROVEN, 4: UNPROVEN, 5: "peer.timeout", 6: "peer.sas-aborted", 7: "peer.sas-aborted" },
  // He has said who he is, and does not know that she has heard it.
  { 5: "peer.timeout" },
];

describe.each([
  ["who made the session", 0],
  ["who joined it", 1],
] as const)("the daemon of the one %s is killed", (_, who) => {
  it.each(Array.from({ length: WAYS + 1 }, (_, ways) => ways))("behind %i ways", async (ways) => {
    const { ends, kill } = await meet();
    let carried = await ends[0].give();
    for (let way = 0; way < ways && carried !== ""; way++) carried = await (ends[(way + 1) % 2] as End).give(carried);
    await kill(who);
    for (const pair of [ends, [ends[1], ends[0]] as const]) await carryAll(pair).catch(isEnd);
    const states = await Promise.all(ends.map(({ daemon, id }) => daemon.call("status", id)));
    const lost = LOST[who]?.[ways];
    if (lost === undefined) {
      expect(states.map(({ state }) => state)).toEqual(["confirming", "confirming"]);
      expect(ends[0].last["sas"]).toBe(ends[1].last["sas"]);
      await confirmBoth(ends);
      await ends[0].daemon.call("send", ends[0].id, { n: 1 });
      await carryAll(ends);
      expect(await ends[1].daemon.call("recv", ends[1].id, 0)).toMatchObject({ payload: { n: 1 } });
    } else {
      expect(states.some(({ reason }) => String(reason).includes(lost))).toBe(true);
      expect(states.map(({ peer_verified }) => peer_verified)).toEqual([false, false]);
    }
  });
});

describe("a daemon that is killed while somebody carries", () => {
  it("shows the same words, and keeps what was confirmed, sent and received", async () => {
    const { ends, kill } = await meet();
    const [a, b] = ends;
    await carryAll(ends);
    const { sas } = a.last;
    await kill(0);
    expect(await a.daemon.call("handshake_auto", a.id)).toMatchObject({ sas });
    await a.daemon.call("confirm_sas", a.id, sas);
    await kill(0);
    await kill(1);
    await b.daemon.call("confirm_sas", b.id, sas);
    await carryAll(ends);
    await carryAll([b, a]);
    expect(a.last).toMatchObject({ peer_verified: true, sas });
    await a.daemon.call("send", a.id, { n: 1 }, "once");
    await kill(0);
    expect(await a.daemon.call("send", a.id, { n: 1 }, "once")).toEqual({ ok: true, seq: 1 });
    const early = await b.give();
    await kill(1);
    await a.give(early);
    await carryAll(ends);
    await kill(1);
    expect(await b.daemon.call("status", b.id)).toMatchObject({ transport: "hand", state: "active" });
    expect(await b.daemon.call("recv", b.id, 0)).toEqual({ payload: { n: 1 }, from: 1, seq: 1 });
    expect(await b.daemon.call("recv", b.id, 0)).toEqual({ timeout: true });
  });

  it("does not begin a session again that has ended, and answers what had come before", async () => {
    const { ends, kill } = await meet();
    const [a, b] = ends;
    await carryAll(ends);
    await confirmBoth(ends);
    await a.daemon.call("send", a.id, { n: 1 });
    const { packets } = await a.daemon.call("close", a.id);
    await b.give(String(packets));
    await turns();
    await kill(1);
    expect(await b.daemon.call("recv", b.id, 0)).toMatchObject({ payload: { n: 1 } });
    expect(await b.daemon.call("status", b.id)).toMatchObject({ state: "closed", transport: "hand" });
    expect(await b.daemon.error("handshake", b.id)).toMatchObject({
      message: expect.stringMatching(/^COSIGN_SESSION_CLOSED/),
    });
    await kill(0);
    expect(await a.daemon.error("status", a.id)).toMatchObject({ message: "Unknown session_id" });
  });

  it("does not give anybody another guess", async () => {
    const { ends, kill } = await meet("wrong code");
    await carryAll(ends).catch(isEnd);
    await turns();
    await kill(0);
    expect(await ends[0].daemon.call("status", ends[0].id)).toMatchObject({ state: "failed" });
    expect(await ends[0].error(await ends[1].give().catch(() => ""))).toMatchObject({ code: -1 });
  });
});

/** What `carryAll` may reject with: the error object of a session that has ended. */
function isEnd(error: unknown): void {
  expect(error).toMatchObject({ code: -1, message: expect.stringMatching(/^COSIGN_HANDSHAKE_FAILED: /) });
}

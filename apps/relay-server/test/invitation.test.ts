import { describe, expect, it } from "vitest";
import { type Client, member, secret, uuid } from "./client.ts";
import { ManualClock } from "./manual-clock.ts";
import { relayForEachTest } from "./relay-for-each-test.ts";

let clock: ManualClock;
const { connect } = relayForEachTest(() => {
  clock = new ManualClock();
  return { clock, pingInterval: 1_000_000, limits: { silenceGrace: 3_600 } };
});

const three = { kind: "keygen", parties: 3, threshold: 2 } as const;
const claimOf = (n: number) => secret(n, 16);

describe("an invitation", () => {
  it("leads to a session of its own, through a number that can be said", async () => {
    const a = await connect();
    const { nameplate, group, session, life } = await a.call("Invitation.create", three);
    expect(nameplate).toMatch(/^[1-9][0-9]{0,2}$/);
    expect(life).toBe(600);
    expect(await a.call("Session.open", member(1, { ...three, group, session }))).toMatchObject({ number: 1 });

    const b = await connect();
    const claimed = await b.call("Invitation.claim", { nameplate, claim: claimOf(1) });
    expect(claimed).toEqual({ group, session, ...three });
    expect(await b.call("Session.open", member(2, { ...claimed, claim: claimOf(1) }))).toMatchObject({ number: 2 });
    await a.event("memberJoined");

    const another = await a.call("Invitation.create", three);
    expect(new Set([nameplate, group, session]).has(another.nameplate)).toBe(false);
    expect(another.group).not.toBe(group);
  });

  it("serves parties - 1 claims, however often each is made", async () => {
    const a = await connect();
    const { nameplate } = await a.call("Invitation.create", three);
    const claim = (n: number) => a.call("Invitation.claim", { nameplate, claim: claimOf(n) });
    const first = await claim(1);
    expect(await claim(1)).toEqual(first);
    expect(await claim(2)).toEqual(first);
    await expect(claim(3)).rejects.toThrow("relay.invitation-closed");
    expect(await claim(2)).toEqual(first);
  });

  it("gives a place to somebody else that is not taken within a minute", async () => {
    const a = await connect();
    const { nameplate, group, session } = await a.call("Invitation.create", { ...three, parties: 2 });
    const claim = (n: number) => a.call("Invitation.claim", { nameplate, claim: claimOf(n) });
    const open = (n: number) =>
      a.call("Session.open", member(n, { ...three, parties: 2, group, session, claim: claimOf(n) }));
    await claim(1);
    clock.pass(59);
    await expect(claim(2)).rejects.toThrow("relay.invitation-closed");
    clock.pass(1);
    await claim(2);
    await expect(open(1)).rejects.toThrow("relay.invitation-closed");
    clock.pass(30);
    await open(2);
    // Who has come keeps the place.
    clock.pass(60);
    await expect(claim(1)).rejects.toThrow("relay.invitation-closed");
  });

  it("keeps its maker's place, and lets nobody in without a claim", async () => {
    const [a, b] = [await connect(), await connect()];
    const { group, session } = await a.call("Invitation.create", three);
    const open = (n: number, claim?: string) =>
      member(n, { ...three, group, session, ...(claim === undefined ? {} : { claim }) });
    await a.call("Session.open", open(1));
    await expect(b.call("Session.open", open(2))).rejects.toThrow("relay.session-full");
    await expect(b.call("Session.open", open(2, claimOf(7)))).rejects.toThrow("relay.invitation-closed");
  });

  it("ends with its life, and the session waits as long", async () => {
    const a = await connect();
    const { nameplate, group, session } = await a.call("Invitation.create", { ...three, life: 7_200 });
    await a.call("Session.open", member(1, { ...three, group, session }));
    clock.pass(7_199);
    const b = await connect();
    await b.call("Invitation.claim", { nameplate, claim: claimOf(1) });
    clock.pass(1);
    await expect(b.call("Invitation.claim", { nameplate, claim: claimOf(2) })).rejects.toThrow(
      "relay.unknown-invitation",
    );
    expect(await b.call("Session.open", member(2, { ...three, group, session, claim: claimOf(1) }))).toMatchObject({
      number: 2,
    });
  });

  it("cannot be guessed: five failures a minute", async () => {
    const [a, b] = [await connect(), await connect()];
    const { nameplate } = await a.call("Invitation.create", three);
    const guess = (client: Client, n: number) =>
      client.call("Invitation.claim", { nameplate: String(100_000 + n), claim: claimOf(n) });
    for (let n = 0; n < 5; n++) await expect(guess(n % 2 === 0 ? a : b, n)).rejects.toThrow("relay.unknown-invitation");
    await expect(guess(a, 6)).rejects.toMatchObject({ code: "relay.rate-limited", data: { retryable: true } });
    await expect(b.call("Invitation.claim", { nameplate, claim: claimOf(1) })).rejects.toThrow("relay.rate-limited");
    clock.pass(60);
    expect(await b.call("Invitation.claim", { nameplate, claim: claimOf(1) })).toMatchObject(three);
  });
});

describe("a session", () => {
  it("expires without activity, tells everybody, and is forgotten after as long again", async () => {
    const [a, b] = [await connect(), await connect()];
    await a.call("Session.open", member(1));
    clock.pass(1_799);
    await b.call("Session.open", member(2));
    clock.pass(1_799);
    await a.call("Session.message", { session: uuid(2), cseq: 1, envelopes: [{ to: 0, body: "b2xk" }] });
    clock.pass(1_799);
    await b.event("message");
    await b.call("Session.resume", { session: uuid(2), token: secret(102), after: 3 });
    clock.pass(1_799);
    // It has not ended, or this would be refused.
    expect(await b.call("Session.ack", { session: uuid(2), seq: 0 })).toEqual({});
    clock.pass(1);
    expect(await a.event("sessionExpired")).toEqual({ session: uuid(2), seq: 4, previous: 2 });
    await b.event("sessionExpired");
    await expect(a.call("Session.finish", { session: uuid(2) })).rejects.toMatchObject({
      code: "relay.session-ended",
      data: { ended: "expired" },
    });
    clock.pass(1_800);
    await expect(a.call("Session.finish", { session: uuid(2) })).rejects.toThrow("relay.unknown-session");
    // The same ids are free for a new one, in which nothing is left of the old one.
    expect(await a.call("Session.open", member(1))).toMatchObject({ number: 1, seq: 1 });
    await b.call("Session.open", member(2));
    await a.call("Session.message", { session: uuid(2), cseq: 1, envelopes: [{ to: 0, body: "bmV3" }] });
    await b.until(() => b.bodies().length === 2);
    expect(b.bodies()).toEqual(["b2xk", "bmV3"]);
  });
});

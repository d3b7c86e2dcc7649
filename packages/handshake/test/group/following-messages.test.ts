import { perfectNetwork } from "@countersign/testkit";
import { encodeHandshakeMessage, FrameKind, limits, utf8 } from "@countersign/wire";
import { describe, expect, test } from "vitest";
import { type HandshakeMessage, MOST_TYPES } from "../../src/exchange/message-group.ts";
import { checkFollowing, FollowingMessages } from "../../src/group/following-messages.ts";
import { confirmAll, failures, readySession } from "../support/ceremony.ts";
import { introduce, parameters, party, type Session, session } from "../support/parties.ts";

const jwt = (body: string): HandshakeMessage => ({ type: "jwt", head: {}, body: utf8(body) });
const tx: HandshakeMessage = { type: "tx", head: { network: "test" }, body: new Uint8Array(2_000).fill(7) };
const pair = () => [party(1, "alice"), party(2, "bob")];

/** What party 1 has heard of this kind, as `type: body` for each message. */
function heard(run: Session, number = 1) {
  return run.outputsOf(number, "handshake-messages").map(({ from, messages }) => ({
    from,
    messages: messages.map(
      ({ type, body }) => `${type}: ${body.length < 100 ? new TextDecoder().decode(body) : body.length}`,
    ),
  }));
}

describe("in a session", () => {
  test("messages follow the handshake and arrive together, with its at", () => {
    const run = readySession(pair());
    run.input(2, { type: "provide", to: 1, messages: [jwt("a token"), tx] });
    run.run({ limitMs: 1_000 });
    expect(heard(run)).toEqual([
      { from: 2, messages: ["jwt: a token"] },
      { from: 2, messages: ["jwt: a token", "tx: 2000"] },
    ]);
    const [first, second] = run.outputsOf(1, "handshake-messages");
    expect(first?.at).toBe(second?.at);
    expect(second?.messages[1]).toEqual(tx);
    expect(run.outputsOf(1, "up")).toHaveLength(1);
  });

  test("one of a type that was said takes its place by a new handshake, which says all of them", () => {
    const run = readySession(pair());
    run.input(2, { type: "provide", to: 0, messages: [jwt("old"), tx] });
    run.run({ limitMs: 1_000 });
    run.input(2, { type: "provide", to: 0, messages: [jwt("new")] });
    run.run({ limitMs: 1_000 });
    expect(run.outputsOf(1, "up")).toHaveLength(2);
    expect(heard(run).at(-1)).toEqual({ from: 2, messages: ["jwt: new", "tx: 2000"] });
    const ats = run.outputsOf(1, "handshake-messages").map(({ at }) => at);
    expect(new Set(ats).size).toBe(2);
    expect(ats.at(-1)).toBeGreaterThan(ats[0] ?? 0n);
  });

  test.each([1, 2])("a re-link begun by party %i says them again, under its own at", (number) => {
    const run = readySession(pair());
    run.input(2, { type: "provide", to: 1, messages: [jwt("a token")] });
    run.run({ limitMs: 1_000 });
    run.input(number, { type: "relink", number: 3 - number });
    run.run({ limitMs: 1_000 });
    expect(heard(run)).toEqual(Array(2).fill({ from: 2, messages: ["jwt: a token"] }));
    const [before, after] = run.outputsOf(1, "handshake-messages").map(({ at }) => at);
    expect(after).toBeGreaterThan(before ?? 0n);
  });

  test("they arrive over a network that loses, repeats and reorders", () => {
    const run = readySession(pair());
    run.policy = (envelope, random) => {
      const delay = () => random.integer(3_000);
      const deliveries = [
        { ...envelope, delayMs: delay() },
        { ...envelope, delayMs: delay() },
      ];
      return random.integer(10) < 3 ? [] : deliveries;
    };
    run.input(2, { type: "provide", to: 1, messages: [jwt("old"), tx] });
    run.run({ limitMs: 60_000 });
    run.input(2, { type: "provide", to: 1, messages: [jwt("new")] });
    run.run({ limitMs: 60_000 });
    expect(heard(run).at(-1)?.messages.toSorted()).toEqual(["jwt: new", "tx: 2000"]);
    expect([failures(run, 1), failures(run, 2)]).toEqual([[], []]);
  });

  test("a peer that is away while something new is to be said hears it when it is back", () => {
    const run = readySession(pair());
    run.input(2, { type: "provide", to: 1, messages: [jwt("old")] });
    run.run({ limitMs: 1_000 });
    run.policy = () => [];
    run.input(2, { type: "provide", to: 1, messages: [jwt("new")] });
    run.run({ limitMs: 100_000 });
    run.policy = perfectNetwork;
    run.run({ limitMs: 40_000 });
    expect(heard(run).at(-1)).toEqual({ from: 2, messages: ["jwt: new"] });
    run.input(1, { type: "close", reason: 0 });
    run.run({ limitMs: 100_000 });
    const sent = run.sent.length;
    run.run({ limitMs: 100_000 });
    expect(run.sent).toHaveLength(sent);
  });

  test("nobody is told anything before the SAS is complete, and nothing after the end", () => {
    const parties = pair();
    const run = session(parties);
    const provide = () => run.input(2, { type: "provide", to: 1, messages: [jwt("a token")] });
    expect(provide).toThrow(expect.objectContaining({ code: "usage.handshake-required" }));
    introduce(run, parties);
    run.run({ until: () => run.outputsOf(2, "sas").length > 0 });
    expect(provide).toThrow(expect.objectContaining({ code: "usage.sas-unconfirmed" }));
    confirmAll(run, [1, 2]);
    run.input(2, { type: "close", reason: 0 });
    expect(provide).toThrow(expect.objectContaining({ code: "usage.closed" }));
    expect(heard(run)).toEqual([]);
  });

  test("what is said by a party that is ready a moment earlier is heard when this end is", () => {
    const all = [1, 2, 3].map((n) => party(n, `party ${n}`, { parameters: { ...parameters, parties: 3 } }));
    const run = session(all);
    introduce(run, all);
    run.run({ until: () => all.every(({ number }) => run.outputsOf(number, "sas").length > 0) });
    // The confirmation of party 2 is slow on its way to party 1, who therefore waits while party 3 is ready.
    run.policy = (envelope) => [{ ...envelope, delayMs: envelope.from === 2 && envelope.to === 1 ? 900 : 1 }];
    for (const { number } of all) run.input(number, { type: "confirm", same: true });
    run.run({ until: () => run.outputsOf(3, "ready").length > 0, limitMs: 500 });
    run.input(3, { type: "provide", to: 0, messages: [jwt("early")] });
    run.run({ limitMs: 300 });
    expect([run.outputsOf(1, "ready"), heard(run)]).toEqual([[], []]);
    run.run({ limitMs: 2_000 });
    expect(heard(run)).toEqual([{ from: 3, messages: ["jwt: early"] }]);
  });

  test.each([
    ["link", { type: "link", at: 0n, head: {}, body: utf8("") }],
    ["a handshake that there was not", { type: "jwt", at: 1n << 63n, head: {}, body: utf8("") }],
  ])("a peer that sends a message of %s is closed and named", (_, message) => {
    const run = readySession(pair());
    interface Inside {
      readonly roster: { get(n: number): { readonly pair: { readonly conversation: Conversation } } };
    }
    interface Conversation {
      step(input: object, now: object): readonly { readonly type: string; readonly body: Uint8Array }[];
    }
    const { machine } = (run as unknown as { parties: Map<number, { machine: Inside }> }).parties.get(2) ?? {};
    const data = encodeHandshakeMessage(message);
    const input = { type: "control", kind: FrameKind.HS, data };
    for (const { type, body } of machine?.roster.get(1).pair.conversation.step(input, run.clock.now()) ?? []) {
      if (type === "send") run.deliver({ from: 2, to: 1, bytes: Uint8Array.from([0, 0, ...body]) });
    }
    run.run({ limitMs: 100 });
    expect(failures(run, 1)).toEqual(["peer.protocol"]);
    expect(run.outputsOf(1, "failed")[0]?.culprits).toEqual([2]);
  });
});

describe("one end of them", () => {
  const at = 12n;
  const received = (message: HandshakeMessage, of = at) => encodeHandshakeMessage({ ...message, at: of });

  test("one message for each type of one at; late ones of an older handshake are old", () => {
    const following = new FollowingMessages();
    following.confirmed(at);
    expect(following.receive(received(jwt("a")))).toMatchObject({ type: "handshake-messages", messages: [jwt("a")] });
    expect(following.receive(received(jwt("b")))).toEqual({ type: "drop", code: "exchange.duplicate" });
    following.confirmed(at + 2n);
    expect(following.receive(received(tx))).toEqual({ type: "drop", code: "exchange.old" });
    expect(following.receive(received(tx, at + 2n))).toMatchObject({ messages: [tx] });
  });

  test("a peer cannot fill our memory with types", () => {
    const following = new FollowingMessages();
    following.confirmed(at);
    const outcomes = Array.from({ length: MOST_TYPES + 1 }, (_, i) =>
      following.receive(received({ ...tx, type: `type ${i}` })),
    );
    expect(outcomes.at(-2)?.type).toBe("handshake-messages");
    expect(outcomes.at(-1)).toEqual({ type: "drop", code: "exchange.too-many-types" });
  });

  test("what nobody could take is refused before anything is said", () => {
    const code = (code: string) => expect.objectContaining({ code });
    const long = { ...tx, body: new Uint8Array(limits.frameData) };
    expect(() => checkFollowing([jwt(""), { ...tx, type: "link" }])).toThrow(code("usage.reserved-type"));
    expect(() => checkFollowing([{ ...tx, type: "uri" }])).toThrow(code("usage.reserved-type"));
    expect(() => checkFollowing([long])).toThrow(code("usage.too-long"));
    expect(() => checkFollowing([{ ...tx, head: { at: "1" } }])).toThrow(code("usage.reserved-key"));
    const many = Array.from({ length: MOST_TYPES + 1 }, (_, i) => ({ ...tx, type: `type ${i}` }));
    expect(() => new FollowingMessages().provide(many)).toThrow(code("usage.too-many-types"));
  });

  test("before there is a handshake nothing leaves; then everything does, once", () => {
    const following = new FollowingMessages();
    expect(following.provide([tx])).toEqual([]);
    expect(following.provide([jwt("first"), jwt("second")])).toEqual([]);
    expect(following.confirmed(at)).toEqual([received(tx), received(jwt("second"))]);
    const [more, evenMore] = [1, 2].map((n) => ({ ...jwt(`${n}`), type: "more" }));
    if (more === undefined || evenMore === undefined) throw new Error("no messages");
    expect(following.provide([more, evenMore])).toEqual([received(evenMore)]);
    expect(following.provide([tx])).toBeUndefined();
  });
});

import {
  claimInvitation,
  createInvitation,
  generateIdentity,
  MemoryJournal,
  RelayConnection,
  type RelayError,
} from "@countersign/client";
import type { CreateMachine } from "@countersign/client/sit";
import { startSession } from "@countersign/client/start-session";
import { codeSalt, parseCode } from "@countersign/handshake";
import { UsageError, utf8 } from "@countersign/wire";
import { describe, expect, test } from "vitest";
import { AlarmClock, settle } from "./support/alarm-clock.ts";
import { FakeTransport } from "./support/fake-transport.ts";
import { groupId, invitation, ScriptedMachine, seatAnswer, self, sessionId } from "./support/seat.ts";

const silent: CreateMachine = () => new ScriptedMachine();

function setUp() {
  const transport = new FakeTransport();
  const clock = new AlarmClock();
  const randomBytes = (length: number) => new Uint8Array(length).fill(0xff);
  const relay = new RelayConnection({ url: "ws://relay.example", transport, clock, randomBytes });
  return { transport, clock, randomBytes, relay };
}

async function opening(createMachine = silent, more: Partial<Parameters<typeof startSession>[1]> = {}) {
  const world = setUp();
  const { relay, clock, randomBytes } = world;
  const outcome: { error?: RelayError | UsageError; opened?: boolean } = {};
  const options = { relay, clock, randomBytes, self, journal: new MemoryJournal(), invitation };
  startSession(createMachine, { kdf: async () => new Uint8Array(32), ...options, ...more }).then(
    () => {
      outcome.opened = true;
    },
    (error) => {
      outcome.error = error;
    },
  );
  await settle();
  return { ...world, outcome };
}

describe("opening a session", () => {
  test("asks again with the same token until the answer gets through", async () => {
    const { transport, clock, outcome } = await opening();
    const first = transport.last.open().the("Session.open");
    transport.last.drop();
    await clock.advance(250);
    transport.last.open().refuse(transport.last.the("Session.open"), "relay.unavailable");
    expect(transport.last.closed).toBe(true);
    await clock.advance(500);
    const third = transport.last.open().the("Session.open");
    expect(third.params).toEqual(first.params);
    transport.last.answer(third, seatAnswer());
    await settle();
    expect(outcome.opened).toBe(true);
    // What the first two asked for comes to the relay late.
    transport.last.tell("sessionReplaced", { session: sessionId });
    await clock.advance(10_000);
    expect(transport.last.open().the("Session.resume").params).toMatchObject({ token: first.params.token, after: 0 });
  });

  test("tells what the relay refused, and needs the connection no more", async () => {
    const { transport, clock, outcome } = await opening();
    transport.last.open().refuse(transport.last.the("Session.open"), "relay.session-full");
    await settle();
    expect(outcome.error).toMatchObject({ name: "RelayError", code: "relay.session-full" });
    transport.last.drop();
    expect(clock.pending).toBe(0);
  });

  test("fails at once where there is no relay", async () => {
    const { transport, outcome } = await opening();
    transport.last.drop();
    await settle();
    expect(outcome.error).toMatchObject({ name: "RelayError", code: "relay.unreachable" });
  });

  test.each([
    ["another session", { session: groupId }],
    ["another group", { group: sessionId }],
    ["a number that the session does not have", { number: 3 }],
  ])("does not accept %s", async (_, lie) => {
    const { transport, clock, outcome } = await opening();
    transport.last.open().answer(transport.last.the("Session.open"), { ...seatAnswer(), ...lie });
    await settle();
    expect(outcome.error).toMatchObject({ name: "RelayError", code: "relay.protocol" });
    transport.last.drop();
    expect(clock.pending).toBe(0);
  });

  test("passes on what the machine finds wrong with its options", async () => {
    const { transport, outcome } = await opening(() => {
      throw new UsageError("usage.pins", "a pin is missing");
    });
    transport.last.open().answer(transport.last.the("Session.open"), seatAnswer());
    await settle();
    expect(outcome.error).toMatchObject({ code: "usage.pins" });
  });

  test("refuses a label that could be taken for another one, before anybody hears it", async () => {
    const { transport, outcome } = await opening(silent, { self: { ...self, label: " alice" } });
    expect(outcome.error).toMatchObject({ code: "usage.label" });
    expect(transport.connections).toHaveLength(0);
  });

  test("gives the machine the slow hash of the code and what was guessed before", async () => {
    const given: unknown[] = [];
    const prk = new Uint8Array(32).fill(1);
    const { transport } = await opening(
      (options) => {
        given.push(structuredClone(options.trust));
        return new ScriptedMachine();
      },
      {
        guessesUsed: 3,
        kdf: async ({ code, salt }) => {
          given.push(code, salt);
          return prk;
        },
      },
    );
    transport.last.open().answer(transport.last.the("Session.open"), seatAnswer());
    await settle();
    const { group, session } = invitation.parameters;
    expect(given).toEqual([
      utf8("revenge-guitarist-acme-adviser"),
      codeSalt(group, session),
      { type: "code", prk: new Uint8Array(32).fill(1), guessesUsed: 3 },
    ]);
    expect(prk).toEqual(new Uint8Array(32));
  });
});

describe("an invitation", () => {
  const { parameters } = invitation;

  test("is made with a code that the relay knows the number of only", async () => {
    const { relay, transport, randomBytes } = setUp();
    const making = createInvitation(relay, { kind: "exchange", words: 5, lifeSeconds: 60, randomBytes });
    const request = transport.last.open().the("Invitation.create");
    expect(request.params).toEqual({ kind: "exchange", parties: 2, threshold: 2, life: 60 });
    transport.last.answer(request, { nameplate: "42", group: groupId, session: sessionId, life: 60 });
    const made = await making;
    expect(made).toMatchObject({ nameplate: "42", parameters, lifeSeconds: 60 });
    expect(made.secret.split("-")).toHaveLength(5);
    expect(parseCode(made.spoken)).toMatchObject({ ok: true, code: { nameplate: "42", secret: made.secret } });
    expect(parseCode(made.link)).toMatchObject({ code: { secret: made.secret, relay: "ws://relay.example" } });
    expect(transport.last.texts.join()).not.toContain(made.secret.slice(0, 5));
  });

  test("is claimed by its number, and its place taken with the claim", async () => {
    const { relay, transport, randomBytes } = setUp();
    const code = { nameplate: "42", secret: invitation.secret };
    const claiming = claimInvitation(relay, code, randomBytes);
    const request = transport.last.open().the("Invitation.claim");
    transport.last.answer(request, { group: groupId, session: sessionId, kind: "sign", parties: 3, threshold: 2 });
    const claimed = await claiming;
    expect(claimed).toMatchObject({
      ...code,
      spoken: `42-${invitation.secret}`,
      parameters: { ...parameters, kind: "sign", parties: 3, threshold: 2 },
      claim: request.params.claim,
    });
    const { transport: other } = await opening(silent, { invitation: claimed });
    expect(other.last.open().the("Session.open").params.claim).toBe(request.params.claim);
  });
});

test("every identity has keys of its own", () => {
  const [one, two] = [generateIdentity(), generateIdentity()];
  expect(one.noiseStatic.publicKey).toHaveLength(32);
  expect(one.ed25519.publicKey).toHaveLength(32);
  const keys = [one, two].flatMap(({ noiseStatic, ed25519 }) => [
    noiseStatic.privateKey,
    noiseStatic.publicKey,
    ed25519.secretKey,
    ed25519.publicKey,
  ]);
  expect(new Set(keys.map((key) => key.join())).size).toBe(8);
});

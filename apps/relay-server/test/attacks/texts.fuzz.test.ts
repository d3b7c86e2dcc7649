import fc from "fast-check";
import { expect, it } from "vitest";
import { WebSocket } from "ws";
import { member, secret, uuid } from "../client.ts";
import { MpcSocket } from "../mpc/mpc-socket.ts";
import { relayForEachTest } from "../relay-for-each-test.ts";
import { unpaced } from "../unpaced.ts";

const failures: unknown[] = [];
const failed = (...what: unknown[]) => failures.push(what);
const site = relayForEachTest(() => {
  failures.length = 0;
  // What a text cannot do, at worst: make the relay say that something failed.
  const log = { debug: () => undefined, info: () => undefined, warn: failed, error: failed };
  return { limits: unpaced, log };
});

const v1Calls = [
  ["Session.open", member(1)],
  ["Session.resume", { session: uuid(2), token: secret(101), after: 0 }],
  ["Session.message", { session: uuid(2), cseq: 1, envelopes: [{ to: 0, body: "AAAA" }] }],
  ["Session.ack", { session: uuid(2), seq: 1 }],
  ["Invitation.create", { kind: "exchange", parties: 2, threshold: 2, life: 60 }],
  ["Invitation.claim", { nameplate: "7", claim: secret(1, 16) }],
  ["Session.abort", { session: uuid(2), reason: "x" }],
] as const;

const mpcCalls = [
  ["Group.create", ["label", { parties: 2, threshold: 1 }]],
  ["Group.join", uuid(1)],
  ["Session.create", [uuid(1), "keygen", null]],
  ["Session.signup", [uuid(1), uuid(2), "keygen"]],
  [
    "Session.message",
    [uuid(1), uuid(2), "sign", { round: 1, sender: 1, receiver: null, uuid: uuid(2), body: { a: [1] } }],
  ],
  ["Session.finish", [uuid(1), uuid(2), 1]],
] as const;

/** What is put where it does not belong. */
const scraps = [
  ...['"', "\\", "{", "}", "[", "]", ",", ":", "null", "-1", "1e999", "0.1", '""', "\u0000", "\ud800", "\\ud800", "é"],
  ...['"__proto__":', '{"constructor":{"prototype":{}}}', "[[[[[[[[", '"id":', '"method":', "true", "9007199254740993"],
];

/** A call in which a few places were cut out, doubled, or given something else. */
const mutant = (calls: readonly (readonly [string, unknown])[]): fc.Arbitrary<string> =>
  fc
    .tuple(
      fc.constantFrom(...calls),
      fc.array(fc.tuple(fc.nat(), fc.nat({ max: 12 }), fc.constantFrom(...scraps, "")), { maxLength: 3 }),
    )
    .map(([[method, params], edits]) =>
      edits.reduce(
        (text, [at, length, scrap]) => {
          const start = at % (text.length + 1);
          return text.slice(0, start) + scrap + text.slice(start + length);
        },
        JSON.stringify({ jsonrpc: "2.0", id: "m", method, params }),
      ),
    );

it("no text makes countersign.v1 fail, or leaves a call behind it without an answer", async () => {
  const client = await site.connect();
  await fc.assert(
    fc.asyncProperty(mutant(v1Calls), async (text) => {
      const before = client.texts.length;
      client.webSocket.send(text);
      await client.call("Relay.info", {});
      for (const answer of client.texts.slice(before)) expect(answer).not.toContain('"code":-32603');
      expect(client.webSocket.readyState).toBe(WebSocket.OPEN);
    }),
    { numRuns: 1_000 },
  );
  expect(failures).toEqual([]);
});

it("no text makes mpc-websocket fail, or leaves a call behind it without an answer", async () => {
  const socket = await MpcSocket.connect(site.relay.url);
  await fc.assert(
    fc.asyncProperty(mutant(mpcCalls), async (text) => {
      socket.send(text);
      for (const answer of await socket.rest()) expect(answer).not.toContain("the relay cannot do this now");
      expect(socket.webSocket.readyState).toBe(WebSocket.OPEN);
    }),
    { numRuns: 1_000 },
  );
  expect(failures).toEqual([]);
  await socket.close();
});

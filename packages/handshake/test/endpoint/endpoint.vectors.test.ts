import { existsSync, readFileSync } from "node:fs";
import { createEndpoint, type EndpointInput, type EndpointOutput } from "@countersign/handshake/e3x";
import { portableBackend } from "@countersign/noise";
import { encodeHex, utf8 } from "@countersign/wire";
import { describe, expect, test } from "vitest";
import { sharedVectors, unhex } from "../support/shared-vectors.ts";

const file = sharedVectors("e3x/cs3a.json");

/** An endpoint whose randomness is on record, and that says yes. */
function recorded(secret: string, randomness: readonly Uint8Array[]) {
  const { dh } = portableBackend;
  const left = [...randomness];
  const randomBytes = (length: number) => {
    const next = left.shift();
    if (next?.length !== length) throw new Error("not what was recorded");
    return next;
  };
  const endpoint = createEndpoint({ keys: { "3a": dh.keyPair(unhex(secret)) }, dh, randomBytes });
  const step = (input: EndpointInput<string>): readonly EndpointOutput<string>[] =>
    endpoint.step(input, { ms: 0, unixSeconds: 1_409_417_260 }).flatMap((output) => {
      if (output.type === "persist") return step({ type: "persisted", id: output.id });
      if (output.type === "offer") return step({ type: "accept", id: output.id });
      return [output];
    });
  const sent = (input: EndpointInput<string>) =>
    step(input).flatMap((output) => (output.type === "send" ? [output.bytes] : []));
  return { endpoint, step, sent };
}

describe.skipIf(!existsSync(file))(
  "telehash's cipher set 3a, made by another implementation (needs shared vectors)",
  () => {
    const v = existsSync(file) ? JSON.parse(readFileSync(file, "utf8"))["3a"] : undefined;

    test("two endpoints with its secrets say the very same bytes: both handshakes, and a channel packet", () => {
      const nonceOf = (hex: string, at: number) => unhex(hex).slice(at, at + 24);
      // LOB and CSID are 3 bytes in front of KEY; LOB and TOKEN 18 in front of a channel packet's nonce.
      const channelNonce = nonceOf(v.channelPacketFromA, 18);
      const alice = recorded(v.A.secret, [unhex(v.ephA.sec), nonceOf(v.handshakeAB, 35), channelNonce]);
      const bob = recorded(v.B.secret, [unhex(v.ephB.sec), nonceOf(v.handshakeBA, 35)]);
      expect([alice.endpoint.hashname, bob.endpoint.hashname]).toEqual([v.hashnameA, v.hashnameB]);

      const [call] = alice.sent({ type: "link", peer: { keys: { "3a": unhex(v.B.key) } }, path: "bob" });
      expect(encodeHex(call ?? utf8(""))).toBe(v.handshakeAB);
      const [answer] = bob.sent({ type: "packet", bytes: unhex(v.handshakeAB), path: "alice" });
      expect(encodeHex(answer ?? utf8(""))).toBe(v.handshakeBA);
      const up = alice.step({ type: "packet", bytes: unhex(v.handshakeBA), path: "bob" });
      expect(up).toContainEqual({ type: "up", hashname: v.hashnameB, at: 1_409_417_261n });

      const content = { body: utf8("hello") };
      const open = { type: "open", hashname: v.hashnameB, channelType: "test", reliable: false, content } as const;
      const [packet] = alice.sent(open);
      expect(encodeHex(packet ?? utf8(""))).toBe(v.channelPacketFromA);
      expect(bob.step({ type: "packet", bytes: unhex(v.channelPacketFromA), path: "alice" })).toMatchObject([
        { type: "channel-opened", channel: 1, channelType: "test" },
        { type: "deliver", channel: 1, body: utf8("hello") },
        { type: "wake" },
      ]);
    });
  },
);

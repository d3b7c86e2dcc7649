import { existsSync, readFileSync } from "node:fs";
import {
  channelKeys3a,
  decryptMessage3a,
  encodeBase32,
  encryptMessage3a,
  openChannelPacket3a,
  type Result3a,
  rollUp,
  routingToken,
  sealChannelPacket3a,
  verifyMessage3a,
} from "@countersign/handshake/e3x";
import { portableBackend } from "@countersign/noise";
import { nodeBackend } from "@countersign/noise/node";
import { decodePacket, encodeHex, encodePacket } from "@countersign/wire";
import { describe, expect, test } from "vitest";
import { openSecretbox, secretbox } from "../../src/cs3a/nacl.ts";
import { sharedVectors, unhex } from "../support/shared-vectors.ts";

const e3x = sharedVectors("e3x/cs3a.json");
const nacl = sharedVectors("nacl/tweetnacl_secretbox.json");

const value = <T>(result: Result3a<T>): T => {
  if (!result.ok) throw new Error(result.code);
  return result.value;
};
const bodyOf = (hex: string): Uint8Array => {
  const packet = decodePacket(unhex(hex));
  if (!packet.ok) throw new Error(packet.detail);
  return packet.value.body;
};

describe.skipIf(!existsSync(e3x))(
  "telehash's cipher set 3a, made by another implementation (needs shared vectors)",
  () => {
    const v = existsSync(e3x) ? JSON.parse(readFileSync(e3x, "utf8"))["3a"] : undefined;

    describe.each([portableBackend.dh, nodeBackend.dh])("with DH functions of a backend", (dh) => {
      const ends = () => ({
        A: { own: dh.keyPair(unhex(v.A.secret)), ephemeral: dh.keyPair(unhex(v.ephA.sec)) },
        B: { own: dh.keyPair(unhex(v.B.secret)), ephemeral: dh.keyPair(unhex(v.ephB.sec)) },
      });
      const directions = [
        { from: "A", to: "B", handshake: "handshakeAB", inner: "innerA" },
        { from: "B", to: "A", handshake: "handshakeBA", inner: "innerB" },
      ] as const;

      test("keys, hashnames and tokens", () => {
        for (const name of ["A", "B"] as const) {
          const { own, ephemeral } = ends()[name];
          expect(encodeHex(own.publicKey)).toBe(v[name].key);
          expect(encodeHex(ephemeral.publicKey)).toBe(v[`eph${name}`].pub);
          const rolled = rollUp([{ csid: 0x3a, key: own.publicKey }]);
          expect(rolled.ok && encodeBase32(rolled.value)).toBe(v[`hashname${name}`]);
          expect(encodeHex(routingToken(ephemeral.publicKey))).toBe(v[`token${name}`]);
        }
      });

      test.each(directions)("the handshake of $from, made again byte for byte, opened and verified", (direction) => {
        const { from, to, handshake, inner } = direction;
        const [sender, recipient] = [ends()[from], ends()[to]];
        const body = bodyOf(v[handshake]);
        const made = encryptMessage3a(dh, {
          sender: sender.own,
          ephemeral: sender.ephemeral,
          recipient: recipient.own.publicKey,
          nonce: body.slice(32, 56),
          inner: unhex(v[inner]),
        });
        expect(encodeHex(encodePacket({ type: "handshake", csid: 0x3a, body: value(made) }))).toBe(v[handshake]);

        const opened = value(decryptMessage3a(dh, recipient.own, body));
        expect(encodeHex(opened.unverifiedInner)).toBe(v[inner]);
        const verified = value(verifyMessage3a(dh, opened, { recipient: recipient.own, sender: sender.own.publicKey }));
        expect(encodeHex(verified.inner)).toBe(v[inner]);
        expect(encodeHex(verified.ephemeral)).toBe(v[`eph${from}`].pub);
      });

      test("channel keys and a channel packet, in both directions", () => {
        const { A, B } = ends();
        const verified = (to: typeof A, from: typeof A, hex: string) =>
          value(
            verifyMessage3a(dh, value(decryptMessage3a(dh, to.own, bodyOf(hex))), {
              recipient: to.own,
              sender: from.own.publicKey,
            }),
          );
        const atA = value(channelKeys3a(dh, A.ephemeral, verified(A, B, v.handshakeBA)));
        const atB = value(channelKeys3a(dh, B.ephemeral, verified(B, A, v.handshakeAB)));
        expect(encodeHex(atA.sendKey)).toBe(v.encKeyA);
        expect(encodeHex(atA.receiveKey)).toBe(v.decKeyA);
        expect(encodeHex(atA.sendToken)).toBe(v.tokenInPacketsFromA);
        expect(atB).toEqual({
          sendKey: atA.receiveKey,
          receiveKey: atA.sendKey,
          sendToken: atA.receiveToken,
          receiveToken: atA.sendToken,
        });

        const inner = unhex(v.channelInnerA);
        const body = bodyOf(v.channelPacketFromA);
        const sealed = sealChannelPacket3a({ keys: atA, nonce: body.slice(16, 40), inner });
        expect(encodeHex(encodePacket({ type: "channel", body: sealed }))).toBe(v.channelPacketFromA);
        expect(value(openChannelPacket3a(atB, body))).toEqual(inner);
        const back = sealChannelPacket3a({ keys: atB, nonce: new Uint8Array(24), inner });
        expect(value(openChannelPacket3a(atA, back))).toEqual(inner);
      });
    });
  },
);

describe.skipIf(!existsSync(nacl))("crypto_secretbox of NaCl (needs shared vectors)", () => {
  const vectors: string[][] = existsSync(nacl) ? JSON.parse(readFileSync(nacl, "utf8")) : [];

  test("all of them, sealed and opened", () => {
    expect(vectors.length).toBeGreaterThan(100);
    for (const vector of vectors) {
      const [key, nonce, message, box] = vector.map((text) => new Uint8Array(Buffer.from(text, "base64"))) as [
        Uint8Array,
        Uint8Array,
        Uint8Array,
        Uint8Array,
      ];
      expect(secretbox(key, nonce, message)).toEqual(box);
      expect(openSecretbox(key, nonce, box)).toEqual(message);
      const changed = box.with(box.length - 1, (box.at(-1) as number) ^ 1);
      expect(openSecretbox(key, nonce, changed)).toBeUndefined();
    }
  });
});

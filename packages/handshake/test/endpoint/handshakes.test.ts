import { CipherSet3a, createLink, LAST_AT, Order } from "@countersign/handshake/e3x";
import { expect, test } from "vitest";
import { Handshakes } from "../../src/endpoint/handshakes.ts";
import type { ExchangeKeys } from "../../src/exchange/cipher-set.ts";
import { formatHashname, rollUp } from "../../src/hashname/hashname.ts";
import { ForeignPeer } from "./foreign-peer.ts";
import { backend, keyPair } from "./station.ts";

test("keys that wait for the disk are erased when it ends before that", () => {
  const own = keyPair(7)["3a"];
  const peer = new ForeignPeer(own.publicKey);
  const rolled = rollUp([{ csid: 0x3a, key: peer.key }]);
  if (!rolled.ok) throw new Error(rolled.code);
  const randomBytes = (length: number) => crypto.getRandomValues(new Uint8Array(length));
  const set = CipherSet3a.create({
    dh: backend.dh,
    own,
    peer: { key: peer.key, hashname: formatHashname(rolled.value) },
    randomBytes,
  });
  if (!set.ok) throw new Error(set.code);
  const made: ExchangeKeys[] = [];
  const keysWith = set.value.keysWith.bind(set.value);
  set.value.keysWith = (message) => {
    const keys = keysWith(message);
    made.push(keys);
    return keys;
  };
  const messages = [createLink(0x3a, [{ csid: 0x3a, key: own.publicKey }])];
  const order = peer.odd ? Order.EVEN : Order.ODD;
  const handshakes = new Handshakes<string>({ cipherSet: set.value, order, messages });
  const now = { ms: 0, unixSeconds: 0 };
  const body = peer.handshake(`{"at":${LAST_AT - (peer.odd ? 0n : 1n)}}`).slice(3);
  handshakes.step({ type: "packet", body }, "there", now);
  const said = handshakes.step({ type: "accept", id: 1 }, "there", now);
  expect(said.map(({ type }) => type)).toEqual(["persist"]);
  const isErased = () => made.map(({ sendKey, receiveKey }) => [...sendKey, ...receiveKey].every((byte) => byte === 0));
  expect(isErased()).toEqual([false]);
  handshakes.end(now);
  expect(isErased()).toEqual([true]);
  expect(handshakes.persisted(1, now)).toEqual([]);
});

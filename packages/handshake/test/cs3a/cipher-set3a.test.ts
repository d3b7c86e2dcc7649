import { portableBackend } from "@countersign/noise";
import { SeededRandom } from "@countersign/testkit";
import { UsageError } from "@countersign/wire";
import { describe, expect, test } from "vitest";
import { CipherSet3a } from "../../src/cs3a/cipher-set3a.ts";
import { formatHashname, rollUp } from "../../src/hashname/hashname.ts";
import { createLink } from "../../src/link/link.ts";

const random = new SeededRandom(3);
const keys = [1, 2].map(() => portableBackend.dh.keyPair(random.bytes(32)));
const nameOf = (key: Uint8Array) => {
  const rolled = rollUp([{ csid: 0x3a, key }]);
  return rolled.ok ? formatHashname(rolled.value) : "";
};

/** Both ends of a pair, and how often each multiplies. */
function ends() {
  const count = [0, 0];
  const sets = [0, 1].map((index) => {
    const dh: typeof portableBackend.dh = {
      ...portableBackend.dh,
      dh: (pair, key) => {
        count[index] = (count[index] ?? 0) + 1;
        return portableBackend.dh.dh(pair, key);
      },
    };
    const [own, peer] = [keys[index], keys[1 - index]];
    if (own === undefined || peer === undefined) throw new Error("there are two");
    const options = {
      dh,
      own,
      peer: { key: peer.publicKey, hashname: nameOf(peer.publicKey) },
      randomBytes: random.bytes,
    };
    const set = CipherSet3a.create(options);
    if (!set.ok) throw new Error(set.code);
    return { set: set.value, link: createLink(0x3a, [{ csid: 0x3a, key: own.publicKey }]) };
  });
  const [a, b] = sets;
  if (a === undefined || b === undefined) throw new Error("there are two");
  return { a, b, count };
}

describe("cipher set 3a behind the exchange machine", () => {
  test("reads what the peer has made; forged AUTH is known before anything is multiplied", () => {
    const { a, b, count } = ends();
    const [body] = a.set.call(7n, [a.link]).flight;
    if (body === undefined) throw new Error("nothing was said");
    expect(b.set.read(body)).toMatchObject({ ok: true, value: { at: 7n, authentic: true, message: { type: "link" } } });
    expect(b.set.knows(body)).toBe(true);
    const before = [...count];
    for (let index = 0; index < body.length; index++) {
      expect(b.set.read(body.with(index, (body[index] ?? 0) ^ 1))).toEqual({ ok: false, code: "cs3a.forged" });
    }
    for (const length of [0, 16, 87]) expect(b.set.read(body.subarray(0, length))).toMatchObject({ ok: false });
    expect(b.set.read(body)).toMatchObject({ ok: true });
    expect(count).toEqual(before);
  });

  test("agrees with its peer once, and once for each ephemeral key", () => {
    const { a, b, count } = ends();
    expect(count).toEqual([1, 1]);
    for (let at = 1n; at < 20n; at += 2n) {
      for (const body of a.set.call(at, [a.link]).flight) b.set.read(body);
    }
    expect(count).toEqual([2, 2]);
    a.set.renew();
    expect(a.set.ephemeral).toBeUndefined();
    for (const body of a.set.call(21n, [a.link]).flight) b.set.read(body);
    expect(count).toEqual([3, 3]);
  });

  test("gives both ends the same keys, and tells an exchange from the one before", () => {
    const { a, b } = ends();
    const { run, flight } = a.set.call(7n, [a.link]);
    const read = b.set.read(flight[0] ?? new Uint8Array(0));
    if (!read.ok) throw new Error(read.code);
    const { run: answering } = b.set.answer(read.value);
    const answered = answering?.accept([b.link, { type: "jwt", head: {}, body: new Uint8Array(3) }]);
    expect(answered?.flight).toHaveLength(2);
    expect(answered?.standing).toBe("live");
    for (const body of answered?.flight ?? []) {
      const back = a.set.read(body);
      if (!back.ok) throw new Error(back.code);
      expect(run.consume(back.value)).toMatchObject({ type: "message" });
    }
    const accepted = run.accept([]);
    expect(accepted.flight).toEqual([]);
    expect(accepted.keys.sendKey).toEqual(answered?.keys.receiveKey);
    expect(accepted.keys.receiveToken).toEqual(answered?.keys.sendToken);
    // All messages of one handshake are under one key.
    b.set.renew();
    const [other] = b.set.call(7n, [{ type: "tx", head: {}, body: new Uint8Array(3) }]).flight;
    const late = a.set.read(other ?? new Uint8Array(0));
    if (!late.ok) throw new Error(late.code);
    expect(run.consume(late.value)).toEqual({ type: "bad", code: "exchange.exch" });
    run.wipe();
    expect(() => run.accept([])).toThrow(UsageError);
  });

  test("knows its own messages, and links that introduce somebody else", () => {
    const { a, b } = ends();
    const [own] = a.set.call(7n, [a.link]).flight;
    expect(a.set.read(own ?? new Uint8Array(0))).toEqual({ ok: false, code: "cs3a.reflected" });
    const [impostor] = a.set.call(7n, [b.link]).flight;
    expect(b.set.read(impostor ?? new Uint8Array(0))).toEqual({ ok: false, code: "cs3a.impostor" });
    // Who is known need not introduce himself.
    const [bare] = a.set.call(7n, [{ type: "link", head: {}, body: new Uint8Array(0) }]).flight;
    expect(b.set.read(bare ?? new Uint8Array(0))).toMatchObject({ ok: true });
    const peer = { key: new Uint8Array(32), hashname: "" };
    const { dh } = portableBackend;
    const [self] = keys;
    if (self === undefined) throw new Error("there are two");
    expect(CipherSet3a.create({ dh, own: self, peer, randomBytes: random.bytes })).toEqual({
      ok: false,
      code: "cs3a.small-order",
    });
  });
});

import {
  createLink,
  decodeBase32,
  decodeInnerMessage,
  encodeInnerMessage,
  formatHashname,
  type HashnamePart,
  intermediateOf,
  readLink,
  rollUp,
} from "@countersign/handshake/e3x";
import { type Decoded, encodeLob, UsageError, utf8, writeLobHead } from "@countersign/wire";
import fc from "fast-check";
import { describe, expect, expectTypeOf, test } from "vitest";

const CSID = 0x3a;
const LAST_AT = (1n << 64n) - 1n;
const none = new Uint8Array(0);
const value = <T>(decoded: Decoded<T>): T => {
  if (!decoded.ok) throw new Error(decoded.detail);
  return decoded.value;
};
const usage = (code: string) => expect.toSatisfy((error) => error instanceof UsageError && error.code === code);
const inner = (json: string, body: Uint8Array = none) => encodeLob({ head: utf8(json), body });
const code = (decoded: Decoded<unknown>) => (decoded.ok ? "ok" : decoded.code);

const key1a = value(decodeBase32("vgjz3yjb6cevxjomdleilmzasbj6lcc7"));
const key3a = value(decodeBase32("hp6yglmmqwcbw5hno37uauh6fn6dx5oj7s5vtapaifrur2jv6zha"));
const hashname = "jvdoio6kjvf3yqnxfvck43twaibbg4pmb7y3mqnvxafb26rqllwa";
const ofKey1a = "ym7p66flpzyncnwkzxv2qk5dtosgnnstgfhw6xj2wvbvm7oz5oaq";

describe("handshake messages", () => {
  test("are LOB with a number that is exact to 2^64-1, both ways", () => {
    for (const at of [1n, 1409417261n, 2n ** 32n - 1n, 2n ** 53n + 1n, LAST_AT - 1n, LAST_AT]) {
      const bytes = encodeInnerMessage({ type: "jwt", at, head: { x: 1 }, body: utf8("token") });
      expect(bytes).toEqual(inner(`{"type":"jwt","at":${at},"x":1}`, utf8("token")));
      expect(decodeInnerMessage(bytes)).toEqual({
        ok: true,
        value: { type: "jwt", at, head: { x: 1 }, body: utf8("token") },
      });
    }
  });

  test("without a type are links; unknown types are what they are", () => {
    expect(value(decodeInnerMessage(inner('{"at":7}'))).type).toBe("link");
    expect(value(decodeInnerMessage(inner('{ "at" : 7, "type" : "\\u0061ny" }'))).type).toBe("any");
    for (const type of ["7", '""', "null", "[]"]) {
      expect(code(decodeInnerMessage(inner(`{"at":7,"type":${type}}`)))).toBe("wire.malformed");
    }
  });

  test("without a positive at of 64 bits are none", () => {
    for (const at of ['"7"', "-1", "1.5", "null"]) {
      expect(code(decodeInnerMessage(inner(`{"at":${at}}`)))).toBe("wire.malformed");
    }
    for (const at of ["0", "0.0", "18446744073709551616", "1e20"]) {
      expect(code(decodeInnerMessage(inner(`{"at":${at}}`)))).toBe("wire.out-of-range");
    }
    expect(code(decodeInnerMessage(inner('{"type":"link"}')))).toBe("wire.malformed");
    expect(code(decodeInnerMessage(inner("{}")))).toBe("wire.malformed");
    expect(code(decodeInnerMessage(inner("{at:7777}")))).toBe("wire.malformed");
    expect(code(decodeInnerMessage(none))).toBe("wire.truncated");
  });

  test("that no peer would read are a wrong call", () => {
    const message = { type: "x", at: 1n, head: {}, body: none };
    for (const at of [0n, -1n, LAST_AT + 1n]) {
      expect(() => encodeInnerMessage({ ...message, at })).toThrow(usage("usage.out-of-range"));
    }
    expect(() => encodeInnerMessage({ ...message, type: "" })).toThrow(usage("usage.out-of-range"));
    expect(() => encodeInnerMessage({ ...message, head: { at: 1 } })).toThrow(usage("usage.reserved-key"));
    expect(() => encodeInnerMessage({ ...message, head: { type: "y" } })).toThrow(usage("usage.reserved-key"));
    expect(() => encodeInnerMessage({ ...message, body: new Uint8Array(70_000) })).toThrow(usage("usage.too-long"));
  });
});

describe("links", () => {
  test("hold the key and the intermediates of the others, as telehash's documents show them", () => {
    const parts = [
      { csid: 0x1a, key: key1a },
      { csid: CSID, key: key3a },
    ];
    const link = createLink(CSID, parts);
    expect(link).toEqual({ type: "link", head: { csid: "3a" }, body: inner(`{"1a":"${ofKey1a}"}`, key3a) });
    expect(value(readLink(CSID, link))).toEqual({
      key: key3a,
      parts: [
        { csid: CSID, key: key3a },
        { csid: 0x1a, intermediate: intermediateOf(key1a) },
      ],
      hashname,
    });
    expect(
      createLink(CSID, [
        { csid: 0x1a, intermediate: intermediateOf(key1a) },
        { csid: CSID, key: key3a },
      ]),
    ).toEqual(link);
    expect(createLink(CSID, [{ csid: CSID, key: key3a }]).body).toEqual(encodeLob({ head: none, body: key3a }));
  });

  test("csid is optional, and of the message where it is there", () => {
    const body = inner(`{"1a":"${ofKey1a}"}`, key3a);
    expect(value(readLink(CSID, { head: {}, body })).hashname).toBe(hashname);
    for (const csid of ["1a", 58, null]) expect(code(readLink(CSID, { head: { csid }, body }))).toBe("wire.malformed");
  });

  test("what says nothing about the hashname is not looked at", () => {
    const body = inner(`{"3a":true,"1a":"${ofKey1a}","paths":[],"1A":"x","z":1}`, key3a);
    expect(value(readLink(CSID, { head: {}, body })).hashname).toBe(hashname);
    // Nor is an empty object that should have been an empty head.
    const alone = value(readLink(CSID, { head: {}, body: encodeLob({ head: none, body: key3a }) }));
    expect(value(readLink(CSID, { head: {}, body: encodeLob({ head: utf8("{}"), body: key3a }) }))).toEqual(alone);
  });

  test("intermediates that are none leave the sender without a name", () => {
    for (const text of ["1", "true", '""', `"${ofKey1a}a"`, `"${ofKey1a.toUpperCase()}"`]) {
      expect(readLink(CSID, { head: {}, body: inner(`{"1a":${text}}`, key3a) }).ok).toBe(false);
    }
    expect(readLink(CSID, { head: {}, body: inner(`{"00":"${ofKey1a}"}`, key3a) }).ok).toBe(false);
    expect(code(readLink(CSID, { head: {}, body: encodeLob({ head: utf8("[]"), body: key3a }) }))).toBe(
      "wire.malformed",
    );
    expect(code(readLink(CSID, { head: {}, body: none }))).toBe("wire.truncated");
  });

  test("in their old form are read as if they were new", () => {
    const old = value(decodeInnerMessage(inner(`{"type":"key","at":5,"1a":"${ofKey1a}","z":1}`, key3a)));
    expect(old).toEqual({ type: "link", at: 5n, head: { z: 1 }, body: inner(`{"1a":"${ofKey1a}"}`, key3a) });
    expect(value(readLink(CSID, old)).hashname).toBe(hashname);
    const alone = value(decodeInnerMessage(inner('{"type":"key","at":5}', key3a)));
    expect(value(readLink(CSID, alone)).key).toEqual(key3a);
    // A number may be longer when it is written again; it is no intermediate, and is left out.
    const long = value(decodeInnerMessage(inner(`{"type":"key","at":5,"1a":[${"1e20,".repeat(1_600)}1]}`, key3a)));
    expect(long.body).toEqual(encodeLob({ head: none, body: key3a }));
  });

  test("without their own key are a wrong call", () => {
    expect(() => createLink(CSID, [{ csid: 0x1a, key: key1a }])).toThrow(usage("usage.no-key"));
    const hidden: HashnamePart[] = [{ csid: CSID, intermediate: intermediateOf(key3a) }];
    expect(() => createLink(CSID, hidden)).toThrow(usage("usage.no-key"));
    const twice: HashnamePart[] = [
      { csid: CSID, key: key3a },
      { csid: CSID, key: key3a },
    ];
    expect(() => createLink(CSID, twice)).toThrow(usage("usage.hashname"));
    expectTypeOf(readLink).returns.toExtend<Decoded<{ readonly hashname: string }>>();
  });
});

test("10,000 messages of any bytes never throw, and what was written is read", () => {
  const bytes = fc.uint8Array({ maxLength: 200 });
  const part = fc.uint8Array({ minLength: 32, maxLength: 32 });
  const json = fc.oneof(
    fc.jsonValue(),
    fc.dictionary(fc.constantFrom("1a", "3a", "csid", "at", "type"), fc.jsonValue()),
  );
  fc.assert(
    fc.property(bytes, json, fc.bigInt({ min: 1n, max: LAST_AT }), part, part, (body, any, at, own, other) => {
      const messages = [
        decodeInnerMessage(body),
        decodeInnerMessage(inner(JSON.stringify(any) ?? "", body)),
        decodeInnerMessage(inner(`{"type":"key","at":${at},"rest":${JSON.stringify(any)}}`, body)),
      ];
      for (const message of messages) if (message.ok) readLink(CSID, message.value);
      readLink(CSID, { head: {}, body: encodeLob({ head: utf8(JSON.stringify(any) ?? ""), body }) });

      const parts = [
        { csid: CSID, key: own },
        { csid: 0x1a, intermediate: other },
      ];
      const sent = encodeInnerMessage({ ...createLink(CSID, parts), at });
      const heard = value(decodeInnerMessage(sent));
      expect(heard.at).toBe(at);
      expect(value(readLink(CSID, heard)).hashname).toBe(formatHashname(value(rollUp(parts))));
      expect(writeLobHead({ at })).toEqual(utf8(`{"at":${at}}`).length < 7 ? none : utf8(`{"at":${at}}`));
    }),
    { numRuns: 10_000 },
  );
});

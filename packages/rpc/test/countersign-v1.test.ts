import {
  dialectLimits,
  isMethodName,
  type MethodName,
  methods,
  type RelayCode,
  readEvent,
  readParams,
  readRelayError,
  readResult,
  relayError,
  relayErrors,
} from "@countersign/rpc";
import { describe, expect, it } from "vitest";

const group = "6f1f6f0e-9d0b-4c53-8b57-0a8f43fb3c11";
const session = "a3c5a7d2-58d6-4c0b-a9dd-1a4e51a0f0c2";
const bytes = (length: number) => "A".repeat(Math.ceil((length * 4) / 3));
const open = {
  group,
  session,
  kind: "exchange",
  parties: 2,
  threshold: 2,
  eid: bytes(32),
  versions: "AQ",
  token: bytes(32),
};

describe("parameters", () => {
  it("are the same by name and by position", () => {
    const byName = readParams("Session.open", { ...open, claim: bytes(16) });
    const byPosition = readParams("Session.open", [
      group,
      session,
      "exchange",
      2,
      2,
      bytes(32),
      "AQ",
      bytes(32),
      bytes(16),
    ]);
    expect(byName.ok).toBe(true);
    expect(byPosition).toEqual(byName);
  });

  it("by position leave an optional one out with null or by being fewer", () => {
    const read = readParams("Session.open", [group, null, "exchange", 2, 2, bytes(32), "AQ", bytes(32)]);
    expect(read).toMatchObject({ ok: true });
    expect(read.ok && "session" in read.value).toBe(false);
    expect(readParams("Session.open", [null, null, "exchange", 2, 2, bytes(32), "AQ", bytes(32)])).toMatchObject({
      ok: false,
      path: "group",
    });
    expect(readParams("Session.open", { ...open, session: null })).toMatchObject({ ok: false, path: "session" });
  });

  it("take a number above that of the parties from who signs", () => {
    const named = readParams("Session.open", { ...open, kind: "sign", number: 200 });
    const positions = [group, session, "sign", 2, 2, bytes(32), "AQ", bytes(32), null, 200];
    expect(readParams("Session.open", positions)).toEqual(named);
    expect(named.ok && named.value.number).toBe(200);
  });

  it("say all or nothing of how large a group is to be", () => {
    const join = (size: object) => readParams("Group.join", { group, ...size });
    expect(join({ parties: 3, threshold: 2 }).ok && join({}).ok).toBe(true);
    const half = { ok: false, path: "", reason: "parties and threshold go together" };
    expect([join({ parties: 3 }), join({ threshold: 2 })]).toEqual([half, half]);
    expect(join({ parties: 2, threshold: 3 })).toMatchObject({ reason: "threshold must not be above parties" });
  });

  it("may be absent where there are none", () => {
    expect(readParams("Relay.info", undefined)).toEqual({ ok: true, value: {} });
    expect(readParams("Relay.info", [])).toEqual({ ok: true, value: {} });
    expect(readParams("Relay.info", [1])).toEqual({ ok: false, path: "", reason: "too many arguments" });
  });

  it.each<[string, object, string, string]>([
    ["a missing one", { group: undefined }, "group", "must be a UUID in lower-case, hyphenated form"],
    ["upper case", { group: group.toUpperCase() }, "group", "must be a UUID in lower-case, hyphenated form"],
    ["an unknown name", { extra: 1 }, "extra", "is not known here"],
    ["a name of the prototype", { constructor: 1 }, "constructor", "is not known here"],
    ["one party", { parties: 1 }, "parties", "must be an integer from 2 to 255"],
    ["256 parties", { parties: 256 }, "parties", "must be an integer from 2 to 255"],
    ["half a party", { parties: 2.5 }, "parties", "must be an integer from 2 to 255"],
    ["text for a number", { parties: "2" }, "parties", "must be an integer from 2 to 255"],
    ["threshold 0", { threshold: 0 }, "threshold", "must be an integer from 1 to 255"],
    ["threshold above parties", { threshold: 3 }, "", "threshold must not be above parties"],
    ["another kind", { kind: "join" }, "kind", 'must be "keygen", "sign" or "exchange"'],
    ["an eid of 31 bytes", { eid: bytes(31) }, "eid", "must be base64url of 32 bytes"],
    ["an eid of 33 bytes", { eid: bytes(33) }, "eid", "must be base64url of 32 bytes"],
    ["an eid with padding", { eid: `${bytes(32)}=` }, "eid", "must be base64url of 32 bytes"],
    ["an eid with spare bits set", { eid: `${"A".repeat(42)}B` }, "eid", "must be base64url of 32 bytes"],
    ["versions of 0 bytes", { versions: "" }, "versions", "must be base64url of 1 to 16 bytes"],
    ["versions of 17 bytes", { versions: bytes(17) }, "versions", "must be base64url of 1 to 16 bytes"],
    ["the standard alphabet", { token: `${"+".repeat(42)}A` }, "token", "must be base64url of 32 bytes"],
    ["a number where no key is used", { number: 2 }, "", 'number is for the kind "sign" only'],
    ["number 0", { kind: "sign", number: 0 }, "number", "must be an integer from 1 to 255"],
  ])("refuse %s", (_, change, path, reason) => {
    expect(readParams("Session.open", { ...open, ...change })).toEqual({ ok: false, path, reason });
  });

  it("refuse __proto__ as a name", () => {
    const params = JSON.parse('{"nameplate":"7","claim":"AAAAAAAAAAAAAAAAAAAAAA","__proto__":{}}');
    expect(readParams("Invitation.claim", params)).toMatchObject({ ok: false, path: "__proto__" });
    const envelope = JSON.parse('{"to":0,"body":"","__proto__":{}}');
    expect(readParams("Session.message", { session, cseq: 1, envelopes: [envelope] })).toMatchObject({ ok: false });
  });

  it("say where in a list they are wrong", () => {
    const envelopes = [
      { to: 0, body: "AA" },
      { to: 1, body: "A" },
    ];
    expect(readParams("Session.message", { session, cseq: 1, envelopes })).toEqual({
      ok: false,
      path: "envelopes.1.body",
      reason: "must be base64url",
    });
  });

  it("take 1 to 254 envelopes", () => {
    const message = (count: number) =>
      readParams("Session.message", { session, cseq: 1, envelopes: Array(count).fill({ to: 0, body: "" }) });
    expect(message(254)).toMatchObject({ ok: true });
    expect(message(1)).toMatchObject({ ok: true });
    expect(message(255)).toMatchObject({ ok: false, path: "envelopes" });
    expect(message(0)).toMatchObject({ ok: false, path: "envelopes" });
  });

  it.each([59, 86_401, 60.5, "600"])("refuse the life %s", (life) => {
    expect(readParams("Invitation.create", { kind: "exchange", parties: 2, threshold: 2, life })).toMatchObject({
      ok: false,
      path: "life",
    });
  });

  it.each(["0", "01", "1234567", "", "x", "1\n"])("refuse the nameplate %j", (nameplate) => {
    expect(readParams("Invitation.claim", { nameplate, claim: bytes(16) })).toMatchObject({ path: "nameplate" });
  });

  it.each(["", "A", "-a", "a".repeat(33), "a b", "a1"])("refuse the reason %j", (reason) => {
    expect(readParams("Session.abort", { session, reason })).toMatchObject({ ok: false, path: "reason" });
  });

  it("never repeat a value in what they say", () => {
    const secret = "top-secret-value";
    for (const name of Object.keys(methods) as MethodName[]) {
      const keys = Object.keys(methods[name].params.entries);
      for (const key of keys) {
        const read = readParams(name, Object.fromEntries(keys.map((other) => [other, other === key ? secret : 1])));
        expect(JSON.stringify(read)).not.toContain(secret);
      }
    }
  });
});

describe("parameters of groups", () => {
  const inGroup = { group, session };
  const credentials = { eid: bytes(32), versions: "AQ", token: bytes(32) };

  it.each<[MethodName, object, unknown[]]>([
    ["Group.create", { label: "g", parties: 3, threshold: 2 }, ["g", 3, 2]],
    ["Group.join", { group }, [group]],
    ["Session.create", { group, kind: "keygen", value: { a: [null] } }, [group, "keygen", { a: [null] }]],
    ["Session.create", { group, kind: "sign" }, [group, "sign", null]],
    ["Session.join", inGroup, [group, session]],
    ["Session.signup", { ...inGroup, ...credentials }, [group, session, bytes(32), "AQ", bytes(32)]],
    ["Session.load", { ...inGroup, ...credentials, number: 3 }, [group, session, bytes(32), "AQ", bytes(32), 3]],
    ["Session.participant", { session, index: 0 }, [session, 0]],
    ["Notify.proposal", { ...inGroup, proposal: "p", message: null }, [group, session, "p", null]],
    ["Notify.signed", { ...inGroup, value: 1.5 }, [group, session, 1.5]],
    ["rpc.discover", {}, []],
  ])("%s are the same by name and by position: %j", (name, named, positional) => {
    expect(readParams(name, named as never)).toEqual({ ok: true, value: named });
    expect(readParams(name, positional)).toEqual({ ok: true, value: named });
  });

  it.each<[MethodName, object, string]>([
    ["Group.create", { label: "g", parties: 2, threshold: 3 }, ""],
    ["Group.create", { label: "g", parties: 2, threshold: 1 }, "threshold"],
    ["Group.create", { label: "é".repeat(33), parties: 2, threshold: 2 }, "label"],
    ["Session.create", { group, kind: "keygen", value: "a".repeat(49_151) }, "value"],
    ["Session.create", { group, kind: "dance" }, "kind"],
    ["Session.load", { ...inGroup, ...credentials, number: 0 }, "number"],
    ["Session.participant", { session, index: 65_536 }, "index"],
    ["Notify.proposal", { ...inGroup, proposal: "p" }, "message"],
    ["Notify.proposal", { ...inGroup, proposal: "p".repeat(257), message: 1 }, "proposal"],
    ["Notify.signed", { ...inGroup }, "value"],
    ["rpc.discover", { extra: 1 }, "extra"],
  ])("%s refuse %j", (name, params, path) => {
    expect(readParams(name, params as never)).toMatchObject({ ok: false, path });
  });

  it("count bytes of what is written, not characters", () => {
    const value = (text: string) => readParams("Notify.signed", { ...inGroup, value: text }).ok;
    expect([value("é".repeat(24_575)), value("é".repeat(24_576))]).toEqual([true, false]);
    expect(readParams("Notify.signed", { ...inGroup, value: undefined } as never).ok).toBe(false);
  });
});

describe("what a relay sends", () => {
  it("is read without the names that are not known", () => {
    expect(readResult("Session.message", { seq: 3, more: 1 })).toEqual({ ok: true, value: { seq: 3 } });
    expect(readEvent("memberOffline", { session, number: 2, since: 5 })).toEqual({
      ok: true,
      value: { name: "memberOffline", params: { session, number: 2 } },
    });
  });

  it("is refused where it does not fit", () => {
    expect(readResult("Session.message", { seq: -1 })).toMatchObject({ ok: false, path: "seq" });
    const found = { group, session, kind: "exchange", parties: 2, threshold: 2 };
    expect(readResult("Invitation.claim", found)).toMatchObject({ ok: true });
    expect(readResult("Invitation.claim", { ...found, threshold: 3 })).toEqual({
      ok: false,
      path: "",
      reason: "threshold must not be above parties",
    });
    expect(readResult("Session.message", 3)).toMatchObject({ ok: false, reason: "must be an object" });
    expect(readEvent("message", { session, seq: 2, previous: 1, from: 1, bodies: [] })).toMatchObject({ ok: false });
    expect(readEvent("memberJoined", [session])).toMatchObject({ ok: false });
    expect(readEvent("toString", {})).toMatchObject({ ok: false, path: "method" });
  });
});

describe("errors", () => {
  it("have a number of their own in the range that is free for servers", () => {
    const numbers = Object.values(relayErrors).map((error) => error.number);
    expect(new Set(numbers).size).toBe(numbers.length);
    for (const number of numbers) expect(number >= -32099 && number <= -32000).toBe(true);
  });

  it("are read as they were made", () => {
    for (const code of Object.keys(relayErrors) as RelayCode[]) {
      expect(readRelayError(relayError(code))).toEqual({ code, retryable: relayErrors[code].retryable });
    }
    const ended = relayError("relay.session-ended", { ended: "aborted", reason: "sas-mismatch" });
    expect(readRelayError(ended)).toMatchObject({ ended: "aborted", reason: "sas-mismatch" });
    expect(readRelayError(relayError("relay.out-of-order", { expected: 4 }))).toMatchObject({ expected: 4 });
    expect(readRelayError({ code: -32603, message: "" })).toBeUndefined();
    expect(readRelayError({ code: -32000, message: "", data: { code: "toString", retryable: true } })).toBeUndefined();
  });
});

it("knows its methods by their own names only", () => {
  expect(isMethodName("Session.open")).toBe(true);
  expect(isMethodName("constructor")).toBe(false);
  expect(dialectLimits.unanswered).toBe(256);
});

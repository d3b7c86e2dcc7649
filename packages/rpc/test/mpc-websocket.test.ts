import {
  decodeMpc,
  decodeMpcMessage,
  encodeMpcEvent,
  encodeMpcFailure,
  encodeMpcMessage,
  encodeMpcSuccess,
  isMpcMethodName,
  type MpcMethodName,
  mpcError,
  mpcInvalidParams,
  mpcMethods,
  mpcUnknownMethod,
  readMpcParams,
} from "@countersign/rpc";
import { describe, expect, it } from "vitest";

const request = (text: string) => {
  const decoded = decodeMpc(text);
  if (!decoded.ok) throw new Error(decoded.reason);
  return decoded.request;
};

describe("requests", () => {
  it.each([
    ['{"jsonrpc":"2.0","id":1,"method":"m","params":["a"]}', { id: "1", method: "m", params: '["a"]' }],
    ['{"jsonrpc":"any","method":"m"}', { id: undefined, method: "m", params: undefined }],
    ['{"jsonrpc":"2.0","id":null,"method":"m","params":null}', { id: undefined, method: "m", params: undefined }],
    ['{"jsonrpc":"2.0","id":{"a":[1]},"method":"\\u006d","x":0}', { id: '{"a":[1]}', method: "m", params: undefined }],
    [
      ' { "params" : "a,\\"}" , "method":"m","\\u006asonrpc":"" ,"id":18446744073709551615 } ',
      { id: "18446744073709551615", method: "m", params: '"a,\\"}"' },
    ],
  ])("%s", (text, expected) => expect(request(text)).toEqual(expected));

  it.each([
    ["nonsense"],
    [""],
    ["1"],
    ["null"],
    ['[{"jsonrpc":"2.0","id":1,"method":"m"}]'],
    ['{"id":1,"method":"m"}'],
    ['{"jsonrpc":2,"id":1,"method":"m"}'],
    ['{"jsonrpc":"2.0","id":1}'],
    ['{"jsonrpc":"2.0","id":1,"method":null}'],
    ['{"jsonrpc":"2.0","id":1,"id":2,"method":"m"}'],
    [`{"jsonrpc":"2.0","id":1,"method":"m","params":${"[".repeat(32)}${"]".repeat(32)}}`],
  ])("%s is none", (text) => expect(decodeMpc(text).ok).toBe(false));
});

const hyphenated = "0f8fad5b-d9cb-469f-a165-70867728950e";

describe("arguments", () => {
  it.each([
    [hyphenated],
    [hyphenated.toUpperCase()],
    ["0f8fad5bd9cb469fa16570867728950e"],
    [`urn:uuid:${hyphenated}`],
    [`{${hyphenated}}`],
  ])("take the UUID %s", (text) => {
    expect(readMpcParams("Group.join", JSON.stringify(text))).toEqual({ ok: true, value: { group: hyphenated } });
  });

  it.each([[`${hyphenated}0`], [`{${hyphenated}`], [hyphenated.replaceAll("-", "_")], [""], ["0".repeat(36)]])(
    "refuse the UUID %s",
    (text) => expect(readMpcParams("Group.join", JSON.stringify(text)).ok).toBe(false),
  );

  const both = `"${hyphenated}","${hyphenated}"`;
  const ids = { group: hyphenated, session: hyphenated };
  const sent = '{"round":1,"sender":2,"uuid":"u","body":{"n":18446744073709551615, "s":"]"},"more":1}';
  it.each<[MpcMethodName, string, object]>([
    [
      "Group.create",
      '["l",{"parties":3,"threshold":1,"x":0}]',
      { label: "l", parameters: { parties: 3, threshold: 1 } },
    ],
    ["Session.create", `["${hyphenated}","keygen"]`, { group: hyphenated, kind: "keygen", value: "null" }],
    ["Session.create", `["${hyphenated}","sign",[ 1 ]]`, { group: hyphenated, kind: "sign", value: "[ 1 ]" }],
    ["Session.join", `[${both},"sign"]`, { ...ids, kind: "sign" }],
    ["Session.load", `[${both},"keygen",65535]`, { ...ids, kind: "keygen", number: 65_535 }],
    ["Session.participant", `[${both},0,1]`, { ...ids, index: 0, number: 1 }],
    [
      "Session.message",
      `[${both},"sign",${sent}]`,
      {
        ...ids,
        kind: "sign",
        message: { round: 1, sender: 2, receiver: null, uuid: "u", body: '{"n":18446744073709551615, "s":"]"}' },
      },
    ],
    ["Notify.proposal", `[${both},"p",{"a":1}]`, { ...ids, proposal: "p", message: '{"a":1}' }],
    ["Notify.signed", `[${both},0.10]`, { ...ids, value: "0.10" }],
  ])("%s %s", (method, params, value) => expect(readMpcParams(method, params)).toEqual({ ok: true, value }));

  it.each<[MpcMethodName, string | undefined, string]>([
    ["Group.create", undefined, "No parameters given"],
    ["Group.join", `["${hyphenated}"]`, "invalid group, expected a UUID"],
    ["Group.create", '{"label":"l"}', "invalid type, expected an array"],
    ["Group.create", '["\\ud800",{"parties":2,"threshold":1}]', "invalid label, expected a string"],
    ["Group.create", '["l",{"parties":3}]', "invalid parameters, expected an object of parties and threshold"],
    [
      "Group.create",
      '["l",{"parties":65536,"threshold":1}]',
      "invalid parameters, expected an object of parties and threshold",
    ],
    ["Session.create", `["${hyphenated}"]`, "invalid length 1, expected an array of 3 elements"],
    ["Session.create", `["${hyphenated}","keygen",1,2]`, "invalid length 4, expected an array of 3 elements"],
    ["Session.create", `["${hyphenated}","exchange"]`, "invalid kind, expected keygen or sign"],
    ["Session.finish", `[${both},-1]`, "invalid number, expected an integer from 0 to 65535"],
    ["Session.finish", `[${both},1.5]`, "invalid number, expected an integer from 0 to 65535"],
    [
      "Session.message",
      `[${both},"sign",{"round":1,"sender":2,"uuid":"u"}]`,
      "invalid message, expected an object of round, sender, receiver, uuid and body",
    ],
  ])("%s %s is refused", (method, params, data) => {
    expect(readMpcParams(method, params)).toEqual({ ok: false, error: mpcInvalidParams(data) });
  });

  it.each([
    ["l", 1, 1, "parties must be greater than one"],
    ["l", 2, 0, "threshold must be greater than zero"],
    ["l", 2, 2, "threshold must be less than parties"],
    ["l", 256, 1, "parties must not be greater than 255"],
    ["é".repeat(33), 255, 254, "label must not be longer than 64 bytes"],
  ])("a group %s of %i with the threshold %i: %s", (label, parties, threshold, text) => {
    const params = JSON.stringify([label, { parties, threshold }]);
    expect(readMpcParams("Group.create", params)).toEqual({ ok: false, error: mpcError(text) });
  });

  it.each<[string, MpcMethodName, (text: string) => unknown[], number]>([
    ["value", "Session.create", (text) => [hyphenated, "keygen", text], 49_152 - 2],
    ["value", "Notify.signed", (text) => [hyphenated, hyphenated, text], 49_152 - 2],
    ["value", "Notify.proposal", (text) => [hyphenated, hyphenated, "p", text], 49_152 - 2],
    ["proposal", "Notify.proposal", (text) => [hyphenated, hyphenated, text, 1], 256],
  ])("take a %s of %s at the limit and refuse one above", (name, method, params, length) => {
    const read = (count: number) => readMpcParams(method, JSON.stringify(params("a".repeat(count))));
    expect(read(length).ok).toBe(true);
    const rule = `${name} must not be longer than ${name === "value" ? 49_152 : 256} bytes`;
    expect(read(length + 1)).toEqual({ ok: false, error: mpcError(rule) });
  });

  it("take what is at the limit", () => {
    const params = JSON.stringify(["é".repeat(32), { parties: 255, threshold: 254 }]);
    expect(readMpcParams("Group.create", params).ok).toBe(true);
  });

  it("know their methods and no others", () => {
    expect(Object.keys(mpcMethods).every(isMpcMethodName)).toBe(true);
    expect(["toString", "__proto__", "Session.open"].some(isMpcMethodName)).toBe(false);
  });
});

describe("what the relay writes", () => {
  const session = { uuid: hyphenated, kind: "sign", value: '{"a": 1}' } as const;

  it.each([
    [encodeMpcSuccess("1", undefined), '{"jsonrpc":"2.0","id":1}'],
    [encodeMpcSuccess('"x"', 2), '{"jsonrpc":"2.0","id":"x","result":2}'],
    [encodeMpcSuccess("1", "a"), '{"jsonrpc":"2.0","id":1,"result":"a"}'],
    [
      encodeMpcSuccess("1", { uuid: hyphenated, params: { parties: 3, threshold: 1 }, label: '"' }),
      `{"jsonrpc":"2.0","id":1,"result":{"uuid":"${hyphenated}","params":{"parties":3,"threshold":1},"label":"\\""}}`,
    ],
    [
      encodeMpcSuccess("1", session),
      `{"jsonrpc":"2.0","id":1,"result":{"uuid":"${hyphenated}","kind":"sign","value":{"a": 1}}}`,
    ],
    [
      encodeMpcFailure("1", mpcUnknownMethod('m"')),
      '{"jsonrpc":"2.0","id":1,"error":{"code":-32601,"message":"Service method not found: m\\""}}',
    ],
    [
      encodeMpcFailure(undefined, mpcInvalidParams("No parameters given")),
      '{"jsonrpc":"2.0","error":{"code":-32602,"message":"Message parameters are invalid","data":"No parameters given"}}',
    ],
    [
      encodeMpcEvent({ name: "sessionCreate", session }),
      `{"jsonrpc":"2.0","id":0,"result":["sessionCreate",{"uuid":"${hyphenated}","kind":"sign","value":{"a": 1}}]}`,
    ],
    [
      encodeMpcEvent({ name: "sessionSignup", session: hyphenated }),
      `{"jsonrpc":"2.0","id":0,"result":["sessionSignup","${hyphenated}"]}`,
    ],
    [
      encodeMpcEvent({ name: "sessionLoad", session: hyphenated }),
      `{"jsonrpc":"2.0","id":0,"result":["sessionLoad","${hyphenated}"]}`,
    ],
    [
      encodeMpcEvent({
        name: "sessionMessage",
        message: { round: 1, sender: 2, receiver: null, uuid: '"', body: "1e400" },
      }),
      '{"jsonrpc":"2.0","id":0,"result":["sessionMessage",{"round":1,"sender":2,"receiver":null,"uuid":"\\"","body":1e400}]}',
    ],
    [
      encodeMpcEvent({ name: "sessionClosed", numbers: [1, 2] }),
      '{"jsonrpc":"2.0","id":0,"result":["sessionClosed",[1,2]]}',
    ],
    [
      encodeMpcEvent({ name: "notifyProposal", proposal: { sessionId: "s", proposalId: "p", message: '"m"' } }),
      '{"jsonrpc":"2.0","id":0,"result":["notifyProposal",{"sessionId":"s","proposalId":"p","message":"m"}]}',
    ],
    [encodeMpcEvent({ name: "notifySigned", value: "{}" }), '{"jsonrpc":"2.0","id":0,"result":["notifySigned",{}]}'],
  ])("%s", (text, expected) => expect(text).toBe(expected));
});

describe("the text of a message alone", () => {
  const message = { round: 1, sender: 2, receiver: null, uuid: '"', body: '{"n":18446744073709551615}' };
  const text = '{"round":1,"sender":2,"receiver":null,"uuid":"\\"","body":{"n":18446744073709551615}}';

  it("is written as in an event, and read again", () => {
    expect(encodeMpcMessage(message)).toBe(text);
    expect(decodeMpcMessage(text)).toEqual(message);
  });

  it.each([
    ["nothing", ""],
    ["what is no JSON", "{]}"],
    ["another value", "[]"],
    ["space around it", ` ${text}`],
    ["a name less", '{"round":1,"sender":2,"receiver":null,"uuid":""}'],
    ["a name more", text.replace("{", '{"more":1,')],
    ["a name twice", text.replace("{", '{"round":1,')],
    ["another name", text.replace("round", "turn")],
    ["a number that is none", text.replace("1", "1.5")],
    ["text that UTF-8 cannot say", text.replace('\\"', "\\udfff")],
    ["too deep nesting", text.replace("18446744073709551615", `${"[".repeat(32)}${"]".repeat(32)}`)],
  ])("is not %s", (_, other) => expect(decodeMpcMessage(other)).toBeUndefined());
});

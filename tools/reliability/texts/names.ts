import { secret } from "../client.ts";
import {
  type Case,
  type Dialect,
  type Expected,
  INVALID_PARAMS,
  INVALID_REQUEST,
  refused,
  request,
  result,
  silence,
  UNKNOWN_METHOD,
} from "./case.ts";
import { type LiveSetting, opening, setting } from "./setting.ts";

/** Names that every object of JavaScript has, or that it treats as something else. */
const names = [
  ...["__proto__", "constructor", "prototype", "toString", "valueOf", "hasOwnProperty", "isPrototypeOf", "toJSON"],
  ...["toLocaleString", "propertyIsEnumerable", "__defineGetter__", "__lookupSetter__", "then", "length", "0", ""],
];

const methods = [
  ...["Relay.info", "Invitation.create", "Invitation.claim", "Session.open", "Session.resume", "Session.message"],
  ...["Session.ack", "Session.finish", "Session.abort", "Group.create", "Group.join", "Session.create", "Session.join"],
  ...["Session.signup", "Session.load", "Session.participant", "Notify.proposal", "Notify.signed", "rpc.discover"],
];
const liveMethods = [
  ...["Group.create", "Group.join", "Session.create", "Session.join", "Session.signup", "Session.load"],
  ...["Session.participant", "Session.message", "Session.finish", "Notify.proposal", "Notify.signed"],
];

const { session } = setting;
const invalid = refused(INVALID_PARAMS);

const caseOf =
  (dialect: Dialect) =>
  (name: string, sent: string, expected: Expected): Case => ({ name, dialect, sent, expected });

/** One of those names in every position of countersign.v1. */
function inV1(name: string): readonly Case[] {
  const it = caseOf("countersign.v1");
  const key = JSON.stringify(name);
  const member = `${key}:{"session":"${session}"}`;
  const opened = opening();
  return [
    it(`method ${name}`, request(name, "[]"), refused(UNKNOWN_METHOD)),
    it(`method Session.${name}`, request(`Session.${name}`, "[]"), refused(UNKNOWN_METHOD)),
    it(`id ${name}`, request("?", "[]", key), refused(UNKNOWN_METHOD, key)),
    it(`all of a call inside ${name}`, `{${key}:${request("Relay.info", "{}")}}`, refused(INVALID_REQUEST, "null")),
    it(
      `the method inside ${name}`,
      `{"jsonrpc":"2.0","id":1,${key}:{"method":"Relay.info"}}`,
      refused(INVALID_REQUEST),
    ),
    it(`the version inside ${name}`, `{"id":1,"method":"?",${key}:{"jsonrpc":"2.0"}}`, refused(INVALID_REQUEST)),
    it(`version ${name}`, `{"jsonrpc":${key},"id":1,"method":"?"}`, refused(INVALID_REQUEST)),
    it(`${name} beside a call`, `{"jsonrpc":"2.0","id":1,"method":"?",${member}}`, refused(UNKNOWN_METHOD)),
    ...methods.map((method) => it(`${method}: a parameter ${name}`, request(method, `{${member}}`), invalid)),
    it(`${name} beside good parameters`, request("Session.open", `${opened.slice(0, -1)},${member}}`), invalid),
    it(`good parameters inside ${name}`, request("Session.open", `{${key}:${opened}}`), invalid),
    ...["kind", "eid", "token", "group", "parties"].map((field) =>
      it(`${field}: ${name}`, request("Session.open", opening({ [field]: name })), invalid),
    ),
    it(`nameplate ${name}`, request("Invitation.claim", `{"nameplate":${key},"claim":"${secret(1, 16)}"}`), invalid),
    it(`${name} in an envelope`, request("Session.message", message(`{"to":0,"body":"",${member}}`)), invalid),
    it(`an envelope inside ${name}`, request("Session.message", message(`{${key}:{"to":0,"body":""}}`)), invalid),
    it(`envelopes that are ${name}`, request("Session.message", message(key)), invalid),
  ];
}

function message(envelope: string): string {
  return `{"session":"${session}","cseq":1,"envelopes":[${envelope}]}`;
}

/** One of those names in every position of mpc-websocket. */
function inMpc(name: string, { group, session }: LiveSetting): readonly Case[] {
  const it = caseOf("mpc-websocket");
  const key = JSON.stringify(name);
  const at = `"${group}","${session}"`;
  const said = `"round":1,"sender":1,"uuid":"${session}"`;
  return [
    it(`method ${name}`, request(name, "[]"), refused(`Service method not found: ${name}`)),
    it(`id ${name}`, request("?", "[]", key), refused(UNKNOWN_METHOD, key)),
    it(`an id that has ${name}`, request("?", "[]", `{${key}:1}`), refused(UNKNOWN_METHOD, `{${key}:1}`)),
    it(`version ${name}`, `{"jsonrpc":${key},"id":1,"method":"?"}`, refused(UNKNOWN_METHOD)),
    it(`the version inside ${name}`, `{"id":1,"method":"?",${key}:{"jsonrpc":"2.0"}}`, silence),
    it(`all of a call inside ${name}`, `{${key}:${request("?", "[]")}}`, silence),
    it(`${name} beside a call`, `{"jsonrpc":"2.0","id":1,"method":"?",${key}:{"id":2}}`, refused(UNKNOWN_METHOD)),
    ...liveMethods.map((method) =>
      it(`${method} of an object with ${name}`, request(method, `{${key}:"${group}"}`), invalid),
    ),
    it(`label ${name}`, request("Group.create", `[${key},{"parties":2,"threshold":1}]`), result()),
    it(`parameters inside ${name}`, request("Group.create", `["",{${key}:{"parties":2,"threshold":1}}]`), invalid),
    it(`${name} beside parameters`, request("Group.create", `["",{"parties":2,"threshold":1,${key}:0}]`), result()),
    it(`parameters that are ${name}`, request("Group.create", `["",${key}]`), invalid),
    it(`group ${name}`, request("Group.join", key), invalid),
    it(`kind ${name}`, request("Session.create", `["${group}",${key},null]`), invalid),
    it(
      `a body that has ${name}`,
      request("Session.message", `[${at},"keygen",{${said},"body":{${key}:{}}}]`),
      result(),
    ),
    it(`${name} beside a body`, request("Session.message", `[${at},"keygen",{${said},"body":0,${key}:0}]`), result()),
    it(`a body inside ${name}`, request("Session.message", `[${at},"keygen",{${said},${key}:{"body":0}}]`), invalid),
    it(`proposal ${name}`, request("Notify.proposal", `[${at},${key},{${key}:null}]`), result()),
  ];
}

/** Names of JavaScript's own objects, in every position of both dialects. */
export function ownNames(live: LiveSetting): readonly Case[] {
  return names.flatMap((name) => [...inV1(name), ...inMpc(name, live)]);
}

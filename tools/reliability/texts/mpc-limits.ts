import { uuid } from "../client.ts";
import {
  carrier,
  type Expected,
  echoed,
  INVALID_PARAMS,
  type Line,
  LONG_ID,
  refused,
  request,
  result,
  UNKNOWN_METHOD,
} from "./case.ts";
import type { LiveSetting } from "./setting.ts";

const invalid = refused(INVALID_PARAMS);

/** mpc-websocket: each limit, and one beyond it. */
export function mpcLimits({ group, session }: LiveSetting): readonly Line[] {
  const make = (name: string, label: string, parameters: unknown, expected: Expected): Line => [
    name,
    request("Group.create", JSON.stringify([label, parameters])),
    expected,
  ];
  const two = { parties: 2, threshold: 1 };
  const message = (name: string, more: object, expected: Expected): Line => {
    const usual = { round: 1, sender: 1, receiver: null, uuid: session, body: 0 };
    return [
      name,
      request("Session.message", JSON.stringify([group, session, "keygen", { ...usual, ...more }])),
      expected,
    ];
  };
  const load = (number: unknown): string => request("Session.load", JSON.stringify([group, session, "keygen", number]));
  return [
    make("label of 64 bytes", "é".repeat(32), two, result()),
    make("label of 65 bytes", `a${"é".repeat(32)}`, two, refused("label must not be longer than 64 bytes")),
    make("255 parties", "", { parties: 255, threshold: 254 }, result()),
    make("256 parties", "", { parties: 256, threshold: 254 }, refused("parties must not be greater than 255")),
    make("1 party", "", { parties: 1, threshold: 1 }, refused("parties must be greater than one")),
    make("threshold 0", "", { parties: 2, threshold: 0 }, refused("threshold must be greater than zero")),
    make("threshold as parties", "", { parties: 2, threshold: 2 }, refused("threshold must be less than parties")),
    ...[65_536, -1, 1.5, 1e9, "2", null].map((parties) =>
      make(`${parties} parties`, "", { parties, threshold: 1 }, invalid),
    ),
    ...["round", "sender", "receiver"].flatMap((field) => [
      ...[65_536, -1, 0.5, "1", {}].map((value) =>
        message(`${field} ${JSON.stringify(value)}`, { [field]: value }, invalid),
      ),
    ]),
    message("round 65,535", { round: 65_535 }, result()),
    message("sender 65,535", { sender: 65_535 }, result()),
    message("receiver 65,535", { receiver: 65_535 }, refused("receiver 65535 for peer to peer message does not exist")),
    ["number 0", load(0), refused("party number may not be zero")],
    ["number 4", load(4), refused("party number is out of range")],
    ["number 65,536", load(65_536), invalid],
    ["a group nobody made", request("Group.join", JSON.stringify(uuid(1))), refused(`group ${uuid(1)} does not exist`)],
    ["a UUID that is none", request("Group.join", '"x"'), invalid],
    ["an argument too many", request("Session.finish", JSON.stringify([group, session, 1, 1])), invalid],
    ["an argument too few", request("Session.finish", JSON.stringify([group, session])), invalid],
    ["no arguments", '{"jsonrpc":"2.0","id":1,"method":"Session.finish"}', invalid],
    ...["-0", "1.50", "1e400", "123456789012345678901", "true", '["a",{"b":null}]', '{"__proto__":1}', LONG_ID].map(
      echoed,
    ),
    ["no id", '{"jsonrpc":"2.0","method":"?"}', { type: "reply", reply: { error: UNKNOWN_METHOD } }],
    ["the id null", carrier("[]", "null"), { type: "reply", reply: { error: UNKNOWN_METHOD } }],
    ["a batch", `[${carrier("[]")}]`, { type: "silence" }],
  ];
}

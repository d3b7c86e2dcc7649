import {
  type Case,
  type Expected,
  INVALID_REQUEST,
  PARSE,
  type Reply,
  refused,
  silence,
  UNKNOWN_METHOD,
} from "./case.ts";

// What section 7 of JSON-RPC 2.0 shows, one case each and in its order. Where its examples call methods of their own
// (subtract, sum, update, get_data), a method of the relay stands for one that works, and one that no relay has for
// the rest.

const works = (id: string) => `{"jsonrpc":"2.0","method":"Invitation.create","params":["exchange",2,2],"id":${id}}`;
const named = (id: string) =>
  `{"jsonrpc":"2.0","method":"Invitation.create","params":{"threshold":2,"parties":2,"kind":"exchange"},"id":${id}}`;
const notified = '{"jsonrpc":"2.0","method":"Invitation.create","params":["exchange",2,2]}';

const reply = (id: string, error?: number): Reply => (error === undefined ? { id } : { id, error });
const one = (id: string): Expected => ({ type: "reply", reply: reply(id) });
const batch = (...replies: readonly Reply[]): Expected => ({ type: "batch", replies });
const nobody = reply("null", INVALID_REQUEST);

const shown: readonly (readonly [name: string, sent: string, expected: Expected])[] = [
  ["positional parameters", works("1"), one("1")],
  ["positional parameters, another id", works("2"), one("2")],
  ["named parameters", named("3"), one("3")],
  ["named parameters, another id", named("4"), one("4")],
  ["a notification", '{"jsonrpc":"2.0","method":"update","params":[1,2,3,4,5]}', silence],
  ["a notification without parameters", '{"jsonrpc":"2.0","method":"foobar"}', silence],
  ["no such method", '{"jsonrpc":"2.0","method":"foobar","id":"1"}', refused(UNKNOWN_METHOD, '"1"')],
  ["invalid JSON", '{"jsonrpc":"2.0","method":"foobar, "params":"bar","baz]', refused(PARSE, "null")],
  ["an invalid request", '{"jsonrpc":"2.0","method":1,"params":"bar"}', refused(INVALID_REQUEST, "null")],
  [
    "a batch of invalid JSON",
    '[{"jsonrpc":"2.0","method":"sum","params":[1,2,4],"id":"1"},{"jsonrpc":"2.0","method"]',
    refused(PARSE, "null"),
  ],
  ["an empty array", "[]", refused(INVALID_REQUEST, "null")],
  ["an invalid batch that is not empty", "[1]", batch(nobody)],
  ["an invalid batch", "[1,2,3]", batch(nobody, nobody, nobody)],
  [
    "a batch of everything",
    `[${works('"1"')},${notified},${named('"2"')},{"foo":"boo"},{"jsonrpc":"2.0","method":"foo.get","params":{"name":"myself"},"id":"5"},${works('"9"')}]`,
    batch(reply('"1"'), reply('"2"'), nobody, reply('"5"', UNKNOWN_METHOD), reply('"9"')),
  ],
  ["a batch of notifications", `[${notified},{"jsonrpc":"2.0","method":"notify_hello","params":[7]}]`, silence],
];

/** All examples of JSON-RPC 2.0, section 7, in the dialect that is JSON-RPC 2.0. */
export const examples: readonly Case[] = shown.map(([name, sent, expected]) => ({
  name,
  dialect: "countersign.v1",
  sent,
  expected,
}));

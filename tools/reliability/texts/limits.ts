import { secret, uuid } from "../client.ts";
import {
  type Case,
  carrier,
  closed,
  type Expected,
  INVALID_PARAMS,
  INVALID_REQUEST,
  inBoth,
  refused,
  request,
  result,
  UNKNOWN_METHOD,
} from "./case.ts";
import { elsewhere, type LiveSetting, opening, setting } from "./setting.ts";

const MESSAGE = 64 * 1024;
const BODIES = MESSAGE - 512;
const SAFE = Number.MAX_SAFE_INTEGER;

const { session } = setting;
const invalid = refused(INVALID_PARAMS);
let sent = 0;

type Line = readonly [name: string, sent: string, expected: Expected];

const say = (name: string, more: object, expected: Expected, cseq: unknown = ++sent): Line => {
  const params = { session, cseq, envelopes: [{ to: 0, body: "" }], ...more };
  return [name, request("Session.message", JSON.stringify(params)), expected];
};

/** Opens a session that is new, with one thing at its limit. */
const open = (n: number, name: string, more: object, expected: Expected): Line => [
  name,
  request("Session.open", opening({ ...elsewhere(n), ...more })),
  expected,
];

const invite = (name: string, more: object, expected: Expected): Line => [
  name,
  request("Invitation.create", JSON.stringify({ kind: "exchange", parties: 2, threshold: 2, ...more })),
  expected,
];

const claim = (name: string, more: object, expected: Expected): Line => [
  name,
  request("Invitation.claim", JSON.stringify({ nameplate: "999999", claim: secret(1, 16), ...more })),
  expected,
];

const calls = (count: number): string =>
  `[${Array.from({ length: count }, (_, i) => carrier("[]", String(i))).join()}]`;

const unknown = (count: number): Expected => ({
  type: "batch",
  replies: Array.from({ length: count }, (_, i) => ({ id: String(i), error: UNKNOWN_METHOD })),
});

const idOf = (id: string, expected: Expected): Line => [`id ${id.slice(0, 20)}`, carrier("[]", id), expected];
const echoed = (id: string) => refused(UNKNOWN_METHOD, id);
const noId = refused(INVALID_REQUEST, "null");
const long = JSON.stringify("i".repeat(60_000));

/** countersign.v1: each limit, and one beyond it. */
const ofV1: readonly Line[] = [
  ["20 calls in a batch", calls(20), unknown(20)],
  ["21 calls in a batch", calls(21), noId],
  ...[String(SAFE), String(-SAFE), "0", '""', '"\\ud800"', "null", long].map((id) => idOf(id, echoed(id))),
  ...[String(SAFE + 1), String(-SAFE - 1), "1.5", "1e400", "true", "[]", "{}"].map((id) => idOf(id, noId)),

  say("254 envelopes", { envelopes: Array(254).fill({ to: 0, body: "" }) }, result()),
  say("255 envelopes", { envelopes: Array(255).fill({ to: 0, body: "" }) }, invalid, 2),
  say("no envelope", { envelopes: [] }, invalid, 2),
  say("as many characters of bodies as may be", { envelopes: [{ to: 0, body: "A".repeat(BODIES) }] }, result()),
  say(
    "one character of bodies more",
    {
      envelopes: [
        { to: 0, body: "A".repeat(BODIES - 2) },
        { to: 0, body: "AAA" },
      ],
    },
    refused("relay.too-large"),
    3,
  ),
  say("to 255", { envelopes: [{ to: 255, body: "" }] }, result()),
  ...[256, -1, 1.5, null, "2", SAFE].map((to) => say(`to ${to}`, { envelopes: [{ to, body: "" }] }, invalid, 4)),
  ...["A", "AB", "AAB", "AA=", "A+==", "A/AA", "AA AA", "é"].map((body) =>
    say(`body ${body}`, { envelopes: [{ to: 0, body }] }, invalid, 4),
  ),
  ...[0, -1, 1.5, SAFE + 1, "4", null, true].map((cseq) => say(`cseq ${cseq}`, {}, invalid, cseq)),
  say("cseq 2^53 - 1", {}, refused("relay.out-of-order"), SAFE),
  say("a cseq left out", {}, refused("relay.out-of-order"), 5),
  say("the cseq that is next", {}, result()),
  say("the same cseq again", {}, result(), 4),

  open(1, "255 parties", { parties: 255, threshold: 255 }, result()),
  ...[256, 1, 0, -2, 2.5, "2", null].map((parties) =>
    open(2, `${parties} parties`, { parties, threshold: 1 }, invalid),
  ),
  open(2, "2 parties, threshold 1", { parties: 2, threshold: 1 }, result()),
  ...[0, 3, 1.5].map((threshold) => open(3, `2 parties, threshold ${threshold}`, { parties: 2, threshold }, invalid)),
  ...[31, 33, 0].map((length) =>
    open(
      3,
      `eid of ${length} bytes`,
      { eid: secret(1, Math.max(length, 4)).slice(0, length === 0 ? 0 : undefined) },
      invalid,
    ),
  ),
  ...[31, 33].map((length) => open(3, `token of ${length} bytes`, { token: secret(1, length) }, invalid)),
  open(3, "versions of 16 bytes", { versions: secret(1, 16) }, result()),
  open(4, "versions of 17 bytes", { versions: secret(1, 17) }, invalid),
  open(4, "versions of no byte", { versions: "" }, invalid),
  ...[15, 17].map((length) => open(4, `claim of ${length} bytes`, { claim: secret(1, length) }, invalid)),
  open(4, "a UUID in capitals", { session: "AAAAAAAA-0000-4000-8000-000000000001" }, invalid),
  open(4, "a UUID without hyphens", { session: "aaaaaaaa000040008000000000000001" }, invalid),
  open(4, "a parameter that is not known", { more: 1 }, invalid),
  open(4, "a parameter that is missing", { eid: null }, invalid),
  open(4, "another kind", { kind: "other" }, invalid),

  ...[60, 86_400].map((life) => invite(`life of ${life} s`, { life }, result())),
  ...[59, 86_401, 60.5, -60, "60"].map((life) => invite(`life of ${life} s`, { life }, invalid)),
  claim("a nameplate of 6 digits", {}, refused("relay.unknown-invitation")),
  ...["1234567", "0", "01", "", "-1", "1.0", "١", 1].map((nameplate) =>
    claim(`nameplate ${nameplate}`, { nameplate }, invalid),
  ),

  ["after the newest", resume(2 ** 40), invalid],
  ["after -1", resume(-1), invalid],
  ["after 2^53", resume(SAFE + 1), invalid],
  ["a position too many", request("Session.finish", `["${session}",1]`), invalid],
  ...["", "a".repeat(33), "A", "a b", "-a", "é"].map(
    (reason): Line => [`reason ${reason}`, abort(session, reason), invalid],
  ),
  ["reason of 32 characters", abort(elsewhere(1).session, "a".repeat(32)), result()],
];

function resume(after: number): string {
  return request("Session.resume", JSON.stringify({ session, token: setting.token, after }));
}

function abort(session: string, reason: string): string {
  return request("Session.abort", JSON.stringify({ session, reason }));
}

/** mpc-websocket: each limit, and one beyond it. */
function ofMpc({ group, session }: LiveSetting): readonly Line[] {
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
    ...["-0", "1.50", "1e400", "123456789012345678901", "true", '["a",{"b":null}]', '{"__proto__":1}', long].map(
      (id): Line => idOf(id, echoed(id)),
    ),
    ["no id", '{"jsonrpc":"2.0","method":"?"}', { type: "reply", reply: { error: UNKNOWN_METHOD } }],
    ["the id null", carrier("[]", "null"), { type: "reply", reply: { error: UNKNOWN_METHOD } }],
    ["a batch", `[${carrier("[]")}]`, { type: "silence" }],
  ];
}

/** Every limit of the two dialects, and one beyond it. */
export function limits(live: LiveSetting): readonly Case[] {
  const filled = (bytes: number) => `${carrier("[]")}${" ".repeat(bytes - carrier("[]").length)}`;
  return [
    ...inBoth("a message of 65,536 bytes", filled(MESSAGE), () => refused(UNKNOWN_METHOD)),
    ...inBoth("a message of 65,537 bytes", filled(MESSAGE + 1), () => closed(1009)),
    ...inBoth("a string of 65,536 bytes in characters of three", `"${"€".repeat(21_845)}"`, () => closed(1009)),
    ...ofV1.map(([name, sent, expected]): Case => ({ name, dialect: "countersign.v1", sent, expected })),
    ...ofMpc(live).map(([name, sent, expected]): Case => ({ name, dialect: "mpc-websocket", sent, expected })),
  ];
}

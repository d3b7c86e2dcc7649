import { secret } from "../client.ts";
import {
  type Case,
  carrier,
  closed,
  type Dialect,
  type Expected,
  echoed,
  INVALID_PARAMS,
  INVALID_REQUEST,
  inBoth,
  type Line,
  LONG_ID,
  refused,
  request,
  result,
  UNKNOWN_METHOD,
  underId,
} from "./case.ts";
import { groupLimits } from "./group-limits.ts";
import { mpcLimits } from "./mpc-limits.ts";
import { elsewhere, type LiveSetting, opening, setting } from "./setting.ts";

const MESSAGE = 64 * 1024;
const BODIES = MESSAGE - 512;
const SAFE = Number.MAX_SAFE_INTEGER;

const { session } = setting;
const invalid = refused(INVALID_PARAMS);

const say = (name: string, more: object, expected: Expected, cseq: unknown): Line => {
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

const noId = refused(INVALID_REQUEST, "null");

/** countersign.v1: each limit, and one beyond it. */
const ofV1: readonly Line[] = [
  ["20 calls in a batch", calls(20), unknown(20)],
  ["21 calls in a batch", calls(21), noId],
  ...[String(SAFE), String(-SAFE), "0", '""', '"\\ud800"', "null", LONG_ID].map(echoed),
  ...[String(SAFE + 1), String(-SAFE - 1), "1.5", "1e400", "true", "[]", "{}"].map((id) => underId(id, noId)),

  say("254 envelopes", { envelopes: Array(254).fill({ to: 0, body: "" }) }, result(), 1),
  say("255 envelopes", { envelopes: Array(255).fill({ to: 0, body: "" }) }, invalid, 2),
  say("no envelope", { envelopes: [] }, invalid, 2),
  say("as many characters of bodies as may be", { envelopes: [{ to: 0, body: "A".repeat(BODIES) }] }, result(), 2),
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
  say("to 255", { envelopes: [{ to: 255, body: "" }] }, result(), 3),
  ...[256, -1, 1.5, null, "2", SAFE].map((to) => say(`to ${to}`, { envelopes: [{ to, body: "" }] }, invalid, 4)),
  ...["A", "AB", "AAB", "AA=", "A+==", "A/AA", "AA AA", "é"].map((body) =>
    say(`body ${body}`, { envelopes: [{ to: 0, body }] }, invalid, 4),
  ),
  ...[0, -1, 1.5, SAFE + 1, "4", null, true].map((cseq) => say(`cseq ${cseq}`, {}, invalid, cseq)),
  say("cseq 2^53 - 1", {}, refused("relay.out-of-order"), SAFE),
  say("a cseq left out", {}, refused("relay.out-of-order"), 5),
  say("the cseq that is next", {}, result(), 4),
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

/** Every limit of the two dialects, and one beyond it. */
export function limits(live: Readonly<Record<Dialect, LiveSetting>>): readonly Case[] {
  const filled = (bytes: number) => `${carrier("[]")}${" ".repeat(bytes - carrier("[]").length)}`;
  return [
    ...inBoth("a message of 65,536 bytes", filled(MESSAGE), () => refused(UNKNOWN_METHOD)),
    ...inBoth("a message of 65,537 bytes", filled(MESSAGE + 1), () => closed(1009)),
    ...inBoth("a string of 65,536 bytes in characters of three", `"${"€".repeat(21_845)}"`, () => closed(1009)),
    ...[...ofV1, ...groupLimits(live["countersign.v1"])].map(
      ([name, sent, expected]): Case => ({ name, dialect: "countersign.v1", sent, expected }),
    ),
    ...mpcLimits(live["mpc-websocket"]).map(
      ([name, sent, expected]): Case => ({ name, dialect: "mpc-websocket", sent, expected }),
    ),
  ];
}

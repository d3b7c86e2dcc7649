import { type RunningRelay, startRelay } from "@countersign/relay-server";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { MpcSocket, team } from "./mpc-socket.ts";

let relay: RunningRelay;
beforeEach(async () => {
  relay = await startRelay();
});
afterEach(() => relay.close());

const nobody = "00000000-0000-4000-8000-000000000000";
const failure = (message: string, more = "") =>
  `{"jsonrpc":"2.0","id":1,"error":{"code":-32603,"message":"${message}"${more}}}`;

/** What the rows below can refer to: a group of two of three, and a session of each kind where 1 has signed up. */
interface Scene {
  readonly group: string;
  readonly keygen: string;
  readonly sign: string;
  /** The connections' numbers; the stranger is in no group. */
  readonly numbers: { readonly member: number; readonly stranger: number };
}

type Row = readonly [
  rule: string,
  who: "member" | "stranger",
  method: string,
  params: (scene: Scene) => unknown,
  text: (scene: Scene) => string,
];

const message = { round: 1, sender: 1, uuid: nobody, body: {} };
const create = (parties: number, threshold: number) => () => ["l", { parties, threshold }];
const unknownGroup = () => `group ${nobody} does not exist`;
const notInGroup = ({ group, numbers }: Scene) => `client ${numbers.stranger} does not belong to the group ${group}`;

/** All methods that need a group and a session. */
const inSession: readonly (readonly [method: string, rest: readonly unknown[]])[] = [
  ["Session.join", ["keygen"]],
  ["Session.signup", ["keygen"]],
  ["Session.load", ["keygen", 1]],
  ["Session.participant", [1, 1]],
  ["Session.message", ["keygen", message]],
  ["Session.finish", [1]],
  ["Notify.signed", [null]],
];

const rows: readonly Row[] = [
  ["parties", "stranger", "Group.create", create(1, 1), () => "parties must be greater than one"],
  ["threshold", "stranger", "Group.create", create(2, 0), () => "threshold must be greater than zero"],
  ["threshold and parties", "stranger", "Group.create", create(2, 2), () => "threshold must be less than parties"],
  ["a group", "stranger", "Group.join", () => nobody, unknownGroup],
  ["a group", "stranger", "Session.create", () => [nobody, "keygen", null], unknownGroup],
  ["membership", "stranger", "Session.create", ({ group }) => [group, "keygen", null], notInGroup],
  ...inSession.flatMap(([method, rest]): Row[] => [
    ["a group", "stranger", method, () => [nobody, nobody, ...rest], unknownGroup],
    ["membership", "stranger", method, ({ group, keygen }) => [group, keygen, ...rest], notInGroup],
    ["a session", "member", method, ({ group }) => [group, nobody, ...rest], unknownGroup],
  ]),
  [
    "no zero",
    "member",
    "Session.load",
    ({ group, keygen }) => [group, keygen, "keygen", 0],
    () => "party number may not be zero",
  ],
  [
    "a range",
    "member",
    "Session.load",
    ({ group, keygen }) => [group, keygen, "keygen", 4],
    () => "party number is out of range",
  ],
  [
    "a free number",
    "member",
    "Session.load",
    ({ group, keygen }) => [group, keygen, "keygen", 1],
    ({ keygen }) => `party number already exists for session ${keygen}`,
  ],
  ["a party", "member", "Session.finish", ({ group, keygen }) => [group, keygen, 3], () => "party 3 does not exist"],
  [
    "its own party",
    "member",
    "Session.finish",
    ({ group, keygen }) => [group, keygen, 1],
    () => "party 1 is not valid in this context",
  ],
  [
    "its own party",
    "member",
    "Session.participant",
    ({ group, keygen }) => [group, keygen, 1, 1],
    () => "party 1 is not valid in this context",
  ],
  [
    "a sender that is a party",
    "member",
    "Session.message",
    ({ group, keygen }) => [group, keygen, "keygen", message],
    () => "party 1 is not valid in this context",
  ],
];

describe("a call that violates a rule is told so in the words of the dialect", () => {
  it.each(rows)("%s: %s, %s", async (_rule, who, method, params, text) => {
    const { group, members } = await team(relay.url, { size: 2, parties: 3 });
    const [first, member] = members as [MpcSocket, MpcSocket];
    const stranger = await MpcSocket.connect(relay.url);
    const keygen = (await first.result<{ uuid: string }>("Session.create", [group, "keygen", null])).uuid;
    await member.next();
    const sign = (await first.result<{ uuid: string }>("Session.create", [group, "sign", null])).uuid;
    expect(await first.result("Session.signup", [group, keygen, "keygen"])).toBe(1);
    const scene = { group, keygen, sign, numbers: { member: 2, stranger: 3 } };
    const caller = who === "member" ? member : stranger;
    expect(await caller.ask(method, params(scene))).toBe(failure(text(scene)));
    expect(await first.rest()).toEqual([]);
  });
});

describe("a message", () => {
  it("to a party that does not exist is refused", async () => {
    const { group, members } = await team(relay.url, { size: 2 });
    const [first] = members as [MpcSocket];
    const { uuid } = await first.result<{ uuid: string }>("Session.create", [group, "keygen"]);
    await first.ask("Session.signup", [group, uuid, "keygen"]);
    const params = [group, uuid, "keygen", { ...message, receiver: 9 }];
    const refused = failure("receiver 9 for peer to peer message does not exist");
    expect(await first.ask("Session.message", params)).toBe(refused);
  });
});

describe("a full group", () => {
  it("refuses and closes, also who is in it already", async () => {
    const { group, members } = await team(relay.url, { size: 2 });
    const [first, second] = members as [MpcSocket, MpcSocket];
    const full = failure(`group ${group} is full, cannot accept new connections`, ',"data":"close-connection"');
    const third = await MpcSocket.connect(relay.url);
    expect(await third.ask("Group.join", group)).toBe(full);
    expect(await third.closed()).toEqual([1000, "close-connection"]);
    expect(await second.ask("Group.join", group)).toBe(full);
    await second.closed();
    // Its place is free again.
    const fourth = await MpcSocket.connect(relay.url);
    expect(await fourth.result("Group.join", group)).toMatchObject({ uuid: group });
    expect(await first.rest()).toEqual([]);
  });
});

describe("parties", () => {
  it("have one number each, and there are not more than are needed", async () => {
    const { group, members } = await team(relay.url, { size: 3 });
    const [first, second, third] = members as [MpcSocket, MpcSocket, MpcSocket];
    const { uuid } = await first.result<{ uuid: string }>("Session.create", [group, "sign", null]);
    const signup = [group, uuid, "sign"];
    expect(await first.ask("Session.signup", signup)).toBe('{"jsonrpc":"2.0","id":1,"result":1}');
    expect(await first.ask("Session.signup", signup)).toBe('{"jsonrpc":"2.0","id":1,"result":1}');
    expect(await second.ask("Session.signup", signup)).toBe('{"jsonrpc":"2.0","id":1,"result":2}');
    const full = failure(`session ${uuid} is full, cannot accept new parties`);
    expect(await third.ask("Session.signup", signup)).toBe(full);
    expect(await third.ask("Session.load", [...signup, 3])).toBe(full);
  });

  it("that leave before all are there make room, and are not waited for", async () => {
    const { group, members } = await team(relay.url, { size: 2, parties: 3 });
    const [first, second] = members as [MpcSocket, MpcSocket];
    const { uuid } = await first.result<{ uuid: string }>("Session.create", [group, "keygen", null]);
    const signup = [group, uuid, "keygen"];
    expect(await first.result("Session.signup", signup)).toBe(1);
    await second.next();
    expect(await second.result("Session.signup", signup)).toBe(2);
    await first.close();
    const late = [await MpcSocket.connect(relay.url), await MpcSocket.connect(relay.url)] as const;
    for (const [i, socket] of late.entries()) {
      await socket.result("Group.join", group);
      expect(await socket.result("Session.signup", signup)).toBe([1, 3][i]);
    }
    const event = `{"jsonrpc":"2.0","id":0,"result":["sessionSignup","${uuid}"]}`;
    for (const socket of [second, ...late]) expect(await socket.next()).toBe(event);
  });
});

import { secret, uuid } from "../client.ts";
import { type Expected, INVALID_PARAMS, type Line, refused, request, result } from "./case.ts";
import type { LiveSetting } from "./setting.ts";

const VALUE = 48 * 1024;

const invalid = refused(INVALID_PARAMS);

/** What stands in a live group of three, in countersign.v1. */
export function groupLimits({ group, session }: LiveSetting): readonly Line[] {
  const call = (name: string, method: string, params: object, expected: Expected): Line => [
    `${method}, ${name}`,
    request(method, JSON.stringify(params)),
    expected,
  ];
  const make = (name: string, more: object, expected: Expected): Line =>
    call(name, "Group.create", { label: "", parties: 2, threshold: 2, ...more }, expected);
  const place = { group, session, eid: secret(0x77), versions: "AQ", token: secret(0x78) };
  const value = (bytes: number): string => "v".repeat(bytes - 2);
  return [
    make("label of 64 bytes", { label: "é".repeat(32) }, result()),
    make("label of 65 bytes", { label: `a${"é".repeat(32)}` }, invalid),
    make("255 parties", { parties: 255, threshold: 255 }, result()),
    ...[256, 1, 0, -1, 2.5, "2"].map((parties) => make(`${parties} parties`, { parties }, invalid)),
    ...[1, 3, 0].map((threshold) => make(`threshold ${threshold} of 2`, { threshold }, invalid)),
    call("a value of 48 KiB", "Session.create", { group, kind: "sign", value: value(VALUE) }, result()),
    call("a value of one byte more", "Session.create", { group, kind: "sign", value: value(VALUE + 1) }, invalid),
    ...[0, 4, 256, 1.5].map((number) => call(`number ${number} of 3`, "Session.load", { ...place, number }, invalid)),
    call("number 3 of 3", "Session.load", { ...place, number: 3 }, result()),
    call("index 65,535", "Session.participant", { session, index: 65_535 }, result()),
    ...[65_536, -1, 0.5].map((index) => call(`index ${index}`, "Session.participant", { session, index }, invalid)),
    call("a name of 256 bytes", "Notify.proposal", { group, session, proposal: "é".repeat(128), message: 0 }, result()),
    call(
      "a name of 257 bytes",
      "Notify.proposal",
      { group, session, proposal: `a${"é".repeat(128)}`, message: 0 },
      invalid,
    ),
    call("a message of 48 KiB", "Notify.proposal", { group, session, proposal: "", message: value(VALUE) }, result()),
    call("a message longer", "Notify.proposal", { group, session, proposal: "", message: value(VALUE + 1) }, invalid),
    call("a value of 48 KiB", "Notify.signed", { group, session, value: value(VALUE) }, result()),
    call("a value longer", "Notify.signed", { group, session, value: value(VALUE + 1) }, invalid),
    call("an unknown group", "Session.join", { group: uuid(1), session }, refused("relay.unknown-group")),
  ];
}

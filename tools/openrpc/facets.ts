import { dialectLimits } from "../../packages/rpc/src/countersign-v1/dialect.ts";
import type * as field from "../../packages/rpc/src/countersign-v1/fields.ts";
import type * as place from "../../packages/rpc/src/countersign-v1/place.ts";
import type { JsonSchema } from "./json-schema.ts";

type SchemaName<Exports> = {
  [Name in keyof Exports]: Exports[Name] extends { readonly kind: "schema" } ? Name : never;
}[keyof Exports];

const ANY_BYTES = "^(?:[A-Za-z0-9_-]{4})*(?:[A-Za-z0-9_-][AQgw]|[A-Za-z0-9_-]{2}[AEIMQUYcgkosw048])?$";

/** All schemas that have a name of their own. */
export type NamedSchema = SchemaName<typeof field> | SchemaName<typeof place>;

/** What a schema means, and what of its checks the converter cannot know: those that are functions. */
export const facets: { readonly [Name in NamedSchema]: JsonSchema } = {
  uuid: { description: "UUID, lower-case and hyphenated" },
  kind: { description: "what a session is for; the relay only compares it" },
  parties: { description: "places of a session, or connections of a group" },
  threshold: { description: "how many sign; not above parties" },
  groupThreshold: { description: "how many sign; not above parties" },
  number: { description: "a member's number" },
  seq: { description: "an event's place in the one order of its session; 0 for none" },
  eid: { description: "a member's endpoint id: base64url of 32 bytes", pattern: exactly(dialectLimits.eid) },
  versions: {
    description: "the versions of the protocol that a member speaks: base64url of 1 to 16 bytes",
    pattern: ANY_BYTES,
    minLength: Math.ceil((dialectLimits.versions.min * 4) / 3),
    maxLength: Math.ceil((dialectLimits.versions.max * 4) / 3),
  },
  token: {
    description: "drawn by the client, with which it comes back: base64url of 32 random bytes; secret",
    pattern: exactly(dialectLimits.token),
  },
  claim: {
    description: "drawn by the client, with which it holds a place: base64url of 16 random bytes; secret",
    pattern: exactly(dialectLimits.claim),
  },
  nameplate: { description: "the number that people say" },
  life: { description: "seconds" },
  reason: { description: "a word for programs" },
  body: { description: "base64url without padding in its only form", pattern: ANY_BYTES },
  label: { description: "text of at most 64 bytes of UTF-8", maxLength: 64 },
  index: { description: "the index of a signer" },
  proposal: { description: "the name of a proposal, at most 256 bytes of UTF-8", maxLength: dialectLimits.proposal },
  value: { description: "any JSON of at most 48 KiB" },
  sentValue: { description: "any JSON, as its sender meant it" },
  numbers: { description: "members' numbers in ascending order", uniqueItems: true },
  isOnline: { description: "whether the member has a connection" },
  member: { description: "who has a place; members of another dialect have neither eid nor versions" },
  membership: { description: "the place that the caller has, and those of the others" },
  session: { description: "a session of a group" },
  nothing: { description: "it is done" },
};

/** Base64url in its only form: the bits behind the last byte are zero. */
function exactly(bytes: number): string {
  const length = Math.ceil((bytes * 4) / 3);
  const last = { 0: "[A-Za-z0-9_-]", 2: "[AQgw]", 3: "[AEIMQUYcgkosw048]" }[length % 4] ?? "";
  return `^[A-Za-z0-9_-]{${length - 1}}${last}$`;
}

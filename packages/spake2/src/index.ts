export { type ConfirmedA, createA, type PartyA, type UnconfirmedA } from "./a.ts";
export { type ConfirmedB, createB, type PartyB, type UnconfirmedB } from "./b.ts";
export { checkShare, SHARE_BYTES } from "./group.ts";
export { CONFIRMATION_BYTES, KEY_BYTES } from "./key-schedule.ts";
export type { PartyOptions } from "./options.ts";
export type { ConfirmationRefusal, Refused, ShareRefusal } from "./refusal.ts";
export { SCALAR_BYTES, scalarFromBytes, WIDE_BYTES } from "./scalar.ts";
export { type UsageCode, UsageError } from "./usage-error.ts";

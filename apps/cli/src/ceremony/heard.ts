import { decodeUtf8 } from "@countersign/wire";
import * as v from "valibot";
import { parseJson } from "../store/fields.ts";
import type { KeyFacts } from "../store/group-key.ts";

const what = {
  kind: v.picklist(["psbt", "text", "bytes"]),
  name: v.optional(v.pipe(v.string(), v.maxLength(120))),
};

/** Somebody who has the key wants something signed. */
const Proposal = v.strictObject({
  /** How many are to sign. */
  parties: v.pipe(v.number(), v.integer(), v.minValue(2), v.maxValue(255)),
  ...what,
});
export type Proposal = v.InferOutput<typeof Proposal>;

/** What somebody wanted to have signed will not be. */
const Ended = v.strictObject({ ended: v.picklist(["cancelled", "failed"]), ...what });
export type Ended = v.InferOutput<typeof Ended>;

/** Something was signed. */
const Signed = v.strictObject({
  txid: v.optional(v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/))),
  signature: v.optional(v.pipe(v.string(), v.regex(/^[0-9a-f]{128}$/))),
});
export type Signed = v.InferOutput<typeof Signed>;

/** What another holder of a key says, and about which session. */
export type Said =
  | { readonly type: "proposal"; readonly from: number; readonly session: Uint8Array; readonly proposal: Proposal }
  | { readonly type: "ended"; readonly from: number; readonly session: Uint8Array; readonly ended: Ended }
  | { readonly type: "signed"; readonly from: number; readonly session: Uint8Array; readonly signed: Signed };

/** A session of theirs in which somebody is connected, by the relay's word. */
interface Found {
  readonly session: Uint8Array;
  readonly parties: number;
  /** How many of them have come. */
  readonly joined: number;
}

/** What the other holders of a key say, and their sessions: those that wait for somebody, and those that do not. */
export type Heard =
  | Said
  | ({ readonly type: "open" } & Found)
  | ({ readonly type: "running" } & Found)
  /** All sessions were told that there were when the connection came, or came again. */
  | { readonly type: "told" };

/** What somebody can still take part in. */
export type Joinable = Extract<Heard, { type: "proposal" | "open" }>;

export function isJoinable(heard: Heard): heard is Joinable {
  return heard.type === "proposal" || heard.type === "open";
}

export function partiesOf(heard: Exclude<Heard, { type: "told" | "ended" | "signed" }>): number {
  return heard.type === "proposal" ? heard.proposal.parties : heard.parties;
}

/** What no holders of this key can have begun is passed over. */
export function canBe(heard: Parameters<typeof partiesOf>[0], { threshold, parties: all }: KeyFacts): boolean {
  const parties = partiesOf(heard);
  return parties >= threshold && parties <= all.length;
}

/** What a holder calls itself. */
export function labelIn({ parties }: KeyFacts, from: number): string | undefined {
  return parties.find(({ number }) => number === from)?.label;
}

/** A note of another holder; nothing where it says nothing that is known here. */
export function* readNote(
  about: { readonly from: number; readonly session: Uint8Array },
  content: Uint8Array,
): Generator<Said, void> {
  const { from, session } = about;
  const proposal = contentOf(Proposal, content);
  if (proposal !== undefined) yield { type: "proposal", from, session, proposal };
  const ended = contentOf(Ended, content);
  if (ended !== undefined) yield { type: "ended", from, session, ended };
  const signed = contentOf(Signed, content);
  if (signed !== undefined) yield { type: "signed", from, session, signed };
}

function contentOf<Schema extends v.GenericSchema>(
  schema: Schema,
  content: Uint8Array,
): v.InferOutput<Schema> | undefined {
  const text = decodeUtf8(content);
  const parsed = text.ok ? parseJson(schema, text.value) : undefined;
  return parsed?.ok ? parsed.value : undefined;
}

import { decodeHex, encodeHex, type JsonObject } from "@countersign/wire";
import type { Commitment, PartialSignature } from "../adaptor/pre-signing.ts";
import { isObject } from "../json-rpc/request.ts";

const reasons = ["cancelled", "invalid", "other-transaction", "timeout"] as const;
/** Why a party has ended a round. */
export type AbortReason = (typeof reasons)[number];

/** What the parties of a round trip say to each other (spec 0010, section 6.2). */
export type AdaptorMessage =
  | {
      readonly type: "commitments";
      /** 16 bytes as hexadecimal digits. */
      readonly round: string;
      /** The digest of what is signed, 32 bytes. */
      readonly transaction: Uint8Array;
      /** The adaptor point, 33 bytes, of who begins; undefined of who answers. */
      readonly adaptor: Uint8Array | undefined;
      readonly commitments: readonly Commitment[];
    }
  | { readonly type: "partials"; readonly round: string; readonly partials: readonly PartialSignature[] }
  | { readonly type: "abort"; readonly round: string; readonly reason: AbortReason };

/** Commitments, as the first message or as the answer to it. */
export type Commitments = Extract<AdaptorMessage, { readonly type: "commitments" }>;

/** Inputs of one message at most. */
const MOST_INPUTS = 4_096;

/** Writes a message as a payload. */
export function encodeAdaptorMessage(message: AdaptorMessage): JsonObject {
  const { round } = message;
  switch (message.type) {
    case "commitments": {
      const { adaptor, commitments, transaction } = message;
      return {
        type: "adaptor_commitments",
        round,
        transaction: encodeHex(transaction),
        ...(adaptor === undefined ? {} : { adaptor: encodeHex(adaptor) }),
        commitments: commitments.map(({ index, nonce }) => ({ input: index, nonce: encodeHex(nonce) })),
      };
    }
    case "partials": {
      const partials = message.partials.map(({ index, scalar }) => ({ input: index, partial: encodeHex(scalar) }));
      return { type: "adaptor_partials", round, partials };
    }
    case "abort":
      return { type: "adaptor_abort", round, reason: message.reason };
  }
}

/** Reads a payload; undefined for what is no message of a round trip. Never throws. */
export function decodeAdaptorMessage(payload: JsonObject): AdaptorMessage | undefined {
  const { type, round } = payload;
  if (typeof round !== "string" || !/^[0-9a-f]{32}$/.test(round)) return undefined;
  if (type === "adaptor_commitments") return readCommitments(payload, round);
  if (type === "adaptor_partials") {
    const partials = readList(payload["partials"], ({ input, partial }) => {
      const scalar = readHex(partial, 32);
      return isIndex(input) && scalar !== undefined ? { index: input, scalar } : undefined;
    });
    return partials && { type: "partials", round, partials };
  }
  if (type !== "adaptor_abort") return undefined;
  // Whatever another version may say: it has ended.
  return { type: "abort", round, reason: reasons.find((reason) => reason === payload["reason"]) ?? "cancelled" };
}

function readCommitments(payload: JsonObject, round: string): Commitments | undefined {
  const transaction = readHex(payload["transaction"], 32);
  const adaptor = readHex(payload["adaptor"], 33);
  if (transaction === undefined || (adaptor === undefined && payload["adaptor"] !== undefined)) return undefined;
  const commitments = readList(payload["commitments"], ({ input, nonce: text }) => {
    const nonce = readHex(text, 33);
    return isIndex(input) && nonce !== undefined ? { index: input, nonce } : undefined;
  });
  return commitments && { type: "commitments", round, transaction, adaptor, commitments };
}

function readList<Item>(value: unknown, read: (item: JsonObject) => Item | undefined): readonly Item[] | undefined {
  if (!Array.isArray(value) || value.length > MOST_INPUTS) return undefined;
  const items = value.flatMap((item) => (isObject(item) ? (read(item) ?? []) : []));
  return items.length === value.length ? items : undefined;
}

function readHex(value: unknown, length: number): Uint8Array | undefined {
  if (typeof value !== "string" || value.length !== 2 * length) return undefined;
  const bytes = decodeHex(value);
  return bytes.ok ? bytes.value : undefined;
}

function isIndex(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

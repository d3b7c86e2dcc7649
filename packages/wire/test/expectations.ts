import { UsageError, type WireCode } from "@countersign/wire";
import { expect } from "vitest";

export const bytes = (...values: number[]): Uint8Array => Uint8Array.of(...values);

/** The answer of a decoder that refuses with this code: nothing but the code and a sentence. */
export const refusal = (code: WireCode) => ({ ok: false, code, detail: expect.stringMatching(/^[a-zA-Z].{4,}[^.]$/) });

/** What a wrong call throws. */
export const usage = (code: UsageError["code"]) => expect.toSatisfy((e) => e instanceof UsageError && e.code === code);
export const outOfRange = usage("usage.out-of-range");
export const wrongLength = usage("usage.length");
export const tooLong = usage("usage.too-long");

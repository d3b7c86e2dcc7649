import { equalBytes } from "@countersign/wire";
import { pubSchnorr, taprootTweakPrivKey } from "@scure/btc-signer/utils.js";
import { afterEach, expect, it, vi } from "vitest";
import { keyOfInput } from "../../src/adaptor/coin-keys.ts";

/** What the library makes of keys, to see what becomes of it. */
const made = vi.hoisted((): Uint8Array[] => []);
vi.mock("@scure/btc-signer/utils.js", async (load) => {
  const real = await load<typeof import("@scure/btc-signer/utils.js")>();
  const seen: typeof real.taprootTweakPrivKey = (...given) => {
    const key = real.taprootTweakPrivKey(...given);
    made.push(key);
    return key;
  };
  return { ...real, taprootTweakPrivKey: seen };
});

/** A key that shows its copies. */
class Watched extends Uint8Array {
  override slice(): Uint8Array<ArrayBuffer> {
    const copy = Uint8Array.from(this);
    made.push(copy);
    return copy;
  }
}

const [one, two] = [new Watched(32).fill(1), new Watched(32).fill(2)];
const input = { index: 0, message: new Uint8Array(32), merkleRoot: new Uint8Array(0) };
const isErased = (key: Uint8Array) => key.every((byte) => byte === 0);

afterEach(() => {
  made.length = 0;
});

it.each([
  ["tweaked", () => pubSchnorr(taprootTweakPrivKey(two))],
  ["as it is", () => pubSchnorr(Uint8Array.from(two))],
])("leaves nothing of keys but the one that signs, %s", (_, outputKey) => {
  const wanted = { ...input, outputKey: outputKey() };
  made.length = 0;
  const key = keyOfInput(wanted, [one, two]);
  expect(made.length).toBeGreaterThan(2);
  expect(made.filter((other) => !isErased(other))).toEqual([key]);
  expect(equalBytes(one, new Uint8Array(32).fill(1))).toBe(true);
});

it("leaves nothing of keys where none signs", () => {
  expect(keyOfInput({ ...input, outputKey: new Uint8Array(32) }, [one, two])).toBeUndefined();
  expect(made).toHaveLength(4);
  expect(made.every(isErased)).toBe(true);
});

import { schnorr } from "@noble/curves/secp256k1.js";
import { SigHash, Transaction } from "@scure/btc-signer";
import { beforeAll, describe, expect, test } from "vitest";
import { type KeyShare, type SigningResult, taprootAddress } from "../src/index.ts";
import { makeKey } from "./keys.ts";
import {
  groupOutput,
  groupOutputWithScript,
  type Spend,
  spend,
  spendWithScript,
  stranger,
  strangerKey,
} from "./psbts.ts";
import { signed } from "./signing.ts";

let shares: ReadonlyMap<number, KeyShare>;
let share: KeyShare;

beforeAll(async () => {
  shares = await makeKey({ suite: "secp256k1-taproot", numbers: [1, 2, 3], threshold: 2 });
  share = shares.get(1) as KeyShare;
});

const run = (transaction: Transaction) =>
  signed({ shares, signers: [1, 3], proposals: { 3: { kind: "psbt", bytes: transaction.toPSBT() } } });

/** Checks each witness of the group's inputs against BIP-341, from the finished transaction and what it spends alone. */
function witnessesHold(result: SigningResult, { foreign = [], coins = [100_000n] }: Partial<Spend>): boolean[] {
  if (result.kind !== "psbt" || result.transaction === undefined) throw new Error("no transaction");
  const transaction = Transaction.fromRaw(result.transaction, { allowUnknownOutputs: true });
  const { script, tweakedPubkey } = groupOutput(share);
  const scripts = [...foreign.map(() => stranger.script), ...coins.map(() => script)];
  const amounts = [...foreign, ...coins];
  return coins.map((_, at) => {
    const index = foreign.length + at;
    const [witness] = transaction.getInput(index).finalScriptWitness ?? [];
    if (witness === undefined) return false;
    const sighash = witness.length === 65 ? (witness[64] ?? 0) : SigHash.DEFAULT;
    const message = transaction.preimageWitnessV1(index, scripts, sighash, amounts);
    return schnorr.verify(witness.slice(0, 64), message, tweakedPubkey);
  });
}

describe("a PSBT that spends from the group's address", () => {
  test("is at the address that the library makes of the key", () => {
    expect(taprootAddress(share, "mainnet")).toBe(groupOutput(share).address);
    expect(taprootAddress(share, "testnet")).toMatch(/^tb1p/);
    expect(taprootAddress(share, "regtest")).toMatch(/^bcrt1p/);
  });

  test.each<[string, Partial<Spend>]>([
    ["one coin", {}],
    ["three coins", { coins: [50_000n, 30_000n, 20_000n] }],
    ["SIGHASH_ALL", { sighash: SigHash.ALL }],
    ["SIGHASH_NONE", { sighash: SigHash.NONE }],
    ["SIGHASH_SINGLE", { coins: [50_000n, 50_000n], sighash: SigHash.SINGLE }],
    ["SIGHASH_ALL with ANYONECANPAY", { coins: [50_000n, 50_000n], sighash: SigHash.ALL_ANYONECANPAY }],
    ["a lock time", { lockTime: 800_000 }],
  ])("comes out as a transaction that BIP-341 accepts: %s", async (_, wanted) => {
    const result = await run(spend({ share, ...wanted }));
    const holds = witnessesHold(result, wanted);
    expect(holds).toEqual(holds.map(() => true));
    if (result.kind !== "psbt") throw new Error("no PSBT");
    expect(Transaction.fromPSBT(result.psbt).isFinal).toBe(true);
    expect(result.txid).toBe(spend({ share, ...wanted }).id);
  });

  test("of both parities of the group's key", async () => {
    const parities = new Set<number>();
    for (let last = 3; parities.size < 2; last++) {
      const key = await makeKey({ suite: "secp256k1-taproot", numbers: [1, 2, last], threshold: 2 });
      const own = key.get(1) as KeyShare;
      const parity = own.groupKey[0] ?? 0;
      if (parities.has(parity)) continue;
      parities.add(parity);
      const psbt = spend({ share: own }).toPSBT();
      const result = await signed({ shares: key, signers: [1, 2], proposals: { 1: { kind: "psbt", bytes: psbt } } });
      expect(result).toMatchObject({ kind: "psbt", txid: expect.any(String) });
    }
    expect(parities).toEqual(new Set([2, 3]));
  });

  test("is spent by the key where a script could spend it, too", async () => {
    const result = await run(spendWithScript(share));
    if (result.kind !== "psbt" || result.transaction === undefined) throw new Error("no transaction");
    const transaction = Transaction.fromRaw(result.transaction);
    const { script, tweakedPubkey } = groupOutputWithScript(share);
    const [witness = new Uint8Array()] = transaction.getInput(0).finalScriptWitness ?? [];
    const message = transaction.preimageWitnessV1(0, [script], SigHash.DEFAULT, [100_000n]);
    expect(schnorr.verify(witness, message, tweakedPubkey)).toBe(true);
  });

  test("leaves inputs of others to them, and is a transaction as soon as they have signed", async () => {
    const wanted = { foreign: [20_000n], coins: [80_000n] };
    const result = await run(spend({ share, ...wanted }));
    if (result.kind !== "psbt") throw new Error("no PSBT");
    expect(result.transaction).toBeUndefined();
    const theirs = Transaction.fromPSBT(result.psbt);
    theirs.signIdx(strangerKey, 0);
    theirs.finalizeIdx(0);
    expect(witnessesHold({ ...result, transaction: theirs.extract() }, wanted)).toEqual([true]);
  });

  test("is a transaction at once where the others have signed before", async () => {
    const wanted = { foreign: [20_000n], coins: [80_000n] };
    const begun = spend({ share, ...wanted });
    begun.signIdx(strangerKey, 0);
    begun.finalizeIdx(0);
    expect(witnessesHold(await run(begun), wanted)).toEqual([true]);
  });

  test("keeps what others wrote into it", async () => {
    const rows: [{ type: number; key: Uint8Array }, Uint8Array][] = [
      [{ type: 0xf0, key: Uint8Array.of(1) }, Uint8Array.of(7)],
    ];
    const transaction = Transaction.fromPSBT(spend({ share }).toPSBT(), { unknown: "ignore" });
    transaction.updateInput(0, { unknown: rows });
    const result = await run(transaction);
    if (result.kind !== "psbt") throw new Error("no PSBT");
    expect(Transaction.fromPSBT(result.psbt, { unknown: "ignore" }).getInput(0).unknown).toEqual(rows);
  });
});

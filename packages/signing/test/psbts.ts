import { NETWORK, p2tr, p2tr_pk, p2wpkh, SigHash, Transaction, utils } from "@scure/btc-signer";
import { pubECDSA } from "@scure/btc-signer/utils.js";
import type { KeyShare } from "../src/index.ts";

/** The transaction of the group's coins, as explorers write it. */
export const coinId = "0123456789abcdef".repeat(4);

/** Keys of others. */
export const strangerKey = new Uint8Array(32).fill(3);
export const stranger = p2wpkh(pubECDSA(strangerKey), NETWORK);
const strangerXOnly = utils.pubSchnorr(strangerKey);
export const payee = p2tr(utils.pubSchnorr(new Uint8Array(32).fill(5)), undefined, NETWORK);

export interface Spend {
  readonly share: KeyShare;
  /** Amounts of the group's coins. */
  readonly coins?: readonly bigint[];
  readonly foreign?: readonly bigint[];
  readonly pays?: bigint;
  readonly change?: bigint;
  readonly sighash?: number;
  readonly lockTime?: number;
}

/** The group's output: its key and nothing else may spend it. */
export function groupOutput({ groupKey }: Pick<KeyShare, "groupKey">) {
  return p2tr(groupKey.slice(1), undefined, NETWORK);
}

/** An output of the group's key that a script, too, may spend. */
export function groupOutputWithScript({ groupKey }: Pick<KeyShare, "groupKey">) {
  return p2tr(groupKey.slice(1), { script: p2tr_pk(strangerXOnly).script }, NETWORK);
}

/** A PSBT that spends such an output and gives some of it back. */
export function spendWithScript(share: KeyShare): Transaction {
  const { script, tapInternalKey, tapMerkleRoot } = groupOutputWithScript(share);
  const transaction = new Transaction();
  const witnessUtxo = { script, amount: 100_000n };
  transaction.addInput({ txid: "cc".repeat(32), index: 0, witnessUtxo, tapInternalKey, tapMerkleRoot });
  transaction.addOutput({ script: payee.script, amount: 60_000n });
  transaction.addOutput({ script, amount: 39_000n });
  return transaction;
}

/** A PSBT that spends coins of the group's, and of others before them. */
export function spend({
  share,
  coins = [100_000n],
  foreign = [],
  pays = 60_000n,
  change = 39_000n,
  sighash = SigHash.DEFAULT,
  lockTime = 0,
}: Spend): Transaction {
  const own = groupOutput(share);
  const transaction = new Transaction({ lockTime, allowUnknownOutputs: true });
  const sequence = lockTime > 0 ? 0xfffffffe : 0xffffffff;
  for (const [index, amount] of foreign.entries()) {
    transaction.addInput({ txid: "ee".repeat(32), index, sequence, witnessUtxo: { script: stranger.script, amount } });
  }
  for (const [index, amount] of coins.entries()) {
    transaction.addInput({
      txid: coinId,
      index,
      sequence,
      witnessUtxo: { script: own.script, amount },
      tapInternalKey: own.tapInternalKey,
      ...(sighash !== SigHash.DEFAULT && { sighashType: sighash }),
    });
  }
  transaction.addOutput({ script: payee.script, amount: pays });
  if (change > 0n) transaction.addOutput({ script: own.script, amount: change });
  return transaction;
}

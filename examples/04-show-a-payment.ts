// 04: who wants in says a bitcoin transaction beside the link: node examples/04-show-a-payment.ts
// The host shows what it pays, to whom and for which fee, and accepts if its own address gets what it asks for. It looks
// at what the bytes say: whether the signatures are good, and whether the coins are still there, is for a node to tell.
import { p2tr, TEST_NETWORK, Transaction, utils } from "@scure/btc-signer";
import { type Judge, receive } from "./src/door.ts";
import { describePayment, paidTo, readPayment } from "./src/payment.ts";
import { sayOn, short } from "./src/screen.ts";
import { withTemporaryFolder } from "./src/temporary-folder.ts";

const say = sayOn(process.stdout);
const PRICE = 50_000n;
const host = walletOf(utils.randomPrivateKeyBytes());
/** What the host knows of coins: one that Bob has. */
const coins = new Map<string, bigint>();

const judge: Judge = async ({ hashname, messages }) => {
  const tx = messages.get("tx");
  if (tx === undefined || !messages.has("link")) return "wait";
  const payment = readPayment(tx.body, coins);
  if (payment === undefined) {
    say("refuses", `${short(hashname)}: that is no transaction`);
    return "refuse";
  }
  for (const line of describePayment(payment)) say("", line);
  const paid = paidTo(host.address, payment);
  say(paid >= PRICE ? "accepts" : "refuses", `${short(hashname)}: ${paid} of ${PRICE} sat are for us`);
  return paid >= PRICE ? "accept" : "refuse";
};

say("host", `asks for ${PRICE} sat to ${host.address}`);
await withTemporaryFolder((folder) =>
  receive({
    folder,
    say,
    judge,
    guests: [
      { name: "bob", messages: async () => [pay(PRICE, true)], ends: "accept" },
      { name: "carol", messages: async () => [pay(10_000n, false)], ends: "refuse" },
      { name: "mallory", messages: async () => [{ type: "tx", head: {}, body: new Uint8Array(200) }], ends: "refuse" },
    ],
  }),
);

/** A signed payment to the host out of a coin of 75,000 sat, with change, and with 300 sat for whoever mines it. */
function pay(amount: bigint, isCoinKnown: boolean) {
  const secret = utils.randomPrivateKeyBytes();
  const { address, script, key } = walletOf(secret);
  const coin = { worth: 75_000n, txid: Buffer.from(utils.randomPrivateKeyBytes()).toString("hex"), index: 1 };
  if (isCoinKnown) coins.set(`${coin.txid}:${coin.index}`, coin.worth);
  const transaction = new Transaction();
  const { txid, index, worth } = coin;
  transaction.addInput({ txid, index, witnessUtxo: { script, amount: worth }, tapInternalKey: key });
  transaction.addOutputAddress(host.address, amount, TEST_NETWORK);
  transaction.addOutputAddress(address, worth - amount - 300n, TEST_NETWORK);
  transaction.sign(secret);
  transaction.finalize();
  return { type: "tx", head: {}, body: transaction.extract() };
}

function walletOf(secret: Uint8Array) {
  const { address, script, tapInternalKey } = p2tr(utils.pubSchnorr(secret), undefined, TEST_NETWORK);
  if (address === undefined) throw new Error("a Taproot output without an address");
  return { address, script, key: tapInternalKey };
}

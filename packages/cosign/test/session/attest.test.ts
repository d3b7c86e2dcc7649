import { type RunningRelay, startRelay } from "@countersign/relay-server";
import { base64, hex } from "@scure/base";
import { NETWORK, OutScript, p2tr, p2wpkh, RawWitness, Script, Transaction } from "@scure/btc-signer";
import { pubECDSA, pubSchnorr } from "@scure/btc-signer/utils.js";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { virtualIds } from "../../src/attest/bip322.ts";
import { parseAddress } from "../../src/attest/parse-address.ts";
import { gather, TestDaemon } from "./daemons.ts";

const secret = hex.decode("01".repeat(32));

let relay: RunningRelay;
let alice: TestDaemon;
let bob: TestDaemon;

beforeEach(async () => {
  relay = await startRelay();
  alice = new TestDaemon(relay.url);
  bob = new TestDaemon(relay.url);
});

afterEach(async () => {
  await Promise.all([alice.stop(), bob.stop()]);
  await relay.close();
});

/** What a wallet does: spends the output that holds the message. The signing is the library's. */
function sign(address: string, message: string): string {
  const owner = parseAddress(address);
  if (owner === undefined || owner === "other" || owner.type === "p2pkh") throw new Error("an address to sign for");
  const taproot = owner.type === "p2tr" ? { tapInternalKey: pubSchnorr(secret) } : {};
  const script = OutScript.encode(
    owner.type === "p2tr" ? { type: "tr", pubkey: owner.key } : { type: "wpkh", hash: owner.hash },
  );
  const transaction = new Transaction({ version: 0, allowUnknownOutputs: true });
  const txid = virtualIds(owner, message).toSpend;
  transaction.addInput({ txid, index: 0, sequence: 0, witnessUtxo: { amount: 0n, script }, ...taproot });
  transaction.addOutput({ amount: 0n, script: Script.encode(["RETURN"]) });
  transaction.sign(secret);
  transaction.finalize();
  return base64.encode(RawWitness.encode(transaction.getInput(0).finalScriptWitness ?? []));
}

describe("cosign.attest", () => {
  it("verifies the owner of an address by the session and its SAS", async () => {
    const id = await gather([alice, bob]);
    const { sas } = await bob.call("handshake_auto", id);
    await alice.call("handshake_auto", id);
    for (const address of [p2wpkh(pubECDSA(secret)).address, p2tr(pubSchnorr(secret), undefined, NETWORK).address]) {
      const { challenge } = await bob.call("attest", id, address);
      expect(challenge).toBe(`cosign|${id}|${sas}`);
      const signature = sign(String(address), String(challenge));
      expect(await alice.call("attest", id, address, signature)).toEqual({ verified: true, peer: { address } });
      const elsewhere = sign(String(address), `cosign|${id}|acme-adviser-acme-adviser-acme`);
      expect(await alice.error("attest", id, address, elsewhere)).toEqual({
        code: -25,
        message: expect.stringMatching(/^COSIGN_PEER_ATTEST_FAIL: /),
      });
    }
    expect(await alice.error("attest", id, "nowhere", "AA==")).toMatchObject({ code: -25 });
  });

  it("has nothing to sign before there is a SAS", async () => {
    const { session_id } = await alice.call("init");
    expect(await alice.error("attest", session_id, "bc1q9vza2e8x573nczrlzms0wvx3gsqjx7vavgkx0l")).toEqual({
      code: -1,
      message: expect.stringContaining("COSIGN_HANDSHAKE_REQUIRED"),
    });
  });
});

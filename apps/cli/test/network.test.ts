import { describe, expect, it } from "vitest";
import { chosenNetwork } from "../src/commands/ceremony-flags.ts";
import { ceremonySentences } from "../src/screens/ceremony-sentences.ts";
import { formatFacts, type KeyFacts, parseFacts } from "../src/store/group-key.ts";

const facts: KeyFacts = {
  label: "treasury",
  id: "00112233445566aa",
  suite: "secp256k1-taproot",
  threshold: 2,
  number: 1,
  parties: [{ number: 1, label: "alice" }],
  publicKey: `02${"ab".repeat(32)}`,
  relay: "ws://127.0.0.1:8765",
  network: "testnet",
  created: "2026-11-22T10:00:00.000Z",
};

describe("in whose form an address is shown", () => {
  it("is kept with the key, and can be chosen for once", () => {
    const kept = parseFacts(formatFacts(facts));
    expect(kept).toEqual({ ok: true, value: facts });
    expect(chosenNetwork({}, facts)).toBe("testnet");
    expect(chosenNetwork({ network: "regtest" }, facts)).toBe("regtest");
    const { network: _network, ...older } = facts;
    expect(parseFacts(formatFacts(older))).toEqual({ ok: true, value: older });
    expect(chosenNetwork({}, older)).toBe("mainnet");
  });

  it("stands below the address, with how to see the other form", () => {
    const { label, id, suite, threshold, parties, publicKey: public_key } = facts;
    const shown = { label, id, suite, threshold, parties, public_key, address: "bc1pxyz" };
    const lines = ceremonySentences({ event: "key-made", ...shown, network: "mainnet" });
    expect(lines.join("\n")).toContain("bitcoin mainnet (--network testnet shows tb1p");
  });
});

import { describe, expect, it } from "vitest";
import { virtualIds } from "../../src/attest/bip322.ts";
import { parseAddress } from "../../src/attest/parse-address.ts";
import { verifyMessage } from "../../src/attest/verify-message.ts";
import { invalid, multisig, transactions, valid } from "./bip322-vectors.ts";

describe("the vectors of BIP-322", () => {
  it.each(transactions)("the two transactions for $message", ({ message, ...ids }) => {
    const owner = parseAddress("bc1q9vza2e8x573nczrlzms0wvx3gsqjx7vavgkx0l");
    if (owner === undefined || owner === "other" || owner.type === "p2pkh") throw new Error("the vector's address");
    expect(virtualIds(owner, message)).toEqual(ids);
  });

  it.each(valid)("the signature $signature", (vector) => {
    expect(verifyMessage(vector)).toEqual({ isValid: true });
  });

  it.each(invalid)("refuses $why", ({ why: _, ...vector }) => {
    expect(verifyMessage(vector)).toMatchObject({ isValid: false, detail: expect.stringContaining("signature") });
  });

  it("refuses addresses of several keys", () => {
    expect(verifyMessage({ address: multisig, message: "", signature: "AA==" })).toMatchObject({
      isValid: false,
      detail: expect.stringContaining("addresses"),
    });
  });
});

// Of Bitcoin Core's test message_verify.
describe("signatures of signmessage", () => {
  const core = {
    address: "15CRxFdyRpGZLW9w8HnHvVduizdL5jKNbs",
    message: "Trust no one",
    signature: "IPojfrX2dfPnH26UegfbGQQLrdK844DlHq5157/P6h57WyuS/Qsl+h/WSVGDF4MUi4rWSswW38oimDYfNNUBUOk=",
  };
  it.each([
    core,
    {
      address: "11canuhp9X2NocwCq7xNrQYTmUgZAnLK3",
      message: "Trust me",
      signature: "IIcaIENoYW5jZWxsb3Igb24gYnJpbmsgb2Ygc2Vjb25kIGJhaWxvdXQgZm9yIGJhbmtzIAaHRtbCeDZINyavx14=",
    },
    {
      address: "mpLQjfK79b7CCV4VMJWEWAj5Mpx8Up5zxB",
      message: "This is just a test message",
      signature: "INbVnW4e6PeRmsv2Qgu8NuopvrVjkcxob+sX8OcZG0SALhWybUjzMLPdAsXI46YZGb0KQTRii+wWIQzRpG/U+S0=",
    },
  ])("are verified for $address", (vector) => {
    expect(verifyMessage(vector)).toEqual({ isValid: true });
  });

  it.each([
    { why: "another message", ...core, message: "I never signed this" },
    { why: "another address", ...core, address: "11canuhp9X2NocwCq7xNrQYTmUgZAnLK3" },
    { why: "an address of another kind", ...core, address: "bc1q9vza2e8x573nczrlzms0wvx3gsqjx7vavgkx0l" },
    { why: "a missing byte", ...core, signature: core.signature.replace("Ok=", "A==") },
    { why: "an uncompressed key", ...core, signature: `H${core.signature.slice(1)}` },
  ])("are refused for $why", ({ why: _, ...vector }) => {
    expect(verifyMessage(vector)).toMatchObject({ isValid: false, detail: expect.stringContaining("signature") });
  });
});

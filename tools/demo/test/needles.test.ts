import { p2tr, TEST_NETWORK, utils } from "@scure/btc-signer";
import { expect, test } from "vitest";
import { occurs, type Secret, secretFile, secretText, secretWords } from "../needles.ts";
import { createPayment } from "../payment.ts";

const somebody = () => p2tr(utils.pubSchnorr(utils.randomPrivateKeyBytes()), undefined, TEST_NETWORK).address ?? "";
const payment = createPayment(somebody()).bytes;

/** A pile of bytes, much like a database, with something in it. */
function pile(...content: readonly (string | Uint8Array)[]): Buffer {
  return Buffer.concat([new Uint8Array(4096), ...content.map((part) => Buffer.from(part)), new Uint8Array(4096)]);
}

/** All forms of bytes behind 0 to 8 others. */
function forms(bytes: Uint8Array): Buffer[] {
  return [0, 1, 2, 3, 4, 5, 6, 7, 8].flatMap((before) => {
    const longer = Buffer.concat([new Uint8Array(before).fill(0x55), bytes, new Uint8Array(before).fill(0xaa)]);
    return [longer, ...(["hex", "base64", "base64url"] as const).map((encoding) => longer.toString(encoding))].map(
      (form) => pile('{"body":"', form, '"}'),
    );
  });
}

test.each<[string, Secret, Uint8Array]>([
  ["a file", secretFile("psbt", payment), payment],
  ["a fifth of a file", secretFile("psbt", payment), payment.subarray(70, 140)],
  ["a file's name", secretText("name", "payment.psbt"), Buffer.from("payment.psbt")],
  ["a code", secretWords("code", "fracture-cherokee-treadmill-atmosphere"), Buffer.from("7-fracture-cherokee-x")],
])("%s is found in whatever form it stands there", (_, secret, bytes) => {
  for (const haystack of forms(bytes)) expect(occurs(secret, haystack)).toBe(true);
});

test("what is not there is not found: zeros, single words, another payment", () => {
  const other = createPayment(somebody()).bytes;
  for (const secret of [secretFile("psbt", payment), secretWords("code", "fracture-cherokee-treadmill")]) {
    expect(secret.needles.length).toBeGreaterThan(0);
    expect(occurs(secret, pile("fracture treadmill", "psbt", other.subarray(60)))).toBe(false);
  }
});

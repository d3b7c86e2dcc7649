import { concat } from "@countersign/wire";
import { describe, expect, test } from "vitest";
import { suites } from "../src/suite.ts";
import { unhex } from "./rfc9591.ts";
import { sharedVectors } from "./shared-vectors.ts";

const path = "bip327/bip340-test-vectors.csv";
const file = sharedVectors(path);

describe.skipIf(!file)(`BIP-340's verification vectors${file ? "" : ` (skipped: ${path} is missing)`}`, () => {
  const rows = (file ?? "")
    .trim()
    .split(/\r?\n/)
    .slice(1)
    .map((line) => line.split(","));

  test("are judged as published by the check that a finished signature goes through", () => {
    const { verify } = suites["secp256k1-taproot"];
    const judged = rows.map(([index, , key = "", , message = "", signature = ""]) => {
      return [index, verify(unhex(signature), unhex(message), concat(Uint8Array.of(2), unhex(key)))];
    });
    expect(judged).toEqual(rows.map(([index, , , , , , result]) => [index, result === "TRUE"]));
    expect(judged.length).toBeGreaterThanOrEqual(19);
  });
});

import { NoiseUsageError, PATTERNS, type PatternName, parseProtocolName, type Token } from "@countersign/noise";
import { describe, expect, it } from "vitest";
import { violations } from "./pattern-validity.ts";

const NAMES = Object.keys(PATTERNS) as PatternName[];
const SUITE = "25519_ChaChaPoly_SHA256";
const pattern = (name: string) => parseProtocolName(`Noise_${name}_${SUITE}`).pattern;
const refused = (name: string) => expect(() => parseProtocolName(name), name).toThrow(NoiseUsageError);

describe("the named patterns", () => {
  it("are the 3 one-way, 12 fundamental and 23 deferred ones", () => {
    expect(NAMES.filter((name) => /^[NKX]$/.test(name))).toHaveLength(3);
    expect(NAMES.filter((name) => /^[NKXI][NKX]$/.test(name))).toHaveLength(12);
    expect(NAMES.filter((name) => name.includes("1"))).toHaveLength(23);
    expect(NAMES).toHaveLength(38);
  });

  it("are read from the notation of the standard", () => {
    expect(pattern("KK")).toEqual({
      preMessages: { initiator: ["s"], responder: ["s"] },
      messages: [
        ["e", "es", "ss"],
        ["e", "ee", "se"],
      ],
    });
    expect(pattern("NN").preMessages).toEqual({ initiator: [], responder: [] });
  });

  it("are valid by sections 7.3 and 9.3, with every psk modifier alone and with all of them", () => {
    let checked = 0;
    for (const name of NAMES) {
      const all = Array.from({ length: pattern(name).messages.length + 1 }, (_, n) => `psk${n}`);
      for (const modifiers of ["", ...all, all.join("+")]) {
        expect(violations(pattern(name + modifiers)), name + modifiers).toEqual([]);
        checked += 1;
      }
    }
    expect(checked).toBe(215);
  });

  it("would be found out if they were not valid", () => {
    const preMessages = { initiator: [], responder: [] };
    const of = (...messages: Token[][]) => violations({ preMessages, messages });
    expect(of(["e", "es"])).toEqual(["1: es without the keys"]);
    expect(of(["e"], ["e", "ee", "e"])).toEqual(["2: e sent twice"]);
    expect(of(["e"], ["e", "ee", "ee"])).toEqual(["3: ee twice"]);
    expect(of(["e", "s"], ["e", "se"], [])).toEqual(["4: the initiator encrypts after se without ee"]);
    expect(of(["psk"])).toEqual(["psk: the initiator encrypts without having sent e"]);
  });
});

describe("modifiers", () => {
  it("place psk tokens as the examples of section 9.4", () => {
    expect(pattern("Xpsk1").messages).toEqual([["e", "es", "s", "ss", "psk"]]);
    expect(pattern("NNpsk0").messages).toEqual([
      ["psk", "e"],
      ["e", "ee"],
    ]);
    expect(pattern("XXpsk3").messages).toEqual([["e"], ["e", "ee", "s", "es"], ["s", "se", "psk"]]);
    expect(pattern("Npsk0+psk1").messages).toEqual([["psk", "e", "es", "psk"]]);
  });

  it("make a Bob-initiated pattern of XX by fallback, section 10.2, here in canonical form", () => {
    expect(pattern("XXfallback")).toEqual({
      preMessages: { initiator: [], responder: ["e"] },
      messages: [
        ["e", "ee", "s", "se"],
        ["s", "es"],
      ],
    });
    expect(pattern("NK1fallback")).toEqual({
      preMessages: { initiator: ["s"], responder: ["e"] },
      messages: [["e", "ee", "se"]],
    });
    expect(pattern("XXfallback+psk0").messages[0]).toEqual(["psk", "e", "ee", "s", "se"]);
    expect(pattern("XXpsk2+fallback").messages[0]).toEqual(["e", "ee", "s", "se", "psk"]);
  });

  it("put the keys of a fallback pre-message in the order e, s", () => {
    expect(pattern("KNfallback").preMessages).toEqual({ initiator: [], responder: ["e", "s"] });
    expect(pattern("INfallback").preMessages).toEqual({ initiator: [], responder: ["e", "s"] });
  });

  it("are refused where they do not fit", () => {
    for (const name of ["NNpsk3", "Npsk2", "NKfallback", "Nfallback", "XXpsk0+fallback", "IKfallback"]) {
      refused(`Noise_${name}_${SUITE}`);
    }
  });

  it("are refused out of order, doubled or unknown", () => {
    for (const name of ["XXpsk3+psk0", "XXpsk1+psk1", "XXhfs", "XXpsk", "XXpsk10", "XX+psk0", "XXpsk0+"]) {
      refused(`Noise_${name}_${SUITE}`);
    }
  });
});

describe("protocol names", () => {
  it("name the functions", () => {
    expect(parseProtocolName("Noise_IKpsk2_25519_AESGCM_BLAKE2b")).toMatchObject({
      name: "Noise_IKpsk2_25519_AESGCM_BLAKE2b",
      dh: "25519",
      cipher: "AESGCM",
      hash: "BLAKE2b",
    });
  });

  it("are refused when they are not of the standard", () => {
    for (const name of [
      "",
      "Noise_XX",
      "Noise_ZZ_25519_ChaChaPoly_SHA256",
      "Noise_constructor_25519_ChaChaPoly_SHA256",
      "Noise_XX_448_ChaChaPoly_SHA256",
      "Noise_XX_25519_ChaChaPoly_SHA3/256",
      "Noise_XX_25519_XChaChaPoly_SHA256",
      "noise_XX_25519_ChaChaPoly_SHA256",
      "Noise_XX_25519_ChaChaPoly_SHA256\n",
      "Noise_XX_25519_ChaChaPoly_SHA256 ",
    ]) {
      refused(name);
    }
  });
});

import { Decrypter, Encrypter } from "age-encryption";
import { describe, expect, it } from "vitest";
import { seal, unseal } from "../src/store/sealed-file.ts";

const secret = new TextEncoder().encode("a share");

describe("a file that a passphrase seals", () => {
  it("is what age's own library makes and opens", async () => {
    const decrypter = new Decrypter();
    decrypter.addPassphrase("swordfish");
    expect(await decrypter.decrypt(await seal(secret, "swordfish"))).toEqual(secret);
    const encrypter = new Encrypter();
    encrypter.setPassphrase("swordfish");
    expect(await unseal(await encrypter.encrypt(secret), "swordfish")).toEqual(secret);
  });

  it("does not open with another passphrase, nor when any part of it was changed", async () => {
    const sealed = await seal(secret, "swordfish");
    expect(await unseal(sealed, "Swordfish")).toBeUndefined();
    const text = new TextDecoder("latin1").decode(sealed);
    const [line = "", body = ""] = text.split("\n").slice(1, 3);
    const places = [text.indexOf(line) + 8, text.indexOf(body) + 4, text.indexOf("---") + 5, sealed.length - 1];
    for (const place of places) {
      const changed = sealed.slice();
      changed[place] = changed[place] === 65 ? 66 : 65;
      expect(await unseal(changed, "swordfish")).toBeUndefined();
    }
  });

  it("may not ask for more work than a minute's", async () => {
    const text = new TextDecoder("latin1").decode(await seal(secret, "swordfish"));
    const dear = Uint8Array.from(text.replace(/^(-> scrypt \S+) 18$/m, "$1 30"), (c) => c.charCodeAt(0));
    expect(await unseal(dear, "swordfish")).toBeUndefined();
  });

  it("is none that was sealed for a key", async () => {
    const encrypter = new Encrypter();
    encrypter.addRecipient("age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p");
    expect(await unseal(await encrypter.encrypt(secret), "swordfish")).toBeUndefined();
  });
});

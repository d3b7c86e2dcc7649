import { Decrypter, Encrypter } from "age-encryption";
import { passphraseIdentity, passphraseRecipient } from "./passphrase-stanza.ts";

/** Encrypts for a passphrase in the format of age (scrypt, 2^18): `age -d` opens it, too. */
export async function seal(bytes: Uint8Array, passphrase: string): Promise<Uint8Array> {
  const encrypter = new Encrypter();
  encrypter.addRecipient(passphraseRecipient(passphrase));
  return await encrypter.encrypt(bytes);
}

/** Opens what `seal` made; undefined if the passphrase is wrong or the bytes were changed. */
export async function unseal(bytes: Uint8Array, passphrase: string): Promise<Uint8Array | undefined> {
  const decrypter = new Decrypter();
  decrypter.addIdentity(passphraseIdentity(passphrase));
  try {
    return await decrypter.decrypt(bytes);
  } catch {
    return undefined;
  }
}

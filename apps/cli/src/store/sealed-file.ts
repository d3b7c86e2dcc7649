import { Decrypter, Encrypter } from "age-encryption";
import { passphraseIdentity, passphraseRecipient } from "./passphrase-stanza.ts";

/** Encrypts for a passphrase in the format of age (scrypt, 2^18): `age -d` opens it, too. */
export async function seal(bytes: Uint8Array, passphrase: string): Promise<Uint8Array> {
  return await prepareSeal(passphrase)(bytes);
}

/** Seals the bytes of one file. */
export type Seal = (bytes: Uint8Array) => Promise<Uint8Array>;

/** As `seal`, for one file, with the slow part of it begun now: what is to be sealed is not there yet. */
export function prepareSeal(passphrase: string): Seal {
  const recipient = passphraseRecipient(passphrase);
  return async (bytes) => {
    const encrypter = new Encrypter();
    encrypter.addRecipient(recipient);
    return await encrypter.encrypt(bytes);
  };
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

/** libp2p-noise exports its connection encrypter only; what is compared here are the Noise parts inside it. */
function inside<Module>(file: string): Promise<Module> {
  const entry = import.meta.resolve("@chainsafe/libp2p-noise");
  return import(new URL(file, entry).href) as Promise<Module>;
}

interface Handshake {
  readonly ss: { split(): unknown };
  writeMessageA(payload: Uint8Array): unknown;
  writeMessageB(payload: Uint8Array): unknown;
  writeMessageC(payload: Uint8Array): unknown;
  readMessageA(message: unknown): unknown;
  readMessageB(message: unknown): unknown;
  readMessageC(message: unknown): unknown;
}

export interface Libp2pCipherState {
  readonly n: unknown;
  encryptWithAd(ad: Uint8Array, plaintext: Uint8Array): Uint8Array;
  decryptWithAd(ad: Uint8Array, ciphertext: Uint8Array): Uint8Array;
}

interface Protocol {
  readonly XXHandshakeState: new (init: object) => Handshake;
  readonly CipherState: new (crypto: object, k: Uint8Array, n?: number) => Libp2pCipherState;
}

export function libp2pProtocol(): Promise<Protocol> {
  return inside<Protocol>("./protocol.js");
}

/** The primitives that libp2p-noise takes by itself on Node. */
export async function libp2pCrypto(): Promise<{ generateKeypair(): object }> {
  const { defaultCrypto } = await inside<{ defaultCrypto: object }>("./crypto/index.js");
  const { wrapCrypto } = await inside<{ wrapCrypto: (crypto: object) => { generateKeypair(): object } }>("./crypto.js");
  return wrapCrypto(defaultCrypto);
}

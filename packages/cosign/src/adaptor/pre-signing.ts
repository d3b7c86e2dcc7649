import { schnorr, secp256k1 } from "@noble/curves/secp256k1.js";
import { concatBytes } from "@scure/btc-signer/utils.js";
import { keyOfInput } from "./coin-keys.ts";
import { type KeyPathInput, keyPathInputs } from "./key-path-inputs.ts";
import { preSign, verifyPreSignature } from "./pre-signature.ts";
import { addPreSignatures, completePreSigned, type PreSignedInput } from "./pre-signed-psbt.ts";

/** The nonce point of a pre-signature that its maker is going to give. */
export interface Commitment {
  readonly index: number;
  /** 33 bytes, compressed. */
  readonly nonce: Uint8Array;
}

/** The rest of it. */
export interface PartialSignature {
  readonly index: number;
  /** 32 bytes. */
  readonly scalar: Uint8Array;
}

export interface PreSigningOptions {
  readonly psbt: Uint8Array;
  /** Those of the inputs that are to be signed here, and perhaps more. Secret. */
  readonly keys: readonly Uint8Array[];
}

export interface CommitOptions {
  /** The adaptor point, 33 bytes. */
  readonly adaptor: Uint8Array;
  /** What no other round has: 32 bytes that are new and random, and behind them what the round belongs to. */
  readonly entropy: Uint8Array;
}

/** What is wrong with what the other party has sent; undefined: nothing. Says which input. */
export type Objection = string | undefined;

/**
 * One party's part in one round in which two pre-sign all key-path inputs of a PSBT under one adaptor point (spec 0010,
 * section 6). Holds pre-signatures and no keys; good for one round, so that no nonce is ever used for two of them.
 */
export class PreSigning {
  /** Of what is signed by all inputs together: the same on both sides, or they do not speak of the same transaction. */
  readonly digest: Uint8Array;
  private readonly psbt: Uint8Array;
  private readonly inputs: readonly KeyPathInput[];
  /** The private keys of the inputs that are signed here, until they have signed. */
  private readonly keys = new Map<number, Uint8Array>();
  private readonly own = new Map<number, Uint8Array>();
  private readonly nonces = new Map<number, Uint8Array>();
  private readonly others = new Map<number, Uint8Array>();
  private adaptor: Uint8Array = new Uint8Array(0);

  /** Throws as `keyPathInputs` does. */
  constructor({ psbt, keys }: PreSigningOptions) {
    this.psbt = psbt;
    this.inputs = keyPathInputs(psbt);
    for (const input of this.inputs) {
      const key = keyOfInput(input, keys);
      if (key !== undefined) this.keys.set(input.index, key);
    }
    this.digest = schnorr.utils.taggedHash(
      "Countersign/adaptor-transaction",
      ...this.inputs.map(({ index, message, outputKey }) => concatBytes(fourBytes(index), outputKey, message)),
    );
  }

  /** How many inputs are to be signed, by whomever. */
  get size(): number {
    return this.inputs.length;
  }

  /** Makes the pre-signatures of this party; their nonce points. Once. Throws for a point that is none. */
  commit({ adaptor, entropy }: CommitOptions): readonly Commitment[] {
    if (this.adaptor.length > 0) throw new Error("a round has its pre-signatures already");
    this.adaptor = adaptor;
    return this.inputs.flatMap(({ index, message }) => {
      const secretKey = this.keys.get(index);
      if (secretKey === undefined) return [];
      const auxRand = schnorr.utils.taggedHash("Countersign/adaptor-aux", entropy, fourBytes(index));
      const preSignature = preSign({ message, adaptor }, { secretKey, auxRand });
      secretKey.fill(0);
      this.own.set(index, preSignature);
      return [{ index, nonce: preSignature.subarray(0, 33) }];
    });
  }

  /** Takes the other party's commitments: they have to be for all inputs that are not signed here, and for no other. */
  takeCommitments(commitments: readonly Commitment[]): Objection {
    for (const { index, nonce } of commitments) {
      if (!this.inputs.some((input) => input.index === index)) return `input ${index} is none that is to be signed`;
      if (this.keys.has(index)) return `input ${index} is signed by this party`;
      if (this.nonces.has(index)) return `input ${index} comes twice`;
      if (!isPoint(nonce)) return `the nonce of input ${index} is no point`;
      this.nonces.set(index, nonce);
    }
    const unsigned = this.inputs.find(({ index }) => !this.keys.has(index) && !this.nonces.has(index));
    return unsigned === undefined ? undefined : `nobody has the key of input ${unsigned.index}`;
  }

  /** The rest of this party's pre-signatures. */
  partials(): readonly PartialSignature[] {
    return Array.from(this.own, ([index, preSignature]) => ({ index, scalar: preSignature.subarray(33) }));
  }

  /** Takes the rest of the other party's, which has to be what it has committed to, for this very transaction. */
  takePartials(partials: readonly PartialSignature[]): Objection {
    for (const { index, scalar } of partials) {
      const nonce = this.nonces.get(index);
      const input = this.inputs.find((one) => one.index === index);
      if (nonce === undefined || input === undefined) return `input ${index} was not committed to`;
      const preSignature = concatBytes(nonce, scalar);
      if (!verifyPreSignature(preSignature, input.outputKey, { message: input.message, adaptor: this.adaptor })) {
        return `the pre-signature of input ${index} does not verify`;
      }
      this.others.set(index, preSignature);
    }
    const missing = [...this.nonces.keys()].find((index) => !this.others.has(index));
    return missing === undefined ? undefined : `the pre-signature of input ${missing} is missing`;
  }

  /** The PSBT with the pre-signatures of both. */
  preSigned(): Uint8Array {
    return addPreSignatures(this.psbt, this.preSignatures());
  }

  /** The PSBT with the signatures that the secret of the adaptor, 32 bytes, makes of them. Throws for another secret. */
  completed(secret: Uint8Array): Uint8Array {
    return completePreSigned(this.psbt, this.preSignatures(), secret);
  }

  /** Those of both. */
  preSignatures(): readonly PreSignedInput[] {
    return [...this.own, ...this.others].map(([index, preSignature]) => {
      return { index, adaptor: this.adaptor, preSignature };
    });
  }
}

/** Whether 33 bytes are a point. Never throws. */
export function isPoint(bytes: Uint8Array): boolean {
  return bytes.length === 33 && secp256k1.utils.isValidPublicKey(bytes, true);
}

function fourBytes(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

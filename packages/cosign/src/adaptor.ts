// Experimental: no standard says how adaptor signatures are made, so that this may change (spec 0010).

export { readCoinKeys } from "./adaptor/coin-keys.ts";
export { addKeyPathSignature, isSigned, type KeyPathInput, keyPathInputs } from "./adaptor/key-path-inputs.ts";
export {
  adapt,
  extractSecretAdaptor,
  type PreSigned,
  preSign,
  verifyPreSignature,
} from "./adaptor/pre-signature.ts";
export { completePsbt, learnSecret, type PreSignedInput, preSignedInputs } from "./adaptor/pre-signed-psbt.ts";

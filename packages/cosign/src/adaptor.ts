// Experimental: no standard says how adaptor signatures are made, so that this may change (spec 0010).

export { addKeyPathSignature, type KeyPathInput, keyPathInputs } from "./adaptor/key-path-inputs.ts";
export {
  adapt,
  extractSecretAdaptor,
  type PreSigned,
  preSign,
  verifyPreSignature,
} from "./adaptor/pre-signature.ts";

import { decodeHex, encodeHex } from "@countersign/wire";
import { secp256k1 } from "@noble/curves/secp256k1.js";
import { base64, hex } from "@scure/base";
import { isSigned } from "../../adaptor/key-path-inputs.ts";
import { completePsbt, learnSecret } from "../../adaptor/pre-signed-psbt.ts";
import { optional, required, withDefault } from "../../arguments/argument.ts";
import { defineMethod, type Method } from "../../method.ts";
import type { RoundTripResult } from "../../session/adaptor-round.ts";
import type { CosignService } from "../../session/cosign-service.ts";
import { faults } from "../../session/faults.ts";
import { isPsbt } from "../../session/is-psbt.ts";
import { limits } from "../../session/limits.ts";
import { boolean, EXAMPLE_ID, maybe, members, numeric, sessionId, text } from "./shapes.ts";
import { whileCalled } from "./waiting.ts";

const EXAMPLE_PSBT = "cHNidP8BAAoCAAAAAAAAAAAAAA==";

/** cosign.adaptor_roundtrip: the two parties pre-sign a transaction for each other. */
export function adaptorRoundtrip(service: CosignService): Method {
  return defineMethod({
    name: "cosign.adaptor_roundtrip",
    category: "Cosign",
    description:
      "Exchanges Schnorr adaptor signatures over the Taproot inputs of a PSBT with the other of two parties. Experimental.\nBoth call it with the same transaction, one as the initiator. The inputs whose keys this daemon has (-adaptorkeys) are pre-signed here, all others by the other party. The initiator, who knows the secret of the adaptor, can complete the transaction; once it is seen, cosign.adaptor_extract learns the secret from it. Each call is a round with new nonces, and a new secret unless one is given. What the party that calls with false needs for that is kept before it gives anything: if the answer was lost, the same call with again answers it once more, also after a restart.",
    arguments: {
      session_id: sessionId,
      psbt: required("string", "The PSBT in base64; it has to say what each input spends"),
      is_initiator: required("boolean", "Whether this party makes the adaptor: true on one side, false on the other"),
      adaptor_secret: optional("string", "The secret of the adaptor as 64 hexadecimal digits, of the initiator only", {
        hint: "a random one",
      }),
      timeout_ms: withDefault("number", "Milliseconds to wait for each message of the other party, at most 600000", {
        fallback: limits.adaptor,
      }),
      again: withDefault(
        "boolean",
        "Whether to answer once more what is kept of rounds of this transaction, and begin none",
        {
          fallback: false,
        },
      ),
    },
    results: [
      {
        shape: members({
          psbt: text("The PSBT: of the initiator with the signatures, else with the pre-signatures of both"),
          complete: boolean("Whether no input lacks a signature"),
          messages_sent: numeric("Messages that were sent for it"),
          messages_received: numeric("Messages that came for it"),
          adaptor_point: text("The point whose secret completes the pre-signatures, 66 hexadecimal digits"),
          adaptor_secret: maybe(text("The secret of the adaptor, of the initiator. Secret")),
        }),
      },
    ],
    examples: [{ arguments: [EXAMPLE_ID, EXAMPLE_PSBT, true] }],
    waits: true,
    async run({ session_id, psbt: given, is_initiator, adaptor_secret, timeout_ms, again }, caller) {
      const { session } = service.find(session_id);
      const secret = adaptor_secret === undefined ? undefined : readSecret(adaptor_secret);
      if (secret !== undefined && !is_initiator) throw faults.adaptorSecret();
      if (again && is_initiator) throw faults.adaptorAgain();
      const psbt = readPsbt(given);
      if (again) return answerOf(session.traffic.answeredAgain(psbt));
      const result = await service.withCoinKeys((keys) => {
        const plan = { psbt, isInitiator: is_initiator, secret, keys };
        return whileCalled(timeout_ms, caller, (patience) => session.traffic.roundTrip(plan, patience));
      });
      return answerOf(result);
    },
  });
}

/** cosign.adaptor_extract: what a completed transaction gives away. */
export function adaptorExtract(): Method {
  return defineMethod({
    name: "cosign.adaptor_extract",
    category: "Cosign",
    description:
      "Learns the secret of the adaptor from a completed transaction, and completes the pre-signatures with it. Experimental.\nFor whoever has called cosign.adaptor_roundtrip with false, once the other party has completed the transaction.",
    arguments: {
      psbt: required(
        "string",
        "What cosign.adaptor_roundtrip has answered: the PSBT with the pre-signatures, in base64",
      ),
      signed: required("string", "The transaction in hexadecimal digits, or a PSBT of it in base64"),
    },
    results: [
      {
        shape: members({
          adaptor_secret: text("The secret of the adaptor. Secret"),
          psbt: text("The PSBT with the signatures"),
          complete: boolean("Whether no input lacks a signature"),
        }),
      },
    ],
    examples: [{ arguments: [EXAMPLE_PSBT, "0200000000010000000000"] }],
    run({ psbt, signed }) {
      const preSigned = readPsbt(psbt);
      const secret = readLearnt(preSigned, signed);
      if (secret === undefined) throw faults.notAdapted();
      const completed = completePsbt(preSigned, secret);
      return {
        adaptor_secret: encodeHex(secret),
        psbt: base64.encode(completed),
        complete: isSigned(completed),
      };
    },
  });
}

function answerOf(result: RoundTripResult) {
  return {
    psbt: base64.encode(result.psbt),
    complete: result.isComplete,
    messages_sent: result.sent,
    messages_received: result.received,
    adaptor_point: encodeHex(result.adaptor),
    ...(result.secret === undefined ? {} : { adaptor_secret: encodeHex(result.secret) }),
  };
}

function readSecret(digits: string): Uint8Array {
  const bytes = decodeHex(digits.toLowerCase());
  if (!bytes.ok || !secp256k1.utils.isValidSecretKey(bytes.value)) throw faults.adaptorSecret();
  return bytes.value;
}

function readPsbt(text: string): Uint8Array {
  if (!isPsbt(text)) throw faults.psbt();
  return base64.decode(text);
}

function readLearnt(preSigned: Uint8Array, signed: string): Uint8Array | undefined {
  try {
    return learnSecret(
      preSigned,
      /^[0-9a-f]+$/i.test(signed) ? hex.decode(signed.toLowerCase()) : base64.decode(signed),
    );
  } catch {
    throw faults.transaction();
  }
}

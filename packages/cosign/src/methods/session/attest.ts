import { optional, required } from "../../arguments/argument.ts";
import { verifyMessage } from "../../attest/verify-message.ts";
import { defineMethod, type Method } from "../../method.ts";
import type { CosignService } from "../../session/cosign-service.ts";
import { faults } from "../../session/faults.ts";
import { boolean, EXAMPLE_ID, members, sessionId, text } from "./shapes.ts";

/** cosign.attest: whether the other side has the key of an address. */
export function attest(service: CosignService): Method {
  return defineMethod({
    name: "cosign.attest",
    category: "Cosign",
    description:
      "Verifies that whoever has the key of an address is in this session: a signature over its id and its SAS.\nWithout a signature it answers what to sign: by BIP-322, in the simple form, for P2WPKH and P2TR addresses; by signmessage for P2PKH. Pass the signature on with cosign.send.",
    arguments: {
      session_id: sessionId,
      address: required("string", "The address of the other party"),
      signature: optional("string", "Its signature, in base64", { hint: "answers what to sign" }),
    },
    results: [
      { condition: "without a signature", shape: members({ challenge: text("What the other party is to sign") }) },
      {
        condition: "with one that is right",
        shape: members({
          verified: boolean("True"),
          peer: members({ address: text("The address") }, "Who signed"),
        }),
      },
    ],
    examples: [{ arguments: [EXAMPLE_ID, "bc1q9vza2e8x573nczrlzms0wvx3gsqjx7vavgkx0l"] }],
    run({ session_id, address, signature }) {
      const { id, session } = service.find(session_id);
      const { sas } = session.agreement;
      if (sas === undefined) throw faults.handshakeRequired("attest");
      const challenge = `cosign|${id}|${sas.words}`;
      if (signature === undefined) return { challenge };
      const verdict = verifyMessage({ address, message: challenge, signature });
      if (verdict.isValid) return { verified: true, peer: { address } };
      throw faults.attest(verdict.detail);
    },
  });
}

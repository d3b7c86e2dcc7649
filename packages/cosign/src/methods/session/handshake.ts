import { optional, required, withDefault } from "../../arguments/argument.ts";
import { defineMethod, type Method } from "../../method.ts";
import type { CosignService } from "../../session/cosign-service.ts";
import { faults } from "../../session/faults.ts";
import { limits } from "../../session/limits.ts";
import type { SasAnswer } from "../../session/sas-check.ts";
import { boolean, EXAMPLE_ID, list, maybe, members, sessionId, text } from "./shapes.ts";
import { whileCalled } from "./waiting.ts";

const COMPARE =
  "Handshake complete. Compare the words with each other party, by voice or in person, then call cosign.confirm_sas.";
const VERIFIED = "Handshake complete. All parties have the keys that were pinned: there is nothing to compare.";

/** What a user does with the SAS. */
export function whatNext({ verified }: { readonly verified: boolean }): string {
  return verified ? VERIFIED : COMPARE;
}

/** cosign.handshake_auto: waits until all parties have agreed on keys and on what to compare. */
export function handshakeAuto(service: CosignService): Method {
  return defineMethod({
    name: "cosign.handshake_auto",
    category: "Cosign",
    description:
      "Automatically completes SPAKE2 and Noise with all other parties, and the SAS of the whole group.\nBefore it is complete, nothing can be sent or received; after it, once all have confirmed the SAS. It may be called again: it goes on where it was, and says the same once it is complete.",
    arguments: {
      session_id: sessionId,
      is_initiator: optional("boolean", "Without effect: who begins follows from the protocol", { hint: "either" }),
      timeout_ms: withDefault("number", "Milliseconds after which it answers who is missing, at most 600000", {
        fallback: limits.handshake,
      }),
    },
    results: [
      {
        shape: members({
          handshake_complete: boolean("True"),
          sas: text("Five words to compare"),
          sas_numeric: text("Six digits that may be compared instead"),
          message: text("What to do next"),
        }),
      },
    ],
    examples: [
      { title: "After cosign.init", arguments: [EXAMPLE_ID, true] },
      { title: "After cosign.join", arguments: [EXAMPLE_ID, false] },
    ],
    waits: true,
    async run({ session_id, timeout_ms }, caller) {
      const { session } = service.find(session_id);
      const sas = await whileCalled(timeout_ms, caller, (patience) => session.handshake(patience));
      return {
        handshake_complete: true,
        sas: sas.words,
        sas_numeric: sas.digits,
        message: whatNext(sas),
      };
    },
  });
}

/** cosign.confirm_sas: takes the user's word that all have the same. */
export function confirmSas(service: CosignService): Method {
  return defineMethod({
    name: "cosign.confirm_sas",
    category: "Cosign",
    description:
      "Says whether the SAS that another party has read out is the one that cosign.handshake_auto has shown here.\nOnly a comparison by voice or in person finds somebody in between. Without a label it is about all other parties. False ends the session for all.",
    arguments: {
      session_id: sessionId,
      sas: required("any", "The words or the six digits that were heard; or true or false"),
      label: optional("string", "The party that was heard", { hint: "all of them" }),
      timeout_ms: withDefault("number", "Milliseconds to wait for the others to confirm, at most 600000", {
        fallback: 0,
      }),
      contact: optional("string", "The name under which the party is kept, to be met again without a code", {
        hint: "it is not kept",
      }),
    },
    results: [
      {
        shape: members({
          confirmed: boolean("Whether it is confirmed here, with all other parties"),
          peer_verified: boolean("Whether all have confirmed, so that messages may flow"),
          waiting_for: list("Who has not confirmed yet", text("A label")),
          not_compared: list("With whom it is still to be compared here", text("A label")),
          contact_kept: maybe(
            boolean("With a contact: whether it is kept for good; if not yet, as soon as all have confirmed"),
          ),
        }),
      },
    ],
    examples: [
      { arguments: [EXAMPLE_ID, "stapler-corporate-tempest-onlooker-billiard"] },
      { title: "And keeps the party as a contact", arguments: [EXAMPLE_ID, true, null, 0, "bob"] },
      { title: "Of one party among several", arguments: [EXAMPLE_ID, true, "treasury"] },
    ],
    waits: true,
    async run({ session_id, sas, label, timeout_ms, contact }, caller) {
      const { session } = service.find(session_id);
      if (!isAnswer(sas)) throw faults.sasAnswer();
      const left =
        contact === undefined ? session.confirm(sas, label) : await session.confirmContact(sas, contact, label);
      await whileCalled(timeout_ms, caller, (patience) => session.confirmed(patience));
      return {
        confirmed: left?.length === 0,
        peer_verified: session.agreement.isComplete,
        waiting_for: session.agreement.unconfirmed,
        not_compared: left ?? [],
        ...(contact === undefined ? {} : { contact_kept: left !== undefined && (await session.isKept(label)) }),
      };
    },
  });
}

function isAnswer(value: unknown): value is SasAnswer {
  return ["string", "number", "boolean"].includes(typeof value);
}

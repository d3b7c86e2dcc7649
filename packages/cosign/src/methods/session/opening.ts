import { optional, required, withDefault } from "../../arguments/argument.ts";
import { defineMethod, type Method } from "../../method.ts";
import type { CosignService } from "../../session/cosign-service.ts";
import type { CosignSession } from "../../session/cosign-session.ts";
import { faults } from "../../session/faults.ts";
import { isPsbt } from "../../session/is-psbt.ts";
import { limits } from "../../session/limits.ts";
import { readPackets } from "./packets.ts";
import { anything, boolean, maybe, members, text } from "./shapes.ts";

/** What carries a session at a relay, whatever else a caller would take, and what carries the others. */
const carriers = { relay: "websocket", none: "hand" } as const;

const sasLater = {
  sas: anything("null: there is nothing to compare before cosign.handshake_auto has agreed on it with the others"),
  sas_numeric: anything("null, likewise"),
};
const context = optional("string", "What the session is about, for cosign.status; nobody else is told");
const label = optional("string", "What the others see of this party: 1 to 64 bytes", { hint: "a random one" });

/** cosign.init: makes a session. */
export function init(service: CosignService): Method {
  return defineMethod({
    name: "cosign.init",
    category: "Cosign",
    description:
      "Makes a session and a code for it.\nGive the code or the link to the others on a way that nobody reads along, and call cosign.handshake_auto; or without a relay, between two parties, cosign.handshake.\nWith a contact (see cosign.confirm_sas) no code is needed: both sides name each other, whoever comes first waits, and nobody has to compare the SAS. Called again while it waits, it answers the same session.",
    arguments: {
      psbt: optional("string", "A PSBT in base64 for cosign.status; it is checked, and nobody else is told"),
      context,
      transport: withDefault("string", 'What carries the session: "auto" or "websocket"', { fallback: "auto" }),
      ttl: withDefault("number", "Seconds that the session and its code may live, 60 to 86400", {
        fallback: limits.ttl.default,
      }),
      parties: withDefault("number", "How many take part, this one included: 2 to 255", { fallback: 2 }),
      label,
      by_hand: withDefault(
        "boolean",
        "For two parties and cosign.handshake, as every session of a daemon without a relay",
        {
          fallback: false,
        },
      ),
      contact: optional("string", "The name of a contact to be met without a code, who calls it, too", {
        hint: "whoever has the code",
      }),
    },
    results: [
      {
        shape: members({
          session_id: text("The id of the session"),
          invite_link: maybe(text("The code as a link, unless a contact is met. Secret")),
          invite_code: maybe(text("The code, to be said and typed. Secret")),
          qr_data: maybe(text("What to make a QR code of. Secret")),
          qr_error_correction: text("The level of error correction that is enough for it"),
          ...sasLater,
          transport_selected: text("What carries the session: websocket, or hand"),
          transport: text("The same"),
          relay_url: text("Where the parties meet; empty for nowhere"),
        }),
      },
    ],
    examples: [
      { arguments: [] },
      { title: "A session with a contact", arguments: [null, null, "auto", 1800, 2, null, false, "bob"] },
      { title: "A session without a relay", arguments: [null, null, "auto", 1800, 2, null, true] },
      { title: "A session of three parties that lives for an hour", arguments: ["", "payroll", "auto", 3600, 3] },
    ],
    async run({ psbt, context, transport, ttl, parties, label, by_hand: byHand, contact }) {
      if (transport !== "auto" && transport !== carriers.relay) throw faults.transport();
      const given = psbt === "" ? undefined : psbt;
      if (given !== undefined && !isPsbt(given)) throw faults.psbt();
      const { entry, invite } = await service.init({ psbt: given, context, ttl, parties, label, byHand, contact });
      const carrier = carrierOf(entry.session);
      return {
        session_id: entry.id,
        ...(invite && { invite_link: invite.link, invite_code: invite.code, qr_data: invite.link }),
        qr_error_correction: "M",
        sas: null,
        sas_numeric: null,
        transport_selected: carrier,
        transport: carrier,
        relay_url: entry.notes.relay,
      };
    },
  });
}

/** cosign.join: takes part in a session. */
export function join(service: CosignService): Method {
  return defineMethod({
    name: "cosign.join",
    category: "Cosign",
    description:
      "Joins the session of a code or link. Then call cosign.handshake_auto.\nA link that begins with cosign: needs no relay, and neither does a code together with the first packets of the other party; then call cosign.handshake.",
    arguments: {
      invite_link: required("string", "The invite_link or the invite_code", { aliases: ["invite_code"] }),
      context,
      label,
      packets: optional("string", "What cosign.handshake has answered to the other party, in hex", {
        hint: "the relay or the link says enough",
      }),
    },
    results: [
      {
        shape: members({
          session_id: text("The id of the session"),
          ...sasLater,
          transport: text("What carries the session"),
          relay_url: text("Where the parties meet; empty for nowhere"),
          already_joined: maybe(boolean("True, if this code was used here before and its session goes on")),
          handshake_complete: maybe(boolean("Then: whether there is a SAS; if so, sas and sas_numeric tell it")),
        }),
      },
    ],
    examples: [{ arguments: ["7-revenge-guitarist-acme-adviser"] }],
    async run({ invite_link, context, label, packets }) {
      const { entry, isKnown } = await service.join(invite_link, { context, label }, readPackets(packets));
      const sas = entry.session.agreement.sas;
      return {
        session_id: entry.id,
        sas: sas?.words ?? null,
        sas_numeric: sas?.digits ?? null,
        transport: carrierOf(entry.session),
        relay_url: entry.notes.relay,
        ...(isKnown ? { already_joined: true, handshake_complete: sas !== undefined } : {}),
      };
    },
  });
}

/** What carries a session now. */
export function carrierOf({ byHand }: CosignSession): string {
  return byHand.isCarrying ? carriers.none : carriers.relay;
}

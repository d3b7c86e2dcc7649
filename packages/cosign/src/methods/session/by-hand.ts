import { optional } from "../../arguments/argument.ts";
import { defineMethod, type Method } from "../../method.ts";
import type { CosignService } from "../../session/cosign-service.ts";
import type { CosignSession } from "../../session/cosign-session.ts";
import { whatNext } from "./handshake.ts";
import { readPackets, writePackets } from "./packets.ts";
import { anything, boolean, EXAMPLE_ID, EXAMPLE_PACKETS, members, sessionId, text } from "./shapes.ts";

/** cosign.handshake: what came by hand, and what goes there. */
export function handshake(service: CosignService): Method {
  return defineMethod({
    name: "cosign.handshake",
    category: "Cosign",
    description:
      "Takes the packets of the other party, and answers those that it is to be given: by mail, as a QR code, on a stick.\nFor two parties and any carrier that is not the relay. It begins without packets on either side, and goes on the same way behind the handshake, with what was confirmed, sent and received: each answer holds all that the other party is not known to have, so that packets may be lost, come twice, or in another order. It is public: the code is what nobody else may know.",
    arguments: {
      session_id: sessionId,
      hex: optional("string", "What the other party was answered", { hint: "only says what is to be carried" }),
    },
    results: [
      {
        shape: members({
          packets: text("What the other party is to be given, in hex; empty: nothing waits"),
          handshake_complete: boolean("Whether there is a SAS"),
          sas: anything("Five words to compare; null before the handshake is complete"),
          sas_numeric: anything("Six digits that may be compared instead; likewise"),
          peer_verified: boolean("Whether both have confirmed the SAS, so that messages may flow"),
          message: text("What to do next"),
        }),
      },
    ],
    examples: [
      { title: "What is there for the other party", arguments: [EXAMPLE_ID] },
      { title: "What came from there", arguments: [EXAMPLE_ID, EXAMPLE_PACKETS] },
    ],
    async run({ session_id, hex }) {
      const { session } = service.find(session_id);
      const packets = writePackets(await session.byHand.carry(readPackets(hex)));
      const { isComplete, sas } = session.agreement;
      return {
        packets,
        handshake_complete: sas !== undefined,
        sas: sas?.words ?? null,
        sas_numeric: sas?.digits ?? null,
        peer_verified: isComplete,
        message: messageOf(session, packets),
      };
    },
  });
}

function messageOf({ agreement, byHand, detail }: CosignSession, packets: string): string {
  const rest = packets === "" ? "" : "Carry the packets to the other party. ";
  if (detail !== undefined) return `${rest}The session has ended: ${detail}.`;
  if (byHand.isRelayed) return "The relay carries this session: nothing is to be carried by hand.";
  if (agreement.isComplete) return packets === "" ? "Nothing waits to be carried." : rest.trimEnd();
  if (agreement.sas !== undefined) return `${rest}${whatNext(agreement.sas)}`;
  const here = byHand.isCarrying ? "" : " Whoever reaches the relay may still join there.";
  return `${rest}Then give what it answers to cosign.handshake here.${here}`;
}

import { encodeNotificationText } from "@countersign/rpc";
import type { GroupCodec } from "../core/group-feed.ts";
import { withRawMember } from "./raw-member.ts";

/** How countersign.v1 says what happens in a group. Of sessions its members hear by themselves. */
export const countersignV1GroupEvents: GroupCodec = {
  encodeLive(group, event, payload) {
    switch (event.type) {
      case "sessionCreate": {
        const value = payload?.type === "begin" ? payload.value : "null";
        const { session, kind } = event;
        return encodeNotificationText("sessionCreated", withRawMember({ group, session, kind }, "value", value));
      }
      case "notifyProposal": {
        if (payload?.type !== "propose") return undefined;
        const { session, proposal, message } = payload;
        return encodeNotificationText("proposal", withRawMember({ group, session, proposal }, "message", message));
      }
      case "notifySigned": {
        if (payload?.type !== "signed") return undefined;
        return encodeNotificationText(
          "signed",
          withRawMember({ group, session: payload.session }, "value", payload.value),
        );
      }
      case "sessionSignup":
      case "sessionLoad":
      case "sessionMessage":
      case "sessionClosed":
        return undefined;
    }
  },
};

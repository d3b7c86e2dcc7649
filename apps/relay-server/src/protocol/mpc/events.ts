import { mpcEventOf } from "@countersign/relay";
import { encodeMpcEvent } from "@countersign/rpc";
import type { GroupCodec } from "../../core/group-feed.ts";

/** How the dialect says what happens in a group. */
export const mpcEvents: GroupCodec = {
  encodeLive(_group, event, payload) {
    const news = mpcEventOf(event, payload);
    return news && encodeMpcEvent(news);
  },
};

import { decodeUtf8 } from "@countersign/wire";
import type { EndpointNews } from "./running-endpoint.ts";
import { type Say, short } from "./screen.ts";

/** Shows what an endpoint says to a person. */
export function tell(say: Say, news: EndpointNews): void {
  switch (news.type) {
    case "offer": {
      const types = news.messages.map(({ type }) => type).join(", ");
      const who = news.role === "initiator" ? "answer of" : news.stranger ? "call of a stranger," : "call of";
      return say("handshake", `${who} ${short(news.hashname)}, at ${news.at}: ${types}`);
    }
    case "persisted":
      return say("on disk", `at ${news.at} with ${short(news.hashname)}`);
    case "up":
      return say("up", `link with ${short(news.hashname)}, at ${news.at}`);
    case "alive":
      return say("alive", `link with ${short(news.hashname)}, at ${news.at}`);
    case "down":
      return say("down", `link with ${short(news.hashname)}: ${news.reason}`);
    case "channel-opened":
      return say(
        "channel",
        `${news.channel} opened by ${news.opener === "self" ? "us" : "the peer"}: ${news.channelType}`,
      );
    case "deliver":
      return say("received", news.body.length === 0 ? "the end" : textOfBody(news.body));
    case "channel-closed":
      return say("channel", `${news.channel} closed${news.err === undefined ? "" : `: ${news.err}`}`);
    case "exhausted":
      return say("exhausted", `no at is left with ${short(news.hashname)}`);
    case "disk-fault":
      return say("disk", news.error instanceof Error ? news.error.message : "cannot be written");
    case "drop":
      return say("dropped", news.code);
    case "confirmed":
      return;
  }
}

function textOfBody(body: Uint8Array): string {
  const text = decodeUtf8(body);
  return text.ok ? text.value : `${body.length} bytes`;
}

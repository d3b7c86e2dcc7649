import { join } from "node:path";
import type { HandshakeMessage } from "@countersign/handshake/e3x";
import { openHome } from "./home.ts";
import { RunningEndpoint } from "./running-endpoint.ts";
import { type Say, short } from "./screen.ts";
import { tell } from "./tell.ts";
import { type Route, routeTo, textOf } from "./transport.ts";
import { openUdp } from "./udp-transport.ts";

/** Who stands at the door, and what it has said so far for one `at`: all of it is known to be its own words. */
export interface Visitor {
  readonly hashname: string;
  readonly messages: ReadonlyMap<string, HandshakeMessage>;
}

/** `wait`: more has to be said first. While nothing is accepted, a visitor does not learn that there is anybody. */
export type Verdict = "accept" | "refuse" | "wait";

export interface DoorOptions {
  /** Where the endpoint has its state. */
  readonly folder: string;
  readonly say: Say;
  /** Decides, in its own time. */
  readonly judge: (visitor: Visitor, host: string) => Promise<Verdict>;
}

/** An endpoint that lets in whom its judge accepts. */
export async function openDoor({ folder, say, judge }: DoorOptions): Promise<RunningEndpoint> {
  const home = await openHome(folder);
  const endpoint = await RunningEndpoint.start({
    home,
    open: openUdp,
    onNews: (news) => {
      if (news.type !== "persisted") tell(say, news);
      if (news.type !== "offer") return;
      const messages = new Map(news.messages.map((message) => [message.type, message]));
      judge({ hashname: news.hashname, messages }, home.hashname).then(
        (verdict) => verdict !== "wait" && endpoint.step({ type: verdict, id: news.id }),
        // A judge that fails has not said yes.
        () => endpoint.step({ type: "refuse", id: news.id }),
      );
    },
  });
  return endpoint;
}

export interface VisitOptions {
  readonly folder: string;
  readonly name: string;
  readonly host: RunningEndpoint;
  readonly say: Say;
  /** What is said beside the link, by somebody of this hashname. */
  readonly messages: (hashname: string) => Promise<readonly HandshakeMessage[]>;
}

/** An endpoint that calls a host, and says when it was let in. Whoever is not let in waits in vain. */
export async function visit({ folder, name, host, say, messages }: VisitOptions): Promise<RunningEndpoint> {
  const home = await openHome(join(folder, name));
  const endpoint = await RunningEndpoint.start({
    home,
    open: openUdp,
    messages: await messages(home.hashname),
    onNews: (news) => {
      if (news.type === "offer") endpoint.step({ type: "accept", id: news.id });
      if (news.type === "up") say(name, `was let in by ${short(news.hashname)}`);
    },
  });
  say(name, `is ${short(home.hashname)}, and calls`);
  const { keys, paths } = host.address;
  const [path] = paths;
  if (path === undefined) throw new Error("the host is nowhere");
  const route: Route = routeTo(path);
  endpoint.step({ type: "link", peer: { keys: { "3a": keyOf(keys) } }, path: textOf(route) });
  return endpoint;
}

function keyOf(keys: ReadonlyMap<number, Uint8Array>): Uint8Array {
  const key = keys.get(0x3a);
  if (key === undefined) throw new Error("the host does not speak cipher set 3a");
  return key;
}

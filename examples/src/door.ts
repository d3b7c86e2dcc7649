import { join } from "node:path";
import type { HandshakeMessage } from "@countersign/handshake/e3x";
import { openHome } from "./home.ts";
import { RunningEndpoint } from "./running-endpoint.ts";
import { type Say, short } from "./screen.ts";
import { tell } from "./tell.ts";
import { routeTo, textOf } from "./transport.ts";
import { openUdp } from "./udp-transport.ts";

/** Who stands at the door, and what it has said so far for one `at`: all of it is known to be its own words. */
export interface Visitor {
  readonly hashname: string;
  readonly messages: ReadonlyMap<string, HandshakeMessage>;
}

/** `wait`: more has to be said first. While nothing is accepted, a visitor does not learn that there is anybody. */
export type Verdict = "accept" | "refuse" | "wait";

/** Decides over a visitor of the host with this hashname, in its own time. */
export type Judge = (visitor: Visitor, host: string) => Promise<Verdict>;

export interface DoorOptions {
  /** Where the host has its state. */
  readonly folder: string;
  readonly say: Say;
  readonly judge: Judge;
  /** What became of a visitor; the same may be told of another verdict later. */
  readonly onVerdict?: (verdict: Verdict, hashname: string) => void;
}

/** An endpoint that lets in whom its judge accepts. */
export async function openDoor({ folder, say, judge, onVerdict }: DoorOptions): Promise<RunningEndpoint> {
  const home = await openHome(folder);
  const endpoint = await RunningEndpoint.start({
    home,
    open: openUdp,
    async onNews(news) {
      if (news.type !== "persisted") tell(say, news);
      if (news.type !== "offer") return;
      const { id, hashname } = news;
      const messages = new Map(news.messages.map((message) => [message.type, message]));
      // A judge that fails has not said yes.
      const verdict = await judge({ hashname, messages }, home.hashname).catch((): Verdict => "refuse");
      // While the judge thought, more may have come or the time may be over: then this changes nothing.
      if (verdict !== "wait") endpoint.step({ type: verdict, id });
      onVerdict?.(verdict, hashname);
    },
  });
  return endpoint;
}

export interface VisitOptions {
  readonly folder: string;
  readonly host: RunningEndpoint;
  /** What the guest of one hashname says to the host of the other, beside the link. */
  readonly messages: (guest: string, host: string) => Promise<readonly HandshakeMessage[]>;
  readonly onCall: (hashname: string) => void;
  readonly onUp: () => void;
}

/** An endpoint that calls a host. Whoever is not let in waits in vain. */
export async function visit({ folder, host, messages, onCall, onUp }: VisitOptions): Promise<RunningEndpoint> {
  const home = await openHome(folder);
  const endpoint = await RunningEndpoint.start({
    home,
    open: openUdp,
    messages: await messages(home.hashname, host.address.hashname),
    onNews: (news) => {
      if (news.type === "offer") endpoint.step({ type: "accept", id: news.id });
      if (news.type === "up") onUp();
    },
  });
  const [path] = host.address.paths;
  const key = host.address.keys.get(0x3a);
  if (path === undefined || key === undefined) throw new Error("the host cannot be called");
  onCall(home.hashname);
  endpoint.step({ type: "link", peer: { keys: { "3a": key } }, path: textOf(routeTo(path)) });
  return endpoint;
}

export interface Guest {
  readonly name: string;
  readonly messages: VisitOptions["messages"];
  /** What becomes of this guest; the next one calls then. */
  readonly ends: Verdict;
}

export interface Evening extends Omit<DoorOptions, "onVerdict"> {
  readonly guests: readonly Guest[];
}

/** Opens a door, and lets one guest after the other call. */
export async function receive({ folder, say, judge, guests }: Evening): Promise<void> {
  let onVerdict: DoorOptions["onVerdict"];
  const door = { folder: join(folder, "host"), say, judge };
  const host = await openDoor({ ...door, onVerdict: (verdict, hashname) => onVerdict?.(verdict, hashname) });
  try {
    for (const { name, messages, ends } of guests) {
      const { promise: over, resolve } = Promise.withResolvers<void>();
      let self = "";
      onVerdict = (verdict, hashname) => {
        if (verdict === ends && verdict !== "accept" && hashname === self) resolve();
      };
      const guest = await visit({
        folder: join(folder, name),
        host,
        messages,
        onCall: (hashname) => {
          self = hashname;
          say(name, `is ${short(hashname)}, and calls`);
        },
        onUp: () => {
          say(name, "was let in");
          resolve();
        },
      });
      await over;
      await guest.close();
    }
  } finally {
    await host.close();
  }
}

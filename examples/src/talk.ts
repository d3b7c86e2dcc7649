import type { ChannelName } from "@countersign/handshake/e3x";
import { utf8 } from "@countersign/wire";
import { type EndpointNews, RunningEndpoint, type RunOptions } from "./running-endpoint.ts";
import type { Say } from "./screen.ts";
import { tell } from "./tell.ts";
import { type Route, textOf } from "./transport.ts";

/** What the caller's channel is for; whatever it is called, everything on it is said again. */
const CHANNEL = "echo";
/** Bytes of JSON and body that are said again: above it there might be no room for the numbers of our own. */
const MOST_ECHOED = 1_200;
/** Answers of ours that the peer has not confirmed, above which nothing more of it is taken. */
const MOST_UNCONFIRMED = 50;
/** Milliseconds for which the caller stays, so that its last acknowledgement leaves: it may wait for a second. */
const LINGER = 1_500;
/** Strangers that are answered before nobody but those is: each leaves a file of handshake times. */
const MOST_STRANGERS = 100;
/** How often a peer that does not answer is called again. */
const CALLS = 4;

export type TalkOptions = Omit<RunOptions, "onNews"> & { readonly say: Say };

export interface AnswerOptions extends TalkOptions {
  /** How many strangers are accepted, 100 by default. */
  readonly mostStrangers?: number;
}

/** Answers whoever calls, until it is closed. */
export async function answer(given: AnswerOptions): Promise<RunningEndpoint> {
  const { say, mostStrangers = MOST_STRANGERS, ...options } = given;
  const strangers = new Set<string>();
  const channels = new Map<string, Echo>();
  const endpoint = await RunningEndpoint.start({
    ...options,
    onNews: (news) => {
      tell(say, news);
      if (news.type === "offer") {
        if (news.stranger && strangers.size < mostStrangers) strangers.add(news.hashname);
        const isWelcome = !news.stranger || strangers.has(news.hashname);
        endpoint.step({ type: isWelcome ? "accept" : "refuse", id: news.id });
      } else if (news.type === "channel-opened") {
        channels.set(nameOf(news), { sent: 0, confirmed: 0, owed: false });
      } else if (news.type === "channel-closed") channels.delete(nameOf(news));
      else if (news.type === "deliver" || news.type === "confirmed") {
        const echo = channels.get(nameOf(news));
        if (echo !== undefined) reply(endpoint, echo, news);
      }
    },
  });
  return endpoint;
}

/** What is known of a channel that is answered. */
interface Echo {
  sent: number;
  confirmed: number;
  /** Whether a packet waits to be said processed: who does not take our answers is not given more of them. */
  owed: boolean;
}

function reply(endpoint: RunningEndpoint, echo: Echo, news: EndpointNews & { readonly type: "deliver" | "confirmed" }) {
  if (news.type === "confirmed") echo.confirmed = news.seq;
  else {
    const { json, body, end } = news;
    if (JSON.stringify(json).length + body.length > MOST_ECHOED) {
      return endpoint.step({ type: "fail", ...idOf(news), err: "too long" });
    }
    endpoint.step({ type: "send", ...idOf(news), content: { json, body, end } });
    echo.sent++;
    echo.owed = true;
  }
  if (!echo.owed || echo.sent - echo.confirmed > MOST_UNCONFIRMED) return;
  echo.owed = false;
  endpoint.step({ type: "processed", ...idOf(news) });
}

export interface CallOptions extends TalkOptions {
  readonly keys: ReadonlyMap<number, Uint8Array>;
  readonly route: Route;
  readonly message: string;
}

/** Calls somebody, says something, waits until it comes back and the path was looked at once more, and ends the channel. */
export function call({ say, keys, route, message, ...options }: CallOptions): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const peer = { keys: Object.fromEntries([...keys].map(([csid, key]) => [csid.toString(16).padStart(2, "0"), key])) };
  let calls = 0;
  let hasCome = false;
  let channel: ChannelName | undefined;
  const started = RunningEndpoint.start({
    ...options,
    onNews: (news) => {
      tell(say, news);
      void started.then((endpoint) => goOn(endpoint, news)).catch(reject);
    },
  });
  const link = (endpoint: RunningEndpoint) => {
    if (++calls > CALLS) return reject(new Error("Nobody answers. Is the URI right, and the other end running?"));
    say("calling", `${route.type} ${route.ip}:${route.port}`);
    endpoint.step({ type: "link", peer, path: textOf(route) });
  };
  const goOn = (endpoint: RunningEndpoint, news: EndpointNews) => {
    if (news.type === "offer") endpoint.step({ type: "accept", id: news.id });
    else if (news.type === "up") {
      const content = { body: utf8(message) };
      endpoint.step({ type: "open", hashname: news.hashname, channelType: CHANNEL, reliable: true, content });
    } else if (news.type === "deliver") {
      endpoint.step({ type: "processed", ...idOf(news) });
      if (!hasCome) endpoint.step({ type: "keep-alive" });
      hasCome = true;
      channel = idOf(news);
    } else if (news.type === "alive" && channel !== undefined) {
      endpoint.step({ type: "send", ...channel, content: { end: true } });
      channel = undefined;
    } else if (news.type === "channel-closed" && news.err === undefined) setTimeout(resolve, LINGER);
    else if (news.type === "channel-closed" && news.err !== "reset")
      reject(new Error(`The channel ended: ${news.err}.`));
    else if (news.type === "down") {
      // From the beginning, in another exchange.
      channel = undefined;
      hasCome = false;
      link(endpoint);
    } else if (news.type === "disk-fault") reject(news.error);
  };
  return started.then((endpoint) => {
    link(endpoint);
    return promise.finally(() => endpoint.close());
  });
}

const idOf = ({ hashname, channel }: ChannelName): ChannelName => ({ hashname, channel });
const nameOf = ({ hashname, channel }: ChannelName) => `${hashname} ${channel}`;

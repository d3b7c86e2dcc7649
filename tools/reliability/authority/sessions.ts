import { address, Client, type Event, secret, uuid } from "../client.ts";
import type { Attempt, Outsider } from "./matrix.ts";

/** What is none of the outsiders' business: a session by itself, or one of a live group. */
export type Kind = "session" | "live group";

interface Place {
  readonly group: string;
  readonly session: string;
}

/** Two members of a full session, everybody who is not one of them, and what these could try. */
export interface Sessions {
  readonly kind: Kind;
  readonly outsiders: readonly Outsider[];
  readonly attempts: readonly Attempt[];
  /** What the members were sent since they were asked for the newest event. */
  readonly heard: Event[];
  /** The newest event of the session, as a member is told it; what is told with it is not counted as heard. */
  newest(): Promise<number>;
}

const kept = (n: number) => ({ eid: secret(n), versions: "AQ", token: secret(0x1_0000 + n) });

const opening = (place: Place, n: number, more: object = {}) => ({
  ...place,
  kind: "exchange",
  parties: 2,
  threshold: 2,
  ...kept(n),
  ...more,
});

/** Sets the scene of countersign.v1. */
export async function openSessions(url: string, kind: Kind): Promise<Sessions> {
  let connections = kind === "session" ? 20_000 : 25_000;
  let ids = connections;
  const heard: Event[] = [];
  const connect = (onEvent: (event: Event) => void = () => undefined) =>
    Client.connect(url, { from: address(connections++), onEvent });
  const member = async (place: Place, n: number, onEvent?: (event: Event) => void) => {
    const client = await connect(onEvent);
    await client.call("Session.open", opening(place, n));
    return client;
  };
  const anywhere = (): Place => ({ group: uuid(ids++), session: uuid(ids++) });
  const hear = (event: Event) => heard.push(event);

  const [founder, second] = [await connect(), await connect(hear)];
  const place = kind === "session" ? anywhere() : await foundGroup(founder, second);
  await founder.call("Session.open", opening(place, 1));
  await second.call("Session.open", opening(place, 2));
  const first = await connect(hear);
  await first.call("Session.resume", { session: place.session, token: kept(1).token, after: 0 });

  const over = anywhere();
  const ended = await member(over, 3);
  await ended.call("Session.abort", { session: over.session, reason: "over" });
  const informed = await connect();
  await informed.call("Relay.info", {});
  const grouped = await connect();
  await grouped.call("Group.create", { label: "", parties: 2, threshold: 2 });
  const outsiders = [
    { name: "stranger", client: await connect() },
    { name: "who only asked", client: informed },
    // In a live group the founder is still of the group, and of the session no more.
    ...(kind === "session" ? [{ name: "replaced member", client: founder }] : []),
    { name: "of an ended session", client: ended },
    { name: "of another session", client: await member(anywhere(), 4) },
    { name: "of a live group", client: grouped },
    ...(kind === "session"
      ? [{ name: "of a session beside", client: await member({ ...anywhere(), group: place.group }, 5) }]
      : []),
  ];
  const newest = async () => {
    const resumed = { session: place.session, token: kept(2).token, after: 0 };
    const { seq } = await second.call<{ seq: number }>("Session.resume", resumed);
    // Everything is sent again; what is asked behind it is answered behind it.
    await second.ask("Relay.info", {});
    heard.length = 0;
    return seq;
  };
  return { kind, outsiders, heard, newest, attempts: attemptsOn(place) };
}

/** A live group of two, which both are in, and a session in it. */
async function foundGroup(founder: Client, second: Client): Promise<Place> {
  const { group } = await founder.call<{ group: string }>("Group.create", { label: "", parties: 2, threshold: 2 });
  await second.call("Group.join", { group });
  const { session } = await founder.call<{ session: string }>("Session.create", { group, kind: "exchange" });
  return { group, session };
}

/** Everything that one could try on that session. */
function attemptsOn(place: Place): readonly Attempt[] {
  const { group, session } = place;
  const own = kept(9);
  const victim = opening(place, 1);
  return [
    { name: "message", method: "Session.message", params: { session, cseq: 1, envelopes: [{ to: 0, body: "AAAA" }] } },
    {
      name: "message to one",
      method: "Session.message",
      params: { session, cseq: 1, envelopes: [{ to: 2, body: "AAAA" }] },
    },
    { name: "ack", method: "Session.ack", params: { session, seq: 1 } },
    { name: "finish", method: "Session.finish", params: { session } },
    { name: "abort", method: "Session.abort", params: { session, reason: "mine" } },
    { name: "participant", method: "Session.participant", params: { session, index: 1 } },
    { name: "resume, own token", method: "Session.resume", params: { session, token: own.token, after: 0 } },
    {
      name: "resume, token of a session beside",
      method: "Session.resume",
      params: { session, token: kept(5).token, after: 0 },
    },
    { name: "resume, eid as token", method: "Session.resume", params: { session, token: victim.eid, after: 0 } },
    { name: "open, own eid", method: "Session.open", params: opening(place, 9) },
    { name: "open, a member's eid", method: "Session.open", params: { ...victim, token: own.token } },
    {
      name: "open, eid of one and token of the other",
      method: "Session.open",
      params: { ...victim, token: opening(place, 2).token },
    },
    { name: "open, all of a member's but the group", method: "Session.open", params: { ...victim, group: uuid(0xa6) } },
    { name: "open, all of a member's but the kind", method: "Session.open", params: { ...victim, kind: "sign" } },
    { name: "open, all of a member's but the threshold", method: "Session.open", params: { ...victim, threshold: 1 } },
    { name: "open with one party more", method: "Session.open", params: opening(place, 9, { parties: 3 }) },
    {
      name: "open with a number",
      method: "Session.open",
      params: opening(place, 9, { kind: "sign", number: 1 }),
    },
    { name: "open with a claim", method: "Session.open", params: opening(place, 9, { claim: secret(9, 16) }) },
    { name: "join the group", method: "Group.join", params: { group } },
    {
      name: "join the group, with a size",
      method: "Group.join",
      params: { group, parties: 255, threshold: 2 },
    },
    { name: "create in the group", method: "Session.create", params: { group, kind: "exchange" } },
    { name: "join", method: "Session.join", params: { group, session } },
    { name: "signup", method: "Session.signup", params: { group, session, ...own } },
    { name: "signup, a member's eid", method: "Session.signup", params: { group, session, ...own, eid: victim.eid } },
    { name: "load, number of a member", method: "Session.load", params: { group, session, ...own, number: 1 } },
    { name: "signed", method: "Notify.signed", params: { group, session, value: 1 } },
    { name: "proposal", method: "Notify.proposal", params: { group, session, proposal: "x", message: 1 } },
  ];
}

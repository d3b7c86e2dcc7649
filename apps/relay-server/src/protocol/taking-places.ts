import { randomUUID } from "node:crypto";
import { findSession, type GroupAnswer, type OpenEntry, type Refusal, refuse } from "@countersign/relay";
import type { MethodResult } from "@countersign/rpc";
import { hashSecret } from "../core/hash.ts";
import type { Relay } from "../core/relay.ts";
import { countersignV1Events } from "./countersign-v1-events.ts";
import { describeMembership } from "./describing.ts";
import type { Caller } from "./dialect.ts";

/** What a client says of the place that it wants, with its secrets as they are. */
export interface WantedPlace
  extends Pick<OpenEntry, "session" | "kind" | "parties" | "threshold" | "eid" | "versions" | "claim" | "number"> {
  readonly group: string;
  readonly token: string;
  /** When the client asked, by the clock of the relay. */
  readonly since: number;
}

type Membership = { readonly ok: true; readonly result: MethodResult<"Session.open"> } | Refusal;

/** Takes a place in a session for a client, in one that has to be made if there is none, and begins to feed it. */
export async function takePlace(
  relay: Relay,
  caller: Caller,
  { group, token, claim, since, ...rest }: WantedPlace,
): Promise<Membership> {
  const { directory, openings, quotas } = relay;
  // A session is of one group; by its id alone it is found again.
  const { session } = rest;
  const owner = session && (directory.ofSession(session)?.id ?? openings.groupOf(session));
  if (owner !== undefined && owner !== group) return refuse("relay.parameters-differ");
  const entry: OpenEntry = {
    type: "open",
    ...rest,
    ...(claim === undefined ? {} : { claim: hashSecret("claim", claim) }),
    token: hashSecret("token", token),
    fresh: randomUUID(),
    life: relay.sessionLife,
  };
  const sessions = directory.find(group)?.sessions ?? new Map();
  const known = session === undefined ? findSession(sessions, entry)?.id : session;
  const isKnown = known !== undefined && sessions.has(known);
  const isMine = known !== undefined && caller.feeds.has(known);
  const demands = [
    ...(isMine ? [] : [quotas.place(caller)]),
    ...(isKnown ? [] : quotas.session(group, caller.address)),
  ];
  const append = () => directory.append(group, entry, caller.address);
  const answer = await quotas.within(demands, () =>
    session === undefined ? append() : openings.during(session, group, () => listed(relay, { session, group }, append)),
  );
  if (!answer.ok) return answer;
  if (session === undefined) await directory.listing?.enter(answer.session, group);
  return attach(relay, caller, { session: answer.session, number: answer.number, after: 0, since });
}

/** Opens a session by the name that a client has given it: at all nodes it is of the group that named it first. */
async function listed(
  { directory }: Relay,
  { session, group }: { readonly session: string; readonly group: string },
  open: () => Promise<GroupAnswer>,
): Promise<GroupAnswer> {
  const { listing } = directory;
  if (listing === undefined) return open();
  if ((await listing.enter(session, group)) !== group) return refuse("relay.parameters-differ");
  const answer = await open();
  if (!answer.ok && directory.ofSession(session) === undefined) listing.remove(session);
  return answer;
}

/** Begins to feed a connection and says what there is in the session. */
export function attach(
  relay: Relay,
  caller: Caller,
  { session: id, number, after, since }: { session: string; number: number; after: number; since: number },
): Membership {
  const host = relay.directory.ofSession(id);
  const session = host?.sessions.get(id);
  if (host === undefined || session === undefined) return relay.directory.refuseUnknown(id);
  // A client may have gone while its entry was written; then it comes back by itself.
  if (caller.isOpen) {
    const place = { host, session: id, number, codec: countersignV1Events };
    relay.attachments.attach(caller, place, { after, since });
  }
  host.renew(session);
  return { ok: true, result: describeMembership(relay, host.id, { session, number }) };
}

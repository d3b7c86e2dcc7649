/**
 * A place in a session. Who has a token can come back with it and never loses the place; who has none is a connection,
 * and there as long as this lasts.
 */
export interface Member {
  readonly number: number;
  /** Null for a connection, like `versions` and `token`. */
  readonly eid: string | null;
  readonly versions: string | null;
  /** The hash of the token with which the member comes back. */
  readonly token: string | null;
  /** The connection that is the member, else null. Once the session was complete, one that is gone keeps its place. */
  readonly connection: number | null;
  /** Under which it is reached while it signs, null until it says so. */
  index: number | null;
  /** The cseq of the last message that was taken. */
  cseq: number;
  /** The seq that the last 256 messages were answered with, at index (cseq - 1) modulo 256. */
  readonly answers: number[];
  /** What was said in them (`markOf`), at the same places; none in a snapshot that a relay of before has written. */
  marks?: number[];
  /** Everything up to here has been processed. */
  acked: number;
  /** The seq of the last event that concerned the member among those that are kept no more. */
  trimmed: number;
  finished: boolean;
}

/** Who has a place in a session. */
interface Members {
  /** In the order in which they came. */
  readonly members: readonly Member[];
}

/** The numbers of a session, as far as they say which one is next. */
interface Numbers extends Members {
  /** Numbers that were given back. */
  readonly freed: readonly number[];
  readonly highest: number;
}

/** Makes a member that has done nothing yet. */
export function createMember(
  who: Pick<Member, "number"> & Partial<Pick<Member, "eid" | "versions" | "token" | "connection">>,
): Member {
  const { number, eid = null, versions = null, token = null, connection = null } = who;
  const nothing = { index: null, cseq: 0, answers: [], marks: [], acked: 0, trimmed: 0, finished: false };
  return { number, eid, versions, token, connection, ...nothing };
}

/** Whether somebody in the session can come back, and so reads its events from the log. */
export function hasTokens({ members }: Members): boolean {
  return members.some(({ token }) => token !== null);
}

/** The member with a number, undefined if nobody has it. */
export function memberOf({ members }: Members, number: number): Member | undefined {
  // Mostly they stand in the order of their numbers.
  const likely = members[number - 1];
  return likely?.number === number ? likely : members.find((member) => member.number === number);
}

/** The member with a token for whom an entry speaks, undefined if there is none. */
export function speakerOf(session: Members, number: number): Member | undefined {
  const member = memberOf(session, number);
  return (member?.token ?? null) === null ? undefined : member;
}

/** The member that a connection is, undefined if it is none. */
export function memberAt({ members }: Members, connection: number): Member | undefined {
  return members.find((member) => member.connection === connection);
}

/** The connections that are members, but for one. */
export function connectionsOf({ members }: Members, except?: Member): number[] {
  const connections: number[] = [];
  for (const member of members) {
    if (member.connection !== null && member !== except) connections.push(member.connection);
  }
  return connections;
}

/** The number of who comes next if it asks for none. */
export function nextNumber(session: Numbers): number {
  const taken = session.members.map(({ number }) => number);
  return draw(taken, session.freed, session.highest);
}

/** The numbers that are left for those who are still to come, in ascending order, if they ask for none. */
export function missingNumbers({ members, freed, highest, parties }: Numbers & { readonly parties: number }): number[] {
  const taken = members.map(({ number }) => number);
  const missing: number[] = [];
  while (members.length + missing.length < parties) {
    const free = freed.filter((number) => !missing.includes(number));
    const number = draw(taken, free, highest);
    taken.push(number);
    missing.push(number);
  }
  return missing.sort((a, b) => a - b);
}

/** A number that was given back, else the one behind that of the last who came, else the first that is free. */
function draw(taken: readonly number[], freed: readonly number[], highest: number): number {
  if (freed.length > 0) return Math.min(...freed);
  const next = (taken.at(-1) ?? 0) + 1;
  if (next <= highest && !taken.includes(next)) return next;
  let free = 1;
  while (taken.includes(free)) free++;
  return free;
}

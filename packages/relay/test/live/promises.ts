import { type Group, hasTokens, type Session, weightOfNumbers, weightOfSession } from "@countersign/relay";

export function hold(condition: boolean, promise: string): void {
  if (!condition) throw new Error(`broken: ${promise}`);
}

/** What is true of every group in which connections are. */
export function checkGroup(group: Group): void {
  const { live, sessions } = group;
  const isRead = [...sessions.values()].some(hasTokens);
  const weights = [...sessions.values()].map((session) => weightOfSession(session) + session.bytes);
  hold(group.weight === weights.reduce((sum, weight) => sum + weight, live?.bytes ?? 0), "the weight is that of all");
  if (live === null) return;
  hold(live.connections.size > 0 || isRead, "a group has a connection or somebody who can come back");
  hold(live.connections.size <= live.parties, "no more connections than parties");
  for (const [number, { due, number: own }] of live.connections) {
    hold(number === own, "a connection is found under its number");
    hold(
      due.every((seq, i) => i === 0 || seq > (due[i - 1] ?? 0)),
      "what is due is in order",
    );
    hold((due[0] ?? Number.POSITIVE_INFINITY) > live.seq - live.events.length, "what is due is kept");
  }
  const sizes = live.events.map((event) =>
    "size" in event ? event.size : weightOfNumbers("numbers" in event ? event.numbers : []),
  );
  hold(live.bytes === sizes.reduce((sum, size) => sum + size, 0), "bytes count what is kept for connections");
  for (const session of sessions.values()) {
    checkSession(session, live.parties);
    hold(live.connections.size > 0 || hasTokens(session), "who cannot come back has no session");
    if (session.complete || session.phase !== "gathering") continue;
    hold(
      session.members.every(({ connection }) => connection === null || live.connections.has(connection)),
      "who has gone has no place in a session that is not complete",
    );
  }
}

function checkSession({ members, freed, events, seq, bytes, phase }: Session, parties: number): void {
  const numbers = members.map(({ number }) => number);
  hold(numbers.length <= parties, "no more members than the group has parties");
  hold(
    numbers.every((number) => number >= 1 && number <= parties),
    "numbers are in range",
  );
  hold(new Set([...numbers, ...freed]).size === numbers.length + freed.length, "a number is of one member");
  for (const name of ["connection", "eid", "index"] as const) {
    const values = members.map((member) => member[name]).filter((value) => value !== null);
    hold(new Set(values).size === values.length, `a ${name} is of one member`);
  }
  const first = seq - events.length + 1;
  hold(
    events.every((event, i) => event.seq === first + i),
    "seq without a gap",
  );
  const sizes = events.map((event) => (event.type === "message" ? event.size : 0));
  hold(bytes === sizes.reduce((sum, size) => sum + size, 0), "bytes count the messages");
  hold(phase !== "closed" || members.every(({ finished }) => finished), "all have finished what is closed");
}

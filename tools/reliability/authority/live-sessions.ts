import { address, Client, type Event } from "../client.ts";
import type { Attempt, Outsider } from "./matrix.ts";

/** A full group of mpc-websocket with a session of two of its three members, and everybody else. */
export interface LiveSessions {
  readonly parties: readonly [Client, Client];
  /** Who is not in the group at all. */
  readonly outsiders: readonly Outsider[];
  readonly attempts: readonly Attempt[];
  /** Who is in the group and no party of the session; a party, as far as it speaks for the other. */
  readonly insiders: readonly Outsider[];
  readonly insiderAttempts: readonly Attempt[];
  /** What the parties were sent since they are complete. */
  readonly heard: Event[];
}

interface Made {
  readonly group: string;
  readonly session: string;
}

/** Sets the scene of mpc-websocket. */
export async function openLiveSessions(url: string): Promise<LiveSessions> {
  let connections = 30_000;
  const heard: Event[] = [];
  const connect = (onEvent: (event: Event) => void = () => undefined) =>
    Client.connect(url, { dialect: "mpc-websocket", from: address(connections++), onEvent });
  const make = async (client: Client, others: readonly Client[]): Promise<Made> => {
    const parameters = { parties: 1 + Math.max(1, others.length), threshold: 1 };
    const group = await client.call<string>("Group.create", ["", parameters]);
    for (const other of others) await other.call("Group.join", group);
    const { uuid: session } = await client.call<{ uuid: string }>("Session.create", [group, "sign", null]);
    return { group, session };
  };

  const [first, second] = [await connect((event) => heard.push(event)), await connect((event) => heard.push(event))];
  const former = await connect();
  // The former member makes room for the third one.
  const group = await first.call<string>("Group.create", ["", { parties: 3, threshold: 1 }]);
  for (const one of [second, former]) await one.call("Group.join", group);
  await former.close();
  const third = await joinWhenFree(connect, group);
  const { uuid: session } = await first.call<{ uuid: string }>("Session.create", [group, "sign", null]);
  for (const one of [first, second]) await one.call("Session.signup", [group, session, "sign"]);

  const beside = await connect();
  const other = await make(beside, []);
  await beside.call("Session.signup", [other.group, other.session, "sign"]);
  const outsiders = [
    { name: "stranger", client: await connect() },
    { name: "former member", client: await connect() },
    { name: "of another group", client: beside },
  ];
  heard.length = 0;
  return {
    parties: [first, second],
    outsiders,
    attempts: attemptsOn({ group, session }),
    insiders: [{ name: "in the group, no party", client: third }],
    insiderAttempts: insiderAttemptsOn({ group, session }),
    heard,
  };
}

/** A connection that has closed leaves its place a moment later; until then whoever comes is sent away. */
async function joinWhenFree(connect: () => Promise<Client>, group: string): Promise<Client> {
  for (;;) {
    const client = await connect();
    const { error } = await client.ask("Group.join", group);
    if (error === undefined) return client;
    await client.closed;
  }
}

const message = (session: string, more: object) => ({
  round: 1,
  sender: 1,
  receiver: null,
  uuid: session,
  body: "x",
  ...more,
});

function attemptsOn({ group, session }: Made): readonly Attempt[] {
  return [
    { name: "create", method: "Session.create", params: [group, "keygen", null] },
    { name: "join", method: "Session.join", params: [group, session, "sign"] },
    { name: "signup", method: "Session.signup", params: [group, session, "sign"] },
    { name: "load 1", method: "Session.load", params: [group, session, "sign", 1] },
    { name: "load 3", method: "Session.load", params: [group, session, "sign", 3] },
    ...insiderAttemptsOn({ group, session }),
    { name: "signed", method: "Notify.signed", params: [group, session, "x"] },
    // The dialect asks who proposes for nothing; whoever is told can see that it is a proposal and no more.
    { name: "proposal", method: "Notify.proposal", params: [group, session, "x", 1], isOpen: true },
    // The last one: whoever asks for a place in a full group is sent away.
    { name: "join the group", method: "Group.join", params: group },
  ];
}

function insiderAttemptsOn({ group, session }: Made): readonly Attempt[] {
  const say = (name: string, more: object): Attempt => ({
    name,
    method: "Session.message",
    params: [group, session, "sign", message(session, more)],
  });
  return [
    say("message", {}),
    say("message as party 2", { sender: 2 }),
    say("message to party 1", { receiver: 1 }),
    { name: "participant of party 1", method: "Session.participant", params: [group, session, 7, 1] },
    { name: "finish for party 1", method: "Session.finish", params: [group, session, 1] },
    { name: "finish for nobody", method: "Session.finish", params: [group, session, 3] },
  ];
}

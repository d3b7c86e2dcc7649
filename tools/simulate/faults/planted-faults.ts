import type { Planted } from "../world/planted.ts";

/** A fault that somebody might make, and that worlds with a relay have to find. */
export interface PlantedFault extends Planted {
  /** What is wrong with it. */
  readonly name: string;
  /** Whether it takes more than 60 seeds to find it. */
  readonly isSubtle?: boolean;
}

const relayServer = "apps/relay-server/src/";
const relay = "packages/relay/src/";
const client = "packages/client/src/";
const handshake = "packages/handshake/src/";

/** All of them: in the relay and its store, in the client, in the session, and in the ceremony. */
export const plantedFaults: readonly PlantedFault[] = [
  {
    name: "relay: acknowledges before it is durable",
    file: `${relayServer}protocol/direct-call.ts`,
    find: "if (refusal !== undefined) this.#answer(refusal);",
    replace: "this.#answer(refusal ?? { ok: true, session: params.session, number: 0, seq: 1 });",
  },
  {
    name: "relay: leaves out one event in seven",
    file: `${relayServer}core/feed.ts`,
    find: "this.#after = event.seq;",
    replace: "this.#after = event.seq % 7 === 0 ? event.seq + 1 : event.seq;",
  },
  {
    name: "relay: names the wrong event as the one before",
    file: `${relayServer}core/feed.ts`,
    find: "this.#previous = event.seq;",
    replace: "this.#previous = event.seq - 1;",
  },
  {
    name: "relay: tells the last event again to who resumes",
    file: `${relayServer}protocol/session-handlers.ts`,
    find: "attach(relay, caller, { session, number, after, since })",
    replace: "attach(relay, caller, { session, number, after: Math.max(0, after - 1), since })",
  },
  {
    name: "relay: begins a resumed feed behind what the member asked for",
    file: `${relayServer}protocol/session-handlers.ts`,
    find: "attach(relay, caller, { session, number, after, since })",
    replace: "attach(relay, caller, { session, number, after: state.seq, since })",
  },
  {
    name: "relay: forgets its timers in a restart",
    file: `${relayServer}core/log-host.ts`,
    find: "for (const timer of this.#machine.timers()) this.arm(timer);",
    replace: "",
  },
  {
    name: "relay: a timer that was put off never rings",
    file: `${relayServer}core/timers.ts`,
    find: "alarm.timer = this.#ringIn(rest, name);",
    replace: "",
  },
  {
    name: "relay: leaves out one record in sixteen when it starts",
    file: `${relayServer}core/log-host.ts`,
    find: "    this.#machine.apply(position, entry);\n    return true;",
    replace: "    if (position % 16 !== 0) this.#machine.apply(position, entry);\n    return true;",
  },
  {
    name: "relay: takes another message for the one that was asked for, when it has to read it",
    file: `${relayServer}core/group-host.ts`,
    find: "if (record.position === position) wanted = entry;",
    replace: "if (record.position >= position) wanted = entry;",
  },
  {
    name: "relay: takes a message again that it has",
    isSubtle: true,
    file: `${relay}messaging.ts`,
    find: "if (answered && mark === (member.marks?.[place] ?? mark)) return accept(session, from, member.answers[place]);\n  if (cseq !== expected)",
    replace: "if (!answered && cseq !== expected)",
  },
  {
    name: "relay: answers a repeated message with the seq of the newest",
    file: `${relay}messaging.ts`,
    find: "accept(session, from, member.answers[place])",
    replace: "accept(session, from, session.seq)",
  },
  {
    name: "relay: drops what one member has acknowledged, and others have not",
    file: `${relay}events.ts`,
    find: "if (token !== null && acked < processed) processed = acked;",
    replace: "if (token !== null && acked > 0) processed = acked;",
  },
  {
    name: "relay: gives a member that asks again another place",
    isSubtle: true,
    file: `${relay}joining.ts`,
    find: "const same = session.members.find(({ eid }) => eid === entry.eid);",
    replace: "const same = session.members.find(({ eid }) => eid === entry.eid && session.seq < 2);",
  },
  {
    name: "relay: leaves out one event in five for a member that is a connection",
    file: `${relay}live/outbox.ts`,
    find: "connection.due.push(seq);",
    replace: "if (seq % 5 !== 0) connection.due.push(seq);",
  },
  {
    name: "relay: members with a token do not get what a connection says to all",
    file: `${relay}live/relaying.ts`,
    find: "if (receiver !== null && receiver.token === null) return outputs;",
    replace: "if (receiver === null || receiver.token === null) return outputs;",
  },
  {
    name: "relay: says to connections that a message is of another member",
    file: `${relay}translation.ts`,
    find: "return said !== null && said === index ? said : number;",
    replace: "return said !== null && said === index ? said : Math.max(1, number - 1);",
  },
  {
    name: "store: says that an append is durable when it is ordered",
    file: "tools/simulate/world/disk-medium.ts",
    find: "waiting.push(operation);",
    replace:
      'waiting.push(operation);\n      if (operation.type === "append" && this.random.chance(0.01)) operation.waiter.stored(1);',
  },
  {
    name: "client: the outbox forgets what has no receipt when the connection breaks",
    file: `${client}outbox.ts`,
    find: "for (const request of this.requests) request.sent = false;",
    replace: "this.requests.length = 0;",
  },
  {
    name: "client: the outbox does not send again what has no receipt",
    file: `${client}outbox.ts`,
    find: "for (const request of this.requests) request.sent = false;",
    replace: "",
  },
  {
    name: "client: counts its messages from 1 again after a restart",
    file: `${client}membership.ts`,
    find: "goesOn: past !== undefined,",
    replace: "goesOn: false,",
  },
  {
    name: "client: does not make calls again that had no answer",
    file: `${client}relay-connection.ts`,
    find: "for (const call of [...this.calls]) if (this.socket !== undefined) call.make(this.socket);",
    replace: "",
  },
  {
    name: "client: does not resume when it is connected again",
    file: `${client}membership.ts`,
    find: "if (!this.over) this.resume(socket);",
    replace: "if (!this.over) this.socket = socket;",
  },
  {
    name: "session: sends before what it depends on is written",
    file: `${handshake}persist-gate.ts`,
    find: "} else if (this.held.length > 0) this.held.push(output);",
    replace: "} else if (this.held.length > 1_000) this.held.push(output);",
  },
  {
    name: "session: uses a number twice under one key",
    file: `${handshake}channel/sender.ts`,
    find: "const n = this.next;",
    replace: "const n = this.next === 9 ? 8 : this.next;",
  },
  {
    name: "session: forgets in a restart what it has not been acknowledged",
    file: `${handshake}group/record-entry.ts`,
    find: "  peer.unacknowledged.push({ m: peer.posted, kind, content });\n",
    replace: "",
  },
  {
    name: "session: frames are not encrypted",
    file: `${handshake}channel/sender.ts`,
    find: "const ciphertext = this.epochKey.key.seal(n, this.token, plaintext);",
    replace: "const ciphertext = this.epochKey.key.seal(n, this.token, plaintext);\n    ciphertext.set(plaintext);",
  },
  {
    name: "ceremony: sends before its nonce is written",
    isSubtle: true,
    file: "packages/session/src/gate.ts",
    find: '} else if (this.held.length > 0 && output.type !== "drop") this.held.push(output);',
    replace: '} else if (this.held.length > 1_000 && output.type !== "drop") this.held.push(output);',
  },
  {
    name: "ceremony: begins anew where it has a checkpoint",
    file: `${client}ceremony-run.ts`,
    find: 'this.feed(checkpoint === undefined ? { type: "start" } : { type: "resume", checkpoint });',
    replace: 'this.feed({ type: "start" });',
  },
];

/** What a run saw. */
export interface Seen {
  readonly subprotocol: string;
  readonly numbers: readonly number[];
  readonly heard: readonly string[];
  readonly closed: readonly string[];
  readonly signers: readonly number[];
  readonly signed: readonly unknown[];
  readonly mixed: readonly unknown[];
}

/**
 * Two members talk in countersign.v1, two sign as clients of mpc-websocket, and one of each is in a session with the
 * other, with the platform's own WebSocket.
 * Refers to nothing outside of itself: a page is given its text.
 */
export async function talk(url: string): Promise<Seen> {
  type Message = { id?: number; method?: string; params?: { [name: string]: unknown }; result?: unknown };

  async function connect(path: string, subprotocols: string[]) {
    const socket = new WebSocket(`${url}${path}`, subprotocols);
    const answers = new Map<number, (message: Message) => void>();
    const events: Message[] = [];
    let wake = () => {};
    let lastId = 0;
    socket.onmessage = ({ data }) => {
      const message: Message = JSON.parse(String(data));
      const answer = answers.get(message.id ?? 0);
      if (answer !== undefined) return answer(message);
      events.push(message);
      wake();
    };
    await new Promise((resolve, reject) => {
      socket.onopen = resolve;
      socket.onerror = () => reject(new Error(`no connection to ${url}${path}`));
    });
    return {
      socket,
      async call<T>(method: string, params: unknown): Promise<T> {
        const id = ++lastId;
        const answer = new Promise<Message & { error?: { message: string } }>((resolve) => answers.set(id, resolve));
        socket.send(JSON.stringify({ jsonrpc: "2.0", id, method, params }));
        const { error, result } = await answer;
        if (error !== undefined) throw new Error(`${method}: ${error.message}`);
        return result as T;
      },
      /** The next event that is wanted; the others are skipped. */
      async event(isWanted: (event: Message) => boolean): Promise<Message> {
        for (;;) {
          const event = events.shift();
          if (event !== undefined && isWanted(event)) return event;
          if (event !== undefined) continue;
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      },
      close(): Promise<void> {
        return new Promise((resolve) => {
          socket.onclose = () => resolve();
          socket.close();
        });
      },
    };
  }

  const random = (length: number) =>
    btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(length))))
      .replaceAll("+", "-")
      .replaceAll("/", "_")
      .replaceAll("=", "");

  async function countersignV1() {
    type Invited = { group: string; session: string; nameplate: string };
    const pair = [await connect("/v1", ["countersign.v1"]), await connect("/v1", ["countersign.v1"])] as const;
    const [alice, bob] = pair;
    const terms = { kind: "exchange", parties: 2, threshold: 2 };
    const { nameplate, group, session } = await alice.call<Invited>("Invitation.create", terms);
    const seat = () => ({ group, session, ...terms, eid: random(32), versions: "AQ", token: random(32) });
    const claim = random(16);
    await bob.call("Invitation.claim", { nameplate, claim });
    const one = await alice.call<{ number: number }>("Session.open", seat());
    const two = await bob.call<{ number: number }>("Session.open", { ...seat(), claim });
    const heard: string[] = [];
    for (const [from, to] of [pair, [bob, alice]] as const) {
      await from.call("Session.message", { session, cseq: 1, envelopes: [{ to: 0, body: btoa("hello!") }] });
      const { params } = await to.event(({ method }) => method === "message");
      heard.push(atob((params as { bodies: string[] }).bodies.join()));
    }
    for (const member of pair) await member.call("Session.finish", { session });
    const closed = await Promise.all(pair.map((member) => member.event(({ method }) => method === "sessionClosed")));
    await Promise.all(pair.map((member) => member.close()));
    return {
      subprotocol: alice.socket.protocol,
      numbers: [one.number, two.number],
      heard,
      closed: closed.map(({ method }) => method ?? ""),
    };
  }

  async function mpcWebsocket() {
    const named = (name: string) => (event: Message) => (event.result as unknown[])[0] === name;
    const pair = [await connect("/mpc", []), await connect("/mpc", [])] as const;
    const [first, second] = pair;
    const group = await first.call<string>("Group.create", ["browser", { parties: 2, threshold: 1 }]);
    await second.call("Group.join", group);
    const { uuid } = await first.call<{ uuid: string }>("Session.create", [group, "sign", { message: "pay" }]);
    const place = [group, uuid, "sign"];
    await second.call("Session.join", place);
    const signers = [
      await first.call<number>("Session.signup", place),
      await second.call<number>("Session.signup", place),
    ];
    for (const signer of pair) await signer.event(named("sessionSignup"));
    const signed: unknown[] = [];
    for (const [index, signer] of pair.entries()) {
      const message = { round: 1, sender: signers[index], receiver: null, uuid, body: { part: index } };
      await signer.call("Session.message", [...place, message]);
    }
    for (const signer of pair) {
      const event = await signer.event(named("sessionMessage"));
      signed.push((event.result as [string, { body: unknown }])[1].body);
    }
    for (const [index, signer] of pair.entries()) await signer.call("Session.finish", [group, uuid, signers[index]]);
    for (const signer of pair) await signer.event(named("sessionClosed"));
    await Promise.all(pair.map((signer) => signer.close()));
    return { signers, signed };
  }

  async function together() {
    const mpc = await connect("/mpc", []);
    const v1 = await connect("/v1", ["countersign.v1"]);
    const group = await mpc.call<string>("Group.create", ["mixed", { parties: 2, threshold: 1 }]);
    const joined = await v1.call<{ label: string; threshold: number }>("Group.join", { group });
    const { uuid } = await mpc.call<{ uuid: string }>("Session.create", [group, "sign", null]);
    const place = [group, uuid, "sign"];
    const one = await mpc.call<number>("Session.signup", place);
    const session = { group, session: uuid };
    const credentials = { eid: random(32), versions: "AQ", token: random(32) };
    const two = await v1.call<{ number: number }>("Session.signup", { ...session, ...credentials });
    await mpc.event((event) => (event.result as unknown[])[0] === "sessionSignup");

    // What one side calls a message is the text of an object for the other.
    const message = { round: 1, sender: one, receiver: null, uuid, body: "from mpc" };
    await mpc.call("Session.message", [...place, message]);
    const { params } = await v1.event(({ method }) => method === "message");
    const [body = ""] = (params as { bodies: string[] }).bodies;
    const heard = JSON.parse(atob(body.replaceAll("-", "+").replaceAll("_", "/")));
    const text = btoa(JSON.stringify({ ...message, sender: two.number, body: "from v1" }));
    const envelopes = [{ to: 0, body: text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "") }];
    await v1.call("Session.message", { session: uuid, cseq: 1, envelopes });
    const { result } = await mpc.event((event) => (event.result as unknown[])[0] === "sessionMessage");
    const answer = (result as [string, { sender: number; body: unknown }])[1];

    await mpc.call("Session.finish", [group, uuid, one]);
    await v1.call("Session.finish", { session: uuid });
    await mpc.event((event) => (event.result as unknown[])[0] === "sessionClosed");
    await v1.event(({ method }) => method === "sessionClosed");
    await Promise.all([mpc.close(), v1.close()]);
    return { mixed: [joined.label, joined.threshold, heard.sender, heard.body, answer.sender, answer.body] };
  }

  return { ...(await countersignV1()), ...(await mpcWebsocket()), ...(await together()) };
}

/** What everybody has to see. */
export const seen: Seen = {
  subprotocol: "countersign.v1",
  numbers: [1, 2],
  heard: ["hello!", "hello!"],
  closed: ["sessionClosed", "sessionClosed"],
  signers: [1, 2],
  signed: [{ part: 1 }, { part: 0 }],
  mixed: ["mixed", 2, 1, "from mpc", 2, "from v1"],
};

import { encodeMpcMessage, MPC_WEBSOCKET_PATH } from "@countersign/rpc";
import type { Attendee } from "./minutes.ts";
import { type AttendeeOptions, hearsAllOut, type Room, type Say, speak, until } from "./room.ts";

interface Answer {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

/** Ms between two attempts at what the relay could not do. */
const PAUSE_MS = 1_000;

/** A member of mpc-websocket: it is one by its connection, is told nothing again, and does not come back. */
export class Machine implements Attendee {
  readonly isPatient = false;
  end: string | undefined;
  wasThere = false;
  private readonly options: AttendeeOptions;
  private readonly calls = new Map<number, { resolve(result: unknown): void; reject(error: Error): void }>();
  private isLost = false;
  private isComplete = false;
  private lastId = 0;
  private send: (text: string) => void = () => undefined;

  constructor(options: AttendeeOptions) {
    this.options = options;
  }

  get name(): string {
    return this.options.client.name;
  }

  /** Comes, says what it has to say, hears the others out, and goes. `isFirst`: it makes the group and the session. */
  async attend(isFirst: boolean): Promise<void> {
    const { room, random } = this.options;
    try {
      const hangUp = await this.connect();
      await this.enter(isFirst);
      await until(
        room,
        () => this.isComplete,
        () => this.isLost,
      );
      if (this.isComplete) await speak(room, this, { random, say: this.say });
      const heardAll = this.isComplete && (await hearsAllOut(room, this, () => this.isLost));
      this.wasThere = !this.isLost;
      this.end = this.isLost ? "lost" : heardAll ? "complete" : "late";
      hangUp();
    } catch (error) {
      this.end = this.isLost ? "lost" : `refused: ${(error as Error).message}`;
    }
  }

  /** Whoever starts a machine tries until the relay is up. */
  private async connect(): Promise<() => void> {
    const { turns, endMs } = this.options.room;
    for (;;) {
      const hangUp = await this.attempt();
      if (hangUp !== undefined) return hangUp;
      if (turns.ms >= endMs) throw new Error("no relay");
      await new Promise<void>((resolve) => turns.after(PAUSE_MS, resolve));
    }
  }

  /** How to hang up; undefined if nobody takes the call. */
  private attempt(): Promise<(() => void) | undefined> {
    const { net, client, urls } = this.options;
    let isOpen = false;
    return new Promise((resolve) => {
      const connection = net.connect(client, {
        url: `${urls[0]}${MPC_WEBSOCKET_PATH}`,
        protocols: [],
        handlers: {
          open: () => {
            isOpen = true;
            resolve(() => connection.close());
          },
          message: (text) => this.receive(text),
          close: () => (isOpen ? this.lose() : resolve(undefined)),
        },
      });
      this.send = (text) => connection.send(text);
    });
  }

  private lose(): void {
    this.isLost = true;
    const gone = new Error("the connection is gone");
    for (const call of this.calls.values()) call.reject(gone);
  }

  private async enter(isFirst: boolean): Promise<void> {
    const { room } = this.options;
    if (isFirst) {
      const terms = { parties: room.parties, threshold: 1 };
      const group = (await this.insist("Group.create", ["room", terms])) as string;
      const { uuid } = (await this.insist("Session.create", [group, "keygen", null])) as { uuid: string };
      room.group = group;
      room.session = uuid;
    } else {
      if (
        !(await until(
          room,
          () => room.session !== undefined,
          () => this.isLost,
        ))
      )
        throw new Error("nobody has come");
      await this.insist("Group.join", room.group);
    }
    room.names.set(Number(await this.insist("Session.signup", this.place)), this.name);
  }

  private readonly say: Say = async (id, to) => {
    const { room } = this.options;
    const { minutes, session = "", names } = room;
    const sender = [...names].find(([, name]) => name === this.name)?.[0] ?? 0;
    const message = { round: 1, sender, receiver: to === 0 ? null : to, uuid: session, body: JSON.stringify(id) };
    try {
      await this.call("Session.message", [...this.place, JSON.parse(encodeMpcMessage(message))]);
    } catch (error) {
      if (!this.isLost) minutes.decided(id, "refused");
      throw error;
    }
    minutes.decided(id, "kept");
    if (!room.isKept(`\\"${id}\\"`)) room.faults.push(`acknowledged and not durable: ${id}`);
  };

  private get place(): readonly unknown[] {
    const { group, session } = this.options.room;
    return [group, session, "keygen"];
  }

  /** Calls until the relay can do it. */
  private async insist(method: string, params: unknown): Promise<unknown> {
    const { room } = this.options;
    for (;;) {
      try {
        return await this.call(method, params);
      } catch (error) {
        if (!(error as Error).message.includes("cannot do this now") || room.turns.ms >= room.endMs) throw error;
      }
      await new Promise<void>((resolve) => room.turns.after(PAUSE_MS, resolve));
    }
  }

  private call(method: string, params: unknown): Promise<unknown> {
    if (this.isLost) return Promise.reject(new Error("the connection is gone"));
    const id = ++this.lastId;
    const answer = new Promise((resolve, reject) => this.calls.set(id, { resolve, reject }));
    this.send(JSON.stringify({ jsonrpc: "2.0", id, method, params }));
    return answer;
  }

  private receive(text: string): void {
    const { id, result, error } = JSON.parse(text) as Answer;
    const call = this.calls.get(id);
    this.calls.delete(id);
    if (error !== undefined) call?.reject(new Error(error.message));
    else if (call !== undefined) call.resolve(result);
    else if (id === 0) this.hear(result as [name: string, payload: unknown]);
  }

  private hear([name, payload]: [name: string, payload: unknown]): void {
    if (name === "sessionSignup") this.isComplete = true;
    if (name === "sessionMessage") hearMessage(this.options.room, this.name, payload as Message);
  }
}

/** A message as a machine gets it, and as members with a token get the text of it. */
export interface Message {
  readonly sender: number;
  readonly body: unknown;
}

/** Notes what somebody has heard, and whether it is from whom it says. */
export function hearMessage(room: Room, name: string, { sender, body }: Message): void {
  const id = String(body);
  const speaker = id.split(".")[0];
  if (room.names.get(sender) !== speaker) room.faults.push(`${name} heard ${id} from ${room.names.get(sender)}`);
  room.minutes.hears(name, id);
}

import { body, Client, member, secret, text, uuid } from "../client.ts";

/** What a member has got of the session: the place in its order, and from whom what. */
export interface Got {
  readonly seq: number;
  readonly from: number;
  readonly said: string;
}

interface RovingOptions {
  /** Of the nodes, in the order in which they are tried. */
  readonly urls: () => readonly string[];
  readonly parties: number;
}

/**
 * A member of one session that talks all the time and goes to the next node when it loses one, as spec 0006 wants it:
 * resumes behind the last event that it has, and says again what was not answered.
 */
export class RovingMember {
  readonly number: number;
  readonly got: Got[] = [];
  /** The place of each thing that it has said, by cseq from 1 on. */
  readonly answered = new Map<number, number>();
  /** Milliseconds, the longest that it had to wait for an answer, lost nodes included. */
  longestWait = 0;
  /** How often it has gone to another node. */
  moves = 0;
  readonly #options: RovingOptions;
  #at: number;
  #client: Client | undefined;
  #last = 0;
  readonly #waiting: (() => void)[] = [];
  #isOver = false;

  private constructor(number: number, at: number, options: RovingOptions) {
    this.number = number;
    this.#at = at;
    this.#options = options;
  }

  /** Takes a place at the node with the number `at`. */
  static async open(number: number, at: number, options: RovingOptions): Promise<RovingMember> {
    const roving = new RovingMember(number, at, options);
    const client = await Client.connect(roving.#url);
    const { parties } = options;
    const seat = await client.call("Session.open", member(number, { parties, threshold: parties }));
    if (seat.number !== number) throw new Error(`number ${seat.number}`);
    roving.#client = client;
    return roving;
  }

  /** Says one thing after the other until `stop`; resolves when the last one is answered. */
  async talk(): Promise<void> {
    for (let cseq = 1; !this.#isOver; cseq++) {
      const begun = performance.now();
      this.answered.set(cseq, await this.#say(cseq));
      this.longestWait = Math.max(this.longestWait, performance.now() - begun);
      for (const resolve of this.#waiting.splice(0)) resolve();
    }
  }

  /** Resolves when one thing more is answered. */
  next(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  stop(): void {
    this.#isOver = true;
  }

  /** Waits until it has so many things that others have said. */
  async has(count: number): Promise<void> {
    while (this.got.length < count) {
      const client = await this.#connected();
      await client.when(() => {
        this.#take(client);
        return this.got.length >= count || client.webSocket.readyState !== client.webSocket.OPEN;
      });
    }
  }

  async close(): Promise<void> {
    await this.#client?.close();
  }

  get #url(): string {
    const urls = this.#options.urls();
    return urls[this.#at % urls.length] ?? "";
  }

  async #say(cseq: number): Promise<number> {
    const envelopes = [{ to: 0, body: body(`${this.number}/${cseq}`) }];
    for (;;) {
      const client = await this.#connected();
      try {
        return (await soon(client.call("Session.message", { session: uuid(2), cseq, envelopes }))).seq;
      } catch (error) {
        if (!isWorthAnother(error)) throw error;
        client.webSocket.terminate();
      }
    }
  }

  /** A connection on which it is the member. */
  async #connected(): Promise<Client> {
    const open = this.#client;
    if (open !== undefined && open.webSocket.readyState === open.webSocket.OPEN) return open;
    if (open !== undefined) this.#take(open);
    for (;;) {
      this.#at += 1;
      this.moves += 1;
      let client: Client | undefined;
      try {
        client = await soon(Client.connect(this.#url));
        const token = secret(100 + this.number);
        await soon(client.call("Session.resume", { session: uuid(2), token, after: this.#last }));
        this.#client = client;
        return client;
      } catch (error) {
        if (!isWorthAnother(error)) throw error;
        client?.webSocket.terminate();
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
  }

  /** Takes what has come on a connection, once. */
  #take(client: Client): void {
    for (const { name, params } of client.events.splice(0)) {
      const seq = params["seq"];
      if (typeof seq !== "number" || seq <= this.#last) continue;
      this.#last = seq;
      if (name !== "message") continue;
      for (const said of params["bodies"] as string[]) {
        this.got.push({ seq, from: params["from"] as number, said: text(said) });
      }
    }
  }
}

/** Milliseconds that a node may take for anything, as with the client of this repository. */
const PATIENCE = 4_000;

/** What is asked for, or "closed" if it takes too long. */
async function soon<T>(asked: Promise<T>): Promise<T> {
  asked.catch(() => undefined);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error("closed")), PATIENCE);
  });
  return Promise.race([asked, late]).finally(() => clearTimeout(timer));
}

/** What a client does not give up for: the node is gone, or has no engine. */
function isWorthAnother(error: unknown): boolean {
  const { message, code } = error as Error & { code?: string };
  return (
    message === "closed" ||
    message === "relay.unavailable" ||
    message === "relay.not-a-member" ||
    message === "Unexpected server response: 503" ||
    isOfSocket(code)
  );
}

function isOfSocket(code: string | undefined): boolean {
  return code === "ECONNREFUSED" || code === "ECONNRESET" || code === "EPIPE";
}

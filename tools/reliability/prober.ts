import { once } from "node:events";
import { WebSocket } from "ws";
import { type Dialect, type Expected, type Reply, request } from "./texts/case.ts";
import { type LiveSetting, opening } from "./texts/setting.ts";
import { within } from "./wait.ts";

/** Seconds that an answer or a close may take. */
const PATIENCE = 5;

/** Sends texts one at a time, and compares what each of them brought with what it has to bring. */
export class Prober {
  readonly #url: string;
  readonly #dialect: Dialect;
  #socket: WebSocket;
  #texts: string[] = [];
  #sentinels = 0;
  #wake: () => void = () => undefined;

  private constructor(url: string, { dialect, socket }: { dialect: Dialect; socket: WebSocket }) {
    this.#url = url;
    this.#dialect = dialect;
    this.#socket = socket;
    this.#listen();
  }

  static async connect(url: string, dialect: Dialect): Promise<Prober> {
    return new Prober(url, { dialect, socket: await open(url, dialect) });
  }

  /** Takes a place in the session of the cases, and makes a live group with a session. */
  async settle(): Promise<LiveSetting> {
    if (this.#dialect === "countersign.v1") {
      await this.#ask("Session.open", opening());
      const made = '{"label":"cases","parties":3,"threshold":2}';
      const { group } = await this.#ask<{ group: string }>("Group.create", made);
      const { session } = await this.#ask<{ session: string }>("Session.create", `["${group}","keygen"]`);
      return { group, session };
    }
    const group = await this.#ask<string>("Group.create", '["cases",{"parties":3,"threshold":1}]');
    const { uuid: session } = await this.#ask<{ uuid: string }>("Session.create", `["${group}","keygen"]`);
    await this.#ask("Session.signup", `["${group}","${session}","keygen"]`);
    return { group, session };
  }

  /** Undefined if all is as expected, else what happened instead. */
  async probe(sent: string | Uint8Array, expected: Expected): Promise<string | undefined> {
    if (expected.type === "closed") return this.#probeClose(sent, expected.code);
    const sentinel = `"sentinel ${++this.#sentinels}"`;
    const isBehind = (text: string) => text.startsWith(`{"jsonrpc":"2.0","id":${sentinel}`);
    this.#texts = [];
    this.#send(sent);
    this.#send(request("?", "[]", sentinel));
    const wanted = expected.type === "silence" ? 0 : 1;
    // What goes to the disk is answered behind what does not.
    await this.#until(() => this.#texts.some(isBehind) && this.#texts.length > wanted);
    if (this.#socket.readyState !== WebSocket.OPEN) {
      this.#socket = await open(this.#url, this.#dialect);
      this.#listen();
      await this.settle();
      return "the connection was closed";
    }
    const texts = this.#texts.filter((text) => !isBehind(text));
    const [text] = texts;
    if (texts.length !== wanted) return `${texts.length} answers: ${shorten(texts.join(" "))}`;
    return text === undefined || isAnswer(text, expected) ? undefined : shorten(text);
  }

  close(): void {
    this.#socket.terminate();
  }

  /** On a connection of its own, because it will not last. */
  async #probeClose(sent: string | Uint8Array, code: number): Promise<string | undefined> {
    const socket = await open(this.#url, this.#dialect);
    const closed = once(socket, "close");
    socket.send(sent, { binary: false });
    const [found] = (await within(PATIENCE, closed)) ?? ["not at all"];
    socket.terminate();
    return found === code ? undefined : `closed with ${found}`;
  }

  async #ask<Result>(method: string, params: string): Promise<Result> {
    this.#texts = [];
    this.#send(request(method, params));
    await this.#until(() => this.#texts.length > 0);
    const { result, error } = JSON.parse(this.#texts[0] ?? "{}") as { result?: Result; error?: { message: string } };
    if (result === undefined) throw new Error(`${method}: ${error?.message ?? "no answer"}`);
    return result;
  }

  /** Waits for a condition, the end of the connection, or the end of patience. */
  async #until(condition: () => boolean): Promise<void> {
    const isOver = () => condition() || this.#socket.readyState !== WebSocket.OPEN;
    const reached = new Promise<void>((resolve) => {
      this.#wake = () => isOver() && resolve();
      this.#wake();
    });
    await within(PATIENCE, reached);
  }

  #send(sent: string | Uint8Array): void {
    this.#socket.send(sent, { binary: false });
  }

  #listen(): void {
    this.#socket.on("message", (data) => {
      const text = data.toString();
      const isEvent =
        text.startsWith('{"jsonrpc":"2.0","method"') || text.startsWith('{"jsonrpc":"2.0","id":0,"result":[');
      if (!isEvent) this.#texts.push(text);
      this.#wake();
    });
    this.#socket.on("close", () => this.#wake());
  }
}

async function open(url: string, dialect: Dialect): Promise<WebSocket> {
  const isV1 = dialect === "countersign.v1";
  const socket = isV1 ? new WebSocket(`${url}/v1`, dialect) : new WebSocket(`${url}/mpc`);
  socket.on("error", () => undefined);
  await once(socket, "open");
  return socket;
}

function isAnswer(text: string, expected: Expected): boolean {
  if (expected.type === "reply") return isReply(text, expected.reply);
  if (expected.type !== "batch") return false;
  const answers = JSON.parse(text) as unknown;
  if (!Array.isArray(answers) || answers.length !== expected.replies.length) return false;
  const texts = answers.map((answer) => JSON.stringify(answer));
  return expected.replies.every((reply) => {
    const found = texts.findIndex((one) => isReply(one, reply));
    if (found !== -1) texts.splice(found, 1);
    return found !== -1;
  });
}

function isReply(text: string, { id, error }: Reply): boolean {
  const head = id === undefined ? '{"jsonrpc":"2.0","error":' : `{"jsonrpc":"2.0","id":${id}`;
  if (!text.startsWith(head) || (!",}".includes(text.charAt(head.length)) && id !== undefined)) return false;
  const answer = JSON.parse(text) as { error?: { code: number; message: string; data?: { code?: string } } };
  if (error === undefined) return answer.error === undefined;
  if (typeof error === "number") return answer.error?.code === error;
  return answer.error?.data?.code === error || answer.error?.message.includes(error) === true;
}

function shorten(text: string): string {
  return text.length > 160 ? `${text.slice(0, 160)}…` : text;
}

import { type Caller, type HttpAnswer, type Method, type Phase, Rpc } from "../src/index.ts";

export const forms = { command: "countersign rpc", curl: "curl --user alice", url: "http://127.0.0.1:8339/" };

/** A server of some methods, asked with texts. */
export class Asking {
  readonly rpc: Rpc;
  phase: Phase = { state: "running" };
  ms = 0;
  /** What methods threw that was not for callers. */
  readonly faults: unknown[] = [];
  readonly #caller: Caller;

  constructor(methods: readonly Method[], caller: Partial<Caller> = {}) {
    this.rpc = new Rpc({
      methods,
      forms: () => forms,
      now: () => this.ms,
      phase: () => this.phase,
      failed: (_, error) => this.faults.push(error),
    });
    this.#caller = { signal: new AbortController().signal, waiting: (run) => run(), ...caller };
  }

  raw(body: string | Uint8Array): Promise<HttpAnswer> {
    return this.rpc.answer(typeof body === "string" ? new TextEncoder().encode(body) : body, this.#caller);
  }

  /** Status and body, read. */
  async ask(body: string): Promise<{ readonly status: number; readonly body: unknown }> {
    const { status, body: text } = await this.raw(body);
    return { status, body: text === undefined ? undefined : JSON.parse(text) };
  }

  /** The result of a call that works. */
  async result(method: string, params?: unknown): Promise<unknown> {
    const { body } = await this.ask(JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }));
    return (body as { readonly result?: unknown }).result;
  }

  /** The error of a call that does not. */
  async error(method: string, params?: unknown): Promise<unknown> {
    const { body } = await this.ask(JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }));
    return (body as { readonly error?: unknown }).error;
  }
}

import { readArguments } from "./arguments/read-arguments.ts";
import type { Caller } from "./caller.ts";
import { errorCodes, MethodError } from "./error.ts";
import type { ExampleForms } from "./help/examples.ts";
import { helpText } from "./help/help-text.ts";
import { answerBody, type HttpAnswer } from "./json-rpc/answer-body.ts";
import type { Outcome } from "./json-rpc/reply.ts";
import type { Request } from "./json-rpc/request.ts";
import type { Method } from "./method.ts";

/** How far the daemon is: whether calls are carried out, and what those are told that are not. */
export type Phase =
  | { readonly state: "starting"; readonly status: string }
  | { readonly state: "running" | "stopping" };

/** What the rules need beside the methods. */
export interface RpcOptions {
  readonly methods: readonly Method[];
  readonly forms: () => ExampleForms;
  /** Milliseconds since some moment; never goes back. */
  readonly now: () => number;
  readonly phase: () => Phase;
  /** Told of what a method threw that is not for its caller. */
  readonly failed: (method: string, error: unknown) => void;
}

/** A call that is under way. */
export interface ActiveCall {
  readonly method: string;
  /** When it began, by `now`. */
  readonly since: number;
}

/** Answers requests by the rules of a Bitcoin node, from a table of methods. */
export class Rpc {
  readonly methods: ReadonlyMap<string, Method>;
  readonly #options: RpcOptions;
  readonly #active = new Set<ActiveCall>();

  constructor(options: RpcOptions) {
    this.#options = options;
    this.methods = new Map(options.methods.map((method) => [method.name, method]));
  }

  /** Calls under way, in the order in which they began. */
  get active(): ReadonlySet<ActiveCall> {
    return this.#active;
  }

  /** Answers the body of a POST. Never rejects. */
  answer(body: Uint8Array, caller: Caller): Promise<HttpAnswer> {
    return answerBody(body, (request, by) => this.#execute(request, by), caller);
  }

  async #execute({ method: name, params }: Request, caller: Caller): Promise<Outcome> {
    const active = { method: name, since: this.#options.now() };
    this.#active.add(active);
    try {
      const method = this.#find(name);
      const values = readArguments(params, method.arguments);
      if (values === undefined) throw new MethodError(errorCodes.misc, helpText(method, this.#options.forms()));
      const run = async () => method.run(values, caller);
      const result = await (method.waits ? caller.waiting(run) : run());
      return { result: JSON.stringify(result) ?? "null" };
    } catch (error) {
      if (error instanceof MethodError) return { error: error.toObject() };
      this.#options.failed(name, error);
      return { error: { code: errorCodes.internal, message: "Internal error" } };
    } finally {
      this.#active.delete(active);
    }
  }

  #find(name: string): Method {
    const phase = this.#options.phase();
    if (phase.state === "starting") throw new MethodError(errorCodes.warmUp, phase.status);
    if (phase.state === "stopping") throw new MethodError(errorCodes.notConnected, "Shutting down");
    const method = this.methods.get(name);
    if (method === undefined) throw new MethodError(errorCodes.methodNotFound, "Method not found");
    return method;
  }
}

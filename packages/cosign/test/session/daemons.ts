import { systemClock, systemRandomBytes } from "@countersign/client";
import { sha256 } from "@noble/hashes/sha2.js";
import { expect } from "vitest";
import { CosignService, forgetfulStore, RelayPool, sessionMethods } from "../../src/index.ts";
import type { Surroundings } from "../../src/session/opening.ts";
import { Asking } from "../asking.ts";

/** Looks until it is so: on a machine that does much else, too. */
export const eventually = <T>(look: () => T | Promise<T>) => expect.poll(look, { timeout: 30_000 });

type Result = { readonly [name: string]: unknown };

/** The methods of one daemon over the real client, asked as over HTTP. */
export class TestDaemon {
  readonly service: CosignService;
  readonly #stopping = new AbortController();
  readonly #asking: Asking;

  constructor(relay: string | undefined, surroundings: Partial<Surroundings> = {}) {
    this.service = new CosignService({
      relay,
      accessToken: undefined,
      relays: new RelayPool(),
      store: forgetfulStore,
      contacts: undefined,
      coinKeys: undefined,
      // SHA-256 in the place of scrypt: what that is worth is tested where it is made.
      kdf: async ({ code, salt }) => sha256(Uint8Array.of(...salt, ...code)),
      backend: undefined,
      clock: systemClock,
      randomBytes: systemRandomBytes,
      failed: (error) => {
        throw error;
      },
      ...surroundings,
    });
    this.#asking = new Asking(sessionMethods(this.service), { signal: this.#stopping.signal });
  }

  /** The result of a call that works; rejects with the error object of one that does not. */
  async call(method: string, ...params: unknown[]): Promise<Result> {
    return await this.named(method, params);
  }

  /** The same with arguments by name. */
  async named(method: string, params: object): Promise<Result> {
    const { body } = await this.#asking.ask(JSON.stringify({ method: `cosign.${method}`, params, id: 1 }));
    const { error, result } = body as { readonly error: unknown; readonly result: Result };
    if (error !== null) throw error;
    if (this.#asking.faults.length > 0) throw this.#asking.faults[0];
    return result;
  }

  /** The error object of a call that does not work. */
  async error(method: string, ...params: unknown[]): Promise<unknown> {
    return await this.call(method, ...params).then(
      (result) => Promise.reject(new Error(`no error, but ${JSON.stringify(result)}`)),
      (error: unknown) => error,
    );
  }

  /** Nobody waits any more; then all sessions end. */
  async stop(): Promise<void> {
    this.#stopping.abort(new Error("stopping"));
    await this.service.stop();
  }
}

/** Makes a session at the first daemon and joins it with the others; its id. */
export async function gather([first, ...others]: readonly [TestDaemon, ...TestDaemon[]]): Promise<string> {
  const made = await first.named("init", { parties: others.length + 1 });
  for (const daemon of others) await daemon.call("join", made["invite_code"]);
  return String(made["session_id"]);
}

/** Completes the handshake of all, who confirm the words; the words. */
export async function confirmAll(id: string, daemons: readonly TestDaemon[]): Promise<string> {
  const done = await Promise.all(daemons.map((daemon) => daemon.call("handshake_auto", id)));
  const words = String(done[0]?.["sas"]);
  await Promise.all(
    daemons.map((daemon) => daemon.named("confirm_sas", { session_id: id, sas: words, timeout_ms: 10_000 })),
  );
  return words;
}

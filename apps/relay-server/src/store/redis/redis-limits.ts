import { createHmac, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { dialectLimits } from "@countersign/rpc";
import { messageOf, StartError } from "../../failure.ts";
import type { CommonCount, CommonLimits, Found, Lookups } from "../../limits/common-limits.ts";
import { BURST } from "../../limits/token-bucket.ts";
import { accepted, type Engine } from "./engine.ts";
import type { Keys } from "./keys.ts";
import { failureScript, run, spendScript } from "./scripts.ts";

/** Characters that a secret has at least. */
const MIN_SECRET = 32;
/** Milliseconds in which failed look-ups count. */
const WINDOW = 60_000;

/**
 * Counts in an engine what relays count together. A network is there under an HMAC only, whose key is not there, and for
 * as long as it counts.
 */
export class RedisLimits implements CommonLimits, Lookups {
  readonly lookups: Lookups = this;
  readonly #engine: Engine;
  readonly #keys: Keys;
  readonly #secret: string;
  /** The last look-up of each network that has one under way. */
  readonly #underway = new Map<string, Promise<unknown>>();

  constructor(engine: Engine, keys: Keys, secret: string) {
    this.#engine = engine;
    this.#keys = keys;
    this.#secret = secret;
  }

  countFor(network: string): CommonCount {
    const name = this.#nameOf(network);
    return {
      spend: async (what, amount, perSecond) => {
        const keys = [this.#keys.ofRate(what, name)];
        const [reply] = await run(this.#engine, spendScript, { keys, args: [(amount * 1_000) / perSecond, BURST] });
        return Number(accepted(reply));
      },
    };
  }

  /** One after the other for each network: else many guesses would be looked up before the first of them counts. */
  async attempt<Answer>(network: string, look: () => Promise<Found<Answer>>): Promise<Answer | undefined> {
    const before = this.#underway.get(network);
    const attempt = Promise.resolve(before).then(
      () => this.#attempt(network, look),
      () => this.#attempt(network, look),
    );
    this.#underway.set(network, attempt);
    try {
      return await attempt;
    } finally {
      if (this.#underway.get(network) === attempt) this.#underway.delete(network);
    }
  }

  async #attempt<Answer>(network: string, look: () => Promise<Found<Answer>>): Promise<Answer | undefined> {
    const keys = [this.#keys.ofRate("lookups", this.#nameOf(network))];
    const count = async (failure: string) => {
      const [reply] = await run(this.#engine, failureScript, { keys, args: [WINDOW, failure] });
      return Number(accepted(reply));
    };
    if ((await count("")) >= dialectLimits.failedLookups) return undefined;
    const { isFound, answer } = await look();
    // Before it is answered, so that the next one knows.
    if (!isFound) await count(randomBytes(9).toString("base64url"));
    return answer;
  }

  #nameOf(network: string): string {
    return createHmac("sha256", this.#secret).update(network).digest("base64url");
  }
}

/** Reads the secret under which addresses are hashed. Throws `StartError`. */
export function readAddressKey(path: string): string {
  let secret: string;
  try {
    secret = readFileSync(path, "utf8").trim();
  } catch (error) {
    throw new StartError(`cannot read the key of the addresses: ${messageOf(error)}`);
  }
  if (secret.length < MIN_SECRET) {
    throw new StartError(`the key of the addresses must have at least ${MIN_SECRET} characters (openssl rand -hex 32)`);
  }
  return secret;
}

import { Ledger } from "../reliability/member.ts";
import { until } from "../reliability/wait.ts";
import { SigningPair, Signings } from "./signing-pair.ts";
import { Wanderer } from "./wanderer.ts";

/** Members of sessions, of whom every message is counted. */
const SESSIONS = 6;
const MEMBERS = 5;
/** Pairs of signers, who hold one ceremony after the other. */
const PAIRS = 10;

/** Fifty clients of several nodes. */
export class Clients {
  readonly ledgers = Array.from({ length: SESSIONS }, (_, i) => new Ledger(i, MEMBERS));
  readonly wanderers: readonly Wanderer[];
  readonly signings = new Signings();
  readonly #pairs: SigningPair[] = [];
  #lives: readonly Promise<void>[] = [];

  constructor(urls: readonly string[]) {
    this.wanderers = this.ledgers.flatMap((ledger, i) =>
      Array.from({ length: MEMBERS }, (_, j) => {
        const first = (i * MEMBERS + j) % urls.length;
        return new Wanderer({ ledger, urls, first, number: j + 1 });
      }),
    );
  }

  /** All of them come and begin to talk and to sign. */
  async begin(urls: readonly string[]): Promise<void> {
    for (let i = 0; i < PAIRS; i++) this.#pairs.push(await SigningPair.make(urls, this.signings));
    this.#lives = [...this.wanderers, ...this.#pairs].map((one) => one.live());
  }

  /** Waits until every member was answered to something that it has said after that moment; the seconds from then. */
  async served(since: number, patience: number): Promise<number> {
    await until(() => this.wanderers.every(({ answeredAt }) => answeredAt > since), patience);
    return (performance.now() - since) / 1_000;
  }

  /** Milliseconds that members waited for their answers since this was asked last. */
  takeLatencies(): readonly number[] {
    return this.wanderers.flatMap(({ latencies }) => latencies.splice(0));
  }

  /** Ends them all, and counts what was acknowledged and has not come to everybody within so many seconds. */
  async end(patience: number): Promise<number> {
    for (const one of [...this.wanderers, ...this.#pairs]) one.stop();
    await Promise.all(this.#lives);
    const missing = () => this.wanderers.reduce((sum, { member }) => sum + member.missing(this.#sessionOf(member)), 0);
    await until(() => missing() === 0, patience);
    const lost = missing();
    await Promise.all(this.wanderers.map(({ member }) => member.close()));
    return lost;
  }

  #sessionOf({ ledger }: Wanderer["member"]): readonly Wanderer["member"][] {
    return this.wanderers.flatMap(({ member }) => (member.ledger === ledger ? [member] : []));
  }
}

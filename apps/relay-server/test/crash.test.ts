import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { body, CallError, Client, member, secret, text, uuid } from "./client.ts";
import { RelayProcess } from "./relay-process.ts";

const ROUNDS = 10;
/** Messages that a sender has under way without an answer. */
const WINDOW = 16;

let directory: string;
let relay: RelayProcess & { url: string };
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "countersign-relay-"));
});
afterEach(async () => {
  await relay.kill("SIGKILL");
  rmSync(directory, { recursive: true, force: true });
});

const start = async () => {
  relay = await RelayProcess.serving(["--listen", "127.0.0.1:0", "--data", directory, "--log-level", "warn"]);
};

/** A member that sends as fast as it is answered, and after each crash again what was not answered. */
class Sender {
  readonly number: number;
  /** Seq of each message that was acknowledged, by cseq. */
  readonly acknowledged = new Map<number, number>();
  /** Bodies received, in order, and the seq up to which. */
  readonly received: string[] = [];
  after = 0;
  /** Places where `previous` was not what had been received before. */
  readonly gaps: unknown[] = [];
  #client: Client | undefined;

  constructor(number: number) {
    this.number = number;
  }

  async connect(url: string): Promise<void> {
    const client = await Client.connect(url);
    this.#client = client;
    const parties = { parties: 3, threshold: 2 };
    await (this.after === 0
      ? client.call("Session.open", member(this.number, parties))
      : client.call("Session.resume", { session: uuid(2), token: secret(100 + this.number), after: this.after }));
  }

  /** Sends until `total` messages are acknowledged or the relay is gone. */
  async send(total: number): Promise<void> {
    let next = 1;
    const lane = async (): Promise<void> => {
      while (next <= total) {
        const cseq = next++;
        if (this.acknowledged.has(cseq)) continue;
        const envelopes = [{ to: 0, body: body(`${this.number}:${cseq}`) }];
        const answer = await this.client.call("Session.message", { session: uuid(2), cseq, envelopes });
        const before = this.acknowledged.get(cseq);
        if (before !== undefined && before !== answer.seq) this.gaps.push({ cseq, before, seq: answer.seq });
        this.acknowledged.set(cseq, answer.seq);
      }
    };
    await Promise.all(Array.from({ length: WINDOW }, lane)).catch((error: unknown) => {
      if (error instanceof CallError) throw error;
    });
  }

  /** Notes what has come since it was noted the last time. */
  collect(): void {
    for (const { name, params } of this.client.events.splice(0)) {
      if (typeof params["seq"] !== "number") continue;
      if (params["previous"] !== this.after) this.gaps.push(params);
      this.after = params["seq"];
      if (name === "message") this.received.push(...(params["bodies"] as string[]).map(text));
    }
  }

  get client(): Client {
    if (this.#client === undefined) throw new Error("not connected");
    return this.#client;
  }
}

it("kill -9 under load loses nothing that was acknowledged, repeats nothing, and keeps the order", async () => {
  await start();
  const senders = [1, 2, 3].map((n) => new Sender(n));
  for (const sender of senders) await sender.connect(relay.url);

  let target = 0;
  for (let round = 0; round < ROUNDS; round++) {
    target += 150;
    const sending = senders.map((sender) => sender.send(target));
    // The blow falls after some acknowledgements, each round after another number of them.
    const [first] = senders as [Sender];
    const enough = first.acknowledged.size + 7 + 11 * round;
    await first.client.when(() => first.acknowledged.size >= enough);
    await relay.kill("SIGKILL");
    await Promise.all(sending);
    for (const sender of senders) sender.collect();
    await start();
    for (const sender of senders) await sender.connect(relay.url);
  }
  // What was never answered is sent again; then everybody has everything.
  await Promise.all(senders.map((sender) => sender.send(target)));
  const expected = target * 2;
  for (const sender of senders) {
    await sender.client.when(() => sender.received.length + sender.client.bodies().length >= expected);
    sender.collect();
  }

  const bySeq = new Map<number, string>();
  for (const { number, acknowledged } of senders) {
    expect(acknowledged.size).toBe(target);
    for (const [cseq, seq] of acknowledged) {
      expect(bySeq.has(seq)).toBe(false);
      bySeq.set(seq, `${number}:${cseq}`);
    }
  }
  const order = [...bySeq].sort(([a], [b]) => a - b).map(([, message]) => message);
  for (const { number, received, gaps } of senders) {
    expect(gaps).toEqual([]);
    expect(received).toEqual(order.filter((message) => !message.startsWith(`${number}:`)));
  }
});

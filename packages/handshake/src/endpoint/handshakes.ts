import { encodePacket } from "@countersign/wire";
import type { Incoming3a, Peer3a } from "../cs3a/incoming3a.ts";
import { CSID_3A } from "../cs3a/message.ts";
import { Exchange, type ExchangeOptions } from "../exchange/exchange.ts";
import type { ExchangeInput, ExchangeOutput } from "../exchange/exchange-types.ts";
import type { Instant, Persist } from "../machine.ts";
import { PersistGate } from "../persist-gate.ts";
import { LastAnswer } from "./last-answer.ts";
import { TokenBucket } from "./token-bucket.ts";

/** Answers to what is repeated. They may be larger than the question, and go where it says that it is from. */
const REPEATS = { burst: 8, perSecond: 1 } as const;

type Said = Exclude<ExchangeOutput<Peer3a>, { readonly type: "wake" | "persist-at" | "drop" }>;

/** What the machine has said, and why. */
interface Gated<Path> {
  readonly type: "gated";
  readonly output: Said;
  /** Where the packet was from that made it say so, or where the peer is. */
  readonly path: Path;
  readonly cause: ExchangeInput["type"];
}

/** What comes of the handshakes with a peer, when it may: an `at` is on disk before anything that depends on it. */
export type HandshakeOutput<Path> =
  | { readonly type: "send"; readonly bytes: Uint8Array; readonly path: Path }
  | {
      readonly type: "said";
      readonly output: Exclude<Said, { type: "send" }>;
      readonly path: Path;
      readonly cause: string;
    }
  | { readonly type: "drop"; readonly code: string }
  | Persist<bigint>;

/** The exchange machine of one peer, held back by the disk. */
export class Handshakes<Path> {
  private readonly exchange: Exchange<Peer3a, Incoming3a>;
  private readonly gate = new PersistGate<Gated<Path>, bigint>();
  private readonly answer = new LastAnswer();
  private readonly repeats = new TokenBucket(REPEATS);
  private wakeAt: number | undefined;

  constructor(options: ExchangeOptions<Peer3a, Incoming3a>) {
    this.exchange = new Exchange(options);
  }

  /** When `time` is to be stepped. */
  get due(): number | undefined {
    return this.wakeAt;
  }

  /** `path`: where the packet is from, or where the peer is. */
  step(input: ExchangeInput, path: Path, now: Instant): readonly HandshakeOutput<Path>[] {
    const outputs: HandshakeOutput<Path>[] = [];
    const said: (Gated<Path> | Persist<bigint>)[] = [];
    let muted: boolean | undefined;
    for (const output of this.exchange.step(input, now)) {
      // What leaves at once because of a packet has left before; what does not will leave again by its schedule, if any.
      if (output.type === "send" && input.type === "packet") muted ??= !this.repeats.take(now.ms);
      if (output.type === "send" && muted) outputs.push({ type: "drop", code: "endpoint.busy" });
      else if (output.type === "wake") this.wakeAt = output.at;
      else if (output.type === "persist-at") said.push(this.gate.persist(output.at));
      else if (output.type !== "drop") said.push({ type: "gated", output, path, cause: input.type });
      else {
        outputs.push(output);
        if (output.code !== "exchange.duplicate") continue;
        for (const body of this.answer.again(now.ms)) outputs.push(packet(body, path));
      }
    }
    return [...outputs, ...this.release(this.gate.pass(said), now)];
  }

  persisted(id: number, now: Instant): readonly HandshakeOutput<Path>[] {
    return this.release(this.gate.persisted(id), now);
  }

  /** Erases everything, also keys that wait for the disk. Nothing may be asked afterwards. */
  end(now: Instant): void {
    this.exchange.step({ type: "end" }, now);
    for (const { output } of this.gate.end()) {
      if (output.type !== "establish") continue;
      output.keys.sendKey.fill(0);
      output.keys.receiveKey.fill(0);
    }
  }

  private release(
    released: readonly (Gated<Path> | Persist<bigint>)[],
    now: Instant,
  ): readonly HandshakeOutput<Path>[] {
    return released.map((one): HandshakeOutput<Path> => {
      if (one.type === "persist") return one;
      const { output, path, cause } = one;
      if (output.type === "offer") this.answer.heard(output.at);
      if (output.type !== "send") return { type: "said", output, path, cause };
      if (cause === "accept") this.answer.add(output.body, now.ms);
      return packet(output.body, path);
    });
  }
}

function packet<Path>(body: Uint8Array, path: Path): HandshakeOutput<Path> {
  return { type: "send", bytes: encodePacket({ type: "handshake", csid: CSID_3A, body }), path };
}

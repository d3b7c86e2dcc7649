import { createHandshake, type KeyPair } from "@countersign/noise";
import { equalBytes, Step, UsageError } from "@countersign/wire";
import { contextHash, suites } from "../context.ts";
import type { Accepted, Run, RunResult } from "../exchange/cipher-set.ts";
import type { Pin } from "../peer-group-types.ts";
import { type Incoming43, writeBody } from "./body.ts";
import { brokenRules, NOT_OFFERED } from "./broken-rules.ts";
import { exchangeKeys } from "./keys.ts";
import { decodeLinkPayload, encodeLinkPayload, linkMessage } from "./link-payload.ts";
import { linkPrologue } from "./pair-secrets.ts";
import { type IntroducedPeer, introducedBy, type LinkedPeer, type PairSuite } from "./suite.ts";

/** An authentic K1, until the application has decided. */
interface Opened {
  readonly noise: ReturnType<typeof createHandshake>;
  readonly pin: Pin;
  readonly at: bigint;
  readonly exch: Uint8Array;
  readonly next: bigint;
}

/** The responder of a re-link: answers K1 with K2; its keys count once the initiator is heard under them. */
export class LinkResponder implements Run<LinkedPeer, Incoming43, IntroducedPeer> {
  readonly exch: Uint8Array;
  private readonly suite: PairSuite;
  private readonly pins: readonly Pin[];
  private readonly e: KeyPair;
  private opened: Opened | undefined;
  private done = false;

  /** `pins` are tried in order: more than one only while an old link_psk is kept beside a new one. */
  constructor(suite: PairSuite, pins: readonly Pin[]) {
    this.suite = suite;
    this.pins = pins;
    this.e = suite.backend.dh.generateKeyPair(suite.randomBytes);
    this.exch = this.e.publicKey.slice(0, 16);
  }

  consume({ step, at, exch, content }: Incoming43): RunResult<IntroducedPeer> {
    if (step !== Step.K1 || this.done || this.opened !== undefined) return { type: "bad", code: "exchange.step" };
    if (!equalBytes(content.subarray(0, 16), exch)) return { type: "bad", code: "exchange.exch" };
    const { parameters, self, peer: initiator, backend, staticKey } = this.suite;
    const ctxh = contextHash({ mode: "link", parameters, initiator, responder: self, at });
    for (const pin of this.pins) {
      const noise = createHandshake({
        protocol: suites.link,
        initiator: false,
        prologue: linkPrologue(ctxh),
        s: staticKey,
        e: this.e,
        rs: pin.noiseStatic,
        psks: [pin.linkPsk],
        backend,
      });
      const read = noise.readMessage(content);
      if (!read.ok) {
        noise.destroy();
        continue;
      }
      const link = decodeLinkPayload(read.payload, false);
      if (!link.ok || link.value.at !== at) {
        noise.destroy();
        return brokenRules;
      }
      this.opened = { noise, pin, at, exch, next: link.value.next };
      return { type: "message", message: linkMessage(link.value), peer: introducedBy(pin) };
    }
    return { type: "bad", code: "noise.decrypt-failed" };
  }

  accept(): Accepted<LinkedPeer> {
    if (this.opened === undefined) throw new UsageError(...NOT_OFFERED);
    const { noise, pin, at, exch, next } = this.opened;
    const payload = encodeLinkPayload({ at, next: this.suite.expected(), introduction: undefined });
    const k2 = writeBody({ exch: this.exch, step: Step.K2, at }, noise.writeMessage(payload));
    const split = noise.splitKeys();
    split.exporter.fill(0);
    const keys = exchangeKeys("responder", split, { own: this.exch, peer: exch });
    this.wipe();
    return { flight: [k2], keys, peer: { ...pin, label: undefined, next }, standing: "tentative", greet: false };
  }

  wipe(): void {
    this.done = true;
    this.e.privateKey.fill(0);
    this.opened?.noise.destroy();
    this.opened = undefined;
  }
}

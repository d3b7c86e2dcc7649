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

/** The initiator of a re-link between pinned peers: sends K1 (spec 0003, section 7). */
export class LinkInitiator implements Run<LinkedPeer, Incoming43, IntroducedPeer> {
  readonly exch: Uint8Array;
  /** K1. */
  readonly opening: Uint8Array;
  private readonly at: bigint;
  private readonly pin: Pin;
  private readonly e: KeyPair;
  private readonly noise: ReturnType<typeof createHandshake>;
  /** What K2 gave; the handshake is over then but for the application. */
  private answer: { readonly peerExch: Uint8Array; readonly next: bigint } | undefined;
  private done = false;

  constructor(suite: PairSuite, at: bigint, pin: Pin) {
    const { parameters, self, peer, backend, randomBytes, staticKey } = suite;
    this.at = at;
    this.pin = pin;
    const ctxh = contextHash({ mode: "link", parameters, initiator: self, responder: peer, at });
    this.e = backend.dh.generateKeyPair(randomBytes);
    this.exch = this.e.publicKey.slice(0, 16);
    this.noise = createHandshake({
      protocol: suites.link,
      initiator: true,
      prologue: linkPrologue(ctxh),
      s: staticKey,
      e: this.e,
      rs: pin.noiseStatic,
      psks: [pin.linkPsk],
      backend,
    });
    const payload = encodeLinkPayload({ at, next: suite.expected(), introduction: undefined });
    this.opening = writeBody({ exch: this.exch, step: Step.K1, at }, this.noise.writeMessage(payload));
  }

  consume({ step, content, exch }: Incoming43): RunResult<IntroducedPeer> {
    if (step !== Step.K2 || this.done || this.answer !== undefined) return { type: "bad", code: "exchange.step" };
    if (!equalBytes(content.subarray(0, 16), exch)) return { type: "bad", code: "exchange.exch" };
    const read = this.noise.readMessage(content);
    if (!read.ok) return { type: "bad", code: read.code };
    const link = decodeLinkPayload(read.payload, false);
    if (!link.ok || link.value.at !== this.at) return brokenRules;
    this.answer = { peerExch: exch, next: link.value.next };
    return { type: "message", message: linkMessage(link.value), peer: introducedBy(this.pin) };
  }

  accept(): Accepted<LinkedPeer> {
    if (this.answer === undefined || this.done) throw new UsageError(...NOT_OFFERED);
    const { peerExch, next } = this.answer;
    const split = this.noise.splitKeys();
    split.exporter.fill(0);
    const keys = exchangeKeys("initiator", split, { own: this.exch, peer: peerExch });
    this.wipe();
    return { flight: [], keys, peer: { ...this.pin, label: undefined, next }, standing: "live", greet: true };
  }

  wipe(): void {
    this.done = true;
    this.e.privateKey.fill(0);
    this.noise.destroy();
  }
}

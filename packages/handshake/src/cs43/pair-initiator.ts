import { createHandshake, type KeyPair } from "@countersign/noise";
import { createA, type PartyA, type UnconfirmedA } from "@countersign/spake2";
import { concat, equalBytes, formatUuid, Step, UsageError } from "@countersign/wire";
import { deriveW } from "../code/code-key.ts";
import { contextHash } from "../context.ts";
import type { Accepted, Run, RunResult } from "../exchange/cipher-set.ts";
import { type Incoming43, writeBody } from "./body.ts";
import { brokenRules, NOT_OFFERED } from "./broken-rules.ts";
import { deriveLinkPsk, exchangeKeys } from "./keys.ts";
import { decodeLinkPayload, encodeLinkPayload, encodeUriPayload, linkMessage } from "./link-payload.ts";
import { derivePairPsk, initiatorIdentity, PAIR_NOISE, pairPrologue, responderIdentity } from "./pair-secrets.ts";
import type { IntroducedPeer, LinkedPeer, PairSuite } from "./suite.ts";

type Noise = ReturnType<typeof createHandshake>;
type Stage =
  | { readonly name: "awaits P2" }
  | { readonly name: "awaits P4"; readonly spake2: UnconfirmedA; readonly noise: Noise }
  | {
      readonly name: "awaits yes";
      readonly noise: Noise;
      readonly peerExch: Uint8Array;
      readonly peer: IntroducedPeer & Pick<LinkedPeer, "next">;
    }
  | { readonly name: "done" };

/** The initiator of a first contact: sends P1, P3 and P5 (spec 0003, section 5). */
export class PairInitiator implements Run<LinkedPeer, Incoming43, IntroducedPeer> {
  readonly exch: Uint8Array;
  /** P1. */
  readonly opening: Uint8Array;
  private readonly suite: PairSuite;
  private readonly at: bigint;
  private readonly ctxh: Uint8Array;
  private readonly e: KeyPair;
  private readonly spake2: PartyA;
  private peerExch: Uint8Array | undefined;
  private stage: Stage = { name: "awaits P2" };

  /** `prk` is scrypt's output of the code, 32 bytes, secret; it is not kept. */
  constructor(suite: PairSuite, at: bigint, prk: Uint8Array) {
    const { parameters, self, peer, backend, spake2Backend, randomBytes } = suite;
    this.suite = suite;
    this.at = at;
    this.ctxh = contextHash({ mode: "pair", parameters, initiator: self, responder: peer, at });
    this.e = backend.dh.generateKeyPair(randomBytes);
    this.exch = this.e.publicKey.slice(0, 16);
    const w = deriveW(prk, this.ctxh);
    const random48 = randomBytes(48);
    const [idA, idB] = [initiatorIdentity(self), responderIdentity(peer)];
    this.spake2 = createA({ w, idA, idB, aad: this.ctxh, random48, backend: spake2Backend });
    w.fill(0);
    random48.fill(0);
    this.opening = this.write(Step.P1, this.spake2.share);
  }

  consume(incoming: Incoming43): RunResult<IntroducedPeer> {
    if (!this.suite.pairing()) return { type: "bad", code: "exchange.mode" };
    if (this.peerExch !== undefined && !equalBytes(this.peerExch, incoming.exch)) {
      return { type: "bad", code: "exchange.exch" };
    }
    if (incoming.step === Step.P2 && this.stage.name === "awaits P2") return this.consumeP2(incoming);
    if (incoming.step === Step.P4 && this.stage.name === "awaits P4") return this.consumeP4(incoming, this.stage);
    return { type: "bad", code: "exchange.step" };
  }

  accept(): Accepted<LinkedPeer> {
    if (this.stage.name !== "awaits yes") throw new UsageError(...NOT_OFFERED);
    const { noise, peerExch, peer } = this.stage;
    const introduction = { ed25519: this.suite.ed25519, label: this.suite.label };
    const n3 = noise.writeMessage(encodeLinkPayload({ at: this.at, next: this.suite.expected(), introduction }));
    const split = noise.splitKeys();
    const linked = { ...peer, linkPsk: deriveLinkPsk(split.exporter) };
    split.exporter.fill(0);
    const keys = exchangeKeys("initiator", split, { own: this.exch, peer: peerExch });
    this.wipe();
    this.stage = { name: "done" };
    return { flight: [this.write(Step.P5, n3)], keys, peer: linked, standing: "finishing", greet: false };
  }

  wipe(): void {
    this.spake2.destroy();
    this.e.privateKey.fill(0);
    if (this.stage.name === "awaits P4") this.stage.spake2.destroy();
    if (this.stage.name === "awaits P4" || this.stage.name === "awaits yes") this.stage.noise.destroy();
  }

  private consumeP2({ exch, content, body }: Incoming43): RunResult<IntroducedPeer> {
    const spake2 = this.spake2.consumeShare(content);
    if (!spake2.ok) return { type: "bad", code: spake2.code };
    const Ke = spake2.unconfirmedKe();
    const psk = derivePairPsk(Ke, this.ctxh);
    Ke.fill(0);
    const { backend, staticKey, parameters } = this.suite;
    const noise = createHandshake({
      protocol: PAIR_NOISE,
      initiator: true,
      prologue: pairPrologue(this.ctxh, this.opening, body),
      s: staticKey,
      e: this.e,
      psks: [psk],
      backend,
    });
    psk.fill(0);
    const uri = `countersign:${formatUuid(parameters.session)}`;
    const n1 = noise.writeMessage(encodeUriPayload(this.at, uri));
    this.peerExch = exch;
    this.stage = { name: "awaits P4", spake2, noise };
    return { type: "reply", flight: [this.write(Step.P3, concat(spake2.confirmation, n1))], guess: true };
  }

  private consumeP4({ content, exch }: Incoming43, stage: Stage & { name: "awaits P4" }): RunResult<IntroducedPeer> {
    const [cB, n2] = [content.subarray(0, 32), content.subarray(32)];
    if (!stage.spake2.verify(cB).ok) return { type: "bad", code: "exchange.confirmation" };
    if (!equalBytes(n2.subarray(0, 16), exch)) return { type: "bad", code: "exchange.exch" };
    const read = stage.noise.readMessage(n2);
    if (!read.ok) return { type: "bad", code: read.code };
    const link = decodeLinkPayload(read.payload, true);
    const { rs } = stage.noise;
    if (!link.ok || link.value.at !== this.at || link.value.introduction === undefined || rs === undefined) {
      return brokenRules;
    }
    const { next, introduction } = link.value;
    const peer = { noiseStatic: rs, ...introduction };
    stage.spake2.destroy();
    this.stage = { name: "awaits yes", noise: stage.noise, peerExch: exch, peer: { ...peer, next } };
    return { type: "message", message: linkMessage(link.value), peer };
  }

  private write(step: Step, content: Uint8Array): Uint8Array {
    return writeBody({ exch: this.exch, step, at: this.at }, content);
  }
}

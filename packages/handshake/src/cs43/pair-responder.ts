import { createHandshake, type KeyPair } from "@countersign/noise";
import { createB, type PartyB, type UnconfirmedB } from "@countersign/spake2";
import { concat, equalBytes, Step, UsageError } from "@countersign/wire";
import { deriveW } from "../code/code-key.ts";
import { contextHash } from "../context.ts";
import type { Accepted, Run, RunResult } from "../exchange/cipher-set.ts";
import { type Incoming43, writeBody } from "./body.ts";
import { brokenRules, NOT_OFFERED } from "./broken-rules.ts";
import { deriveLinkPsk, exchangeKeys } from "./keys.ts";
import { decodeLinkPayload, decodeUriPayload, encodeLinkPayload, linkMessage, uriMessage } from "./link-payload.ts";
import { derivePairPsk, initiatorIdentity, PAIR_NOISE, pairPrologue, responderIdentity } from "./pair-secrets.ts";
import type { IntroducedPeer, LinkedPeer, PairSuite } from "./suite.ts";

type Noise = ReturnType<typeof createHandshake>;
type Stage =
  | { readonly name: "awaits P1" }
  | { readonly name: "awaits P3"; readonly spake2: UnconfirmedB; readonly prologue: Uint8Array }
  | { readonly name: "awaits P5"; readonly noise: Noise }
  | {
      readonly name: "awaits yes";
      readonly noise: Noise;
      readonly peer: IntroducedPeer & Pick<LinkedPeer, "next">;
    }
  | { readonly name: "done" };

/** The responder of a first contact: answers P1, P3 and P5 (spec 0003, section 5). */
export class PairResponder implements Run<LinkedPeer, Incoming43, IntroducedPeer> {
  readonly exch: Uint8Array;
  private readonly suite: PairSuite;
  private readonly at: bigint;
  private readonly peerExch: Uint8Array;
  private readonly ctxh: Uint8Array;
  private readonly e: KeyPair;
  private readonly spake2: PartyB;
  private stage: Stage = { name: "awaits P1" };

  /** `opening` is a P1; `prk` is scrypt's output of the code, 32 bytes, secret, not kept. Consume the opening next. */
  constructor(suite: PairSuite, { at, exch }: Incoming43, prk: Uint8Array) {
    const { parameters, self, peer, backend, spake2Backend, randomBytes } = suite;
    this.suite = suite;
    this.at = at;
    this.peerExch = exch;
    this.ctxh = contextHash({ mode: "pair", parameters, initiator: peer, responder: self, at });
    this.e = backend.dh.generateKeyPair(randomBytes);
    this.exch = this.e.publicKey.slice(0, 16);
    const w = deriveW(prk, this.ctxh);
    const random48 = randomBytes(48);
    const [idA, idB] = [initiatorIdentity(peer), responderIdentity(self)];
    this.spake2 = createB({ w, idA, idB, aad: this.ctxh, random48, backend: spake2Backend });
    w.fill(0);
    random48.fill(0);
  }

  consume(incoming: Incoming43): RunResult<IntroducedPeer> {
    if (!this.suite.pairing()) return { type: "bad", code: "exchange.mode" };
    if (!equalBytes(this.peerExch, incoming.exch)) return { type: "bad", code: "exchange.exch" };
    const { stage } = this;
    if (incoming.step === Step.P1 && stage.name === "awaits P1") return this.consumeP1(incoming);
    if (incoming.step === Step.P3 && stage.name === "awaits P3") return this.consumeP3(incoming, stage);
    if (incoming.step === Step.P5 && stage.name === "awaits P5") return this.consumeP5(incoming, stage.noise);
    return { type: "bad", code: "exchange.step" };
  }

  accept(): Accepted<LinkedPeer> {
    if (this.stage.name !== "awaits yes") throw new UsageError(...NOT_OFFERED);
    const { noise, peer } = this.stage;
    const split = noise.splitKeys();
    const linked = { ...peer, linkPsk: deriveLinkPsk(split.exporter) };
    split.exporter.fill(0);
    const keys = exchangeKeys("responder", split, { own: this.exch, peer: this.peerExch });
    this.wipe();
    this.stage = { name: "done" };
    return { flight: [], keys, peer: linked, standing: "live", greet: true };
  }

  wipe(): void {
    this.spake2.destroy();
    this.e.privateKey.fill(0);
    if (this.stage.name === "awaits P3") this.stage.spake2.destroy();
    if (this.stage.name === "awaits P5" || this.stage.name === "awaits yes") this.stage.noise.destroy();
  }

  private consumeP1({ content, body }: Incoming43): RunResult<IntroducedPeer> {
    const spake2 = this.spake2.consumeShare(content);
    if (!spake2.ok) return { type: "bad", code: spake2.code };
    const p2 = this.write(Step.P2, this.spake2.share);
    this.stage = { name: "awaits P3", spake2, prologue: pairPrologue(this.ctxh, body, p2) };
    return { type: "reply", flight: [p2], guess: false };
  }

  private consumeP3({ content }: Incoming43, stage: Stage & { name: "awaits P3" }): RunResult<IntroducedPeer> {
    const [cA, n1] = [content.subarray(0, 32), content.subarray(32)];
    if (!equalBytes(n1.subarray(0, 16), this.peerExch)) return { type: "bad", code: "exchange.exch" };
    // N1 is not touched before cA is right: the listening end gives nothing to guess against.
    const confirmed = stage.spake2.verify(cA);
    if (!confirmed.ok) return { type: "bad-guess", code: "exchange.confirmation" };
    const psk = derivePairPsk(confirmed.Ke, this.ctxh);
    confirmed.Ke.fill(0);
    const { backend, staticKey, ed25519, label } = this.suite;
    const noise = createHandshake({
      protocol: PAIR_NOISE,
      initiator: false,
      prologue: stage.prologue,
      s: staticKey,
      e: this.e,
      psks: [psk],
      backend,
    });
    psk.fill(0);
    const read = noise.readMessage(n1);
    if (!read.ok) {
      noise.destroy();
      return { type: "bad", code: read.code };
    }
    const uri = decodeUriPayload(read.payload);
    if (!uri.ok || uri.value.at !== this.at) {
      noise.destroy();
      return brokenRules;
    }
    const introduction = { ed25519, label };
    const n2 = noise.writeMessage(encodeLinkPayload({ at: this.at, next: this.suite.expected(), introduction }));
    stage.spake2.destroy();
    this.stage = { name: "awaits P5", noise };
    const p4 = this.write(Step.P4, concat(confirmed.confirmation, n2));
    return { type: "reply", flight: [p4], guess: false, message: uriMessage(uri.value.uri) };
  }

  private consumeP5({ content }: Incoming43, noise: Noise): RunResult<IntroducedPeer> {
    const read = noise.readMessage(content);
    if (!read.ok) return { type: "bad", code: read.code };
    const link = decodeLinkPayload(read.payload, true);
    const { rs } = noise;
    if (!link.ok || link.value.at !== this.at || link.value.introduction === undefined || rs === undefined) {
      return brokenRules;
    }
    const { next, introduction } = link.value;
    const peer = { noiseStatic: rs, ...introduction };
    this.stage = { name: "awaits yes", noise, peer: { ...peer, next } };
    return { type: "message", message: linkMessage(link.value), peer };
  }

  private write(step: Step, content: Uint8Array): Uint8Array {
    return writeBody({ exch: this.exch, step, at: this.at }, content);
  }
}

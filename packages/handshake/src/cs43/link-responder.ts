import { createHandshake, type KeyPair } from "@countersign/noise";
import { equalBytes, Step } from "@countersign/wire";
import { contextHash, suites } from "../context.ts";
import type { Run, RunResult } from "../exchange/cipher-set.ts";
import type { Pin } from "../peer-group-types.ts";
import { type Incoming43, writeBody } from "./body.ts";
import { exchangeKeys } from "./keys.ts";
import { decodeLinkPayload, encodeLinkPayload } from "./link-payload.ts";
import { linkPrologue } from "./pair-secrets.ts";
import type { LinkedPeer, PairSuite } from "./suite.ts";

/** The responder of a re-link: answers K1 with K2; its keys count once the initiator is heard under them. */
export class LinkResponder implements Run<LinkedPeer, Incoming43> {
  readonly exch: Uint8Array;
  private readonly suite: PairSuite;
  private readonly pins: readonly Pin[];
  private readonly e: KeyPair;
  private done = false;

  /** `pins` are tried in order: more than one only while an old link_psk is kept beside a new one. */
  constructor(suite: PairSuite, pins: readonly Pin[]) {
    this.suite = suite;
    this.pins = pins;
    this.e = suite.backend.dh.generateKeyPair(suite.randomBytes);
    this.exch = this.e.publicKey.slice(0, 16);
  }

  consume({ step, at, exch, content }: Incoming43): RunResult<LinkedPeer> {
    if (step !== Step.K1 || this.done) return { type: "bad", code: "exchange.step" };
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
        return { type: "refused", code: "peer.protocol", detail: "an authentic re-link that breaks the rules" };
      }
      const payload = encodeLinkPayload({ at, next: this.suite.expected(), introduction: undefined });
      const k2 = writeBody({ exch: this.exch, step: Step.K2, at }, noise.writeMessage(payload));
      const split = noise.splitKeys();
      split.exporter.fill(0);
      noise.destroy();
      this.wipe();
      const keys = exchangeKeys("responder", split, { own: this.exch, peer: exch });
      const peer = { ...pin, label: undefined, next: link.value.next };
      return { type: "complete", flight: [k2], keys, peer };
    }
    return { type: "bad", code: "noise.decrypt-failed" };
  }

  wipe(): void {
    this.done = true;
    this.e.privateKey.fill(0);
  }
}

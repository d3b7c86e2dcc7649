import { existsSync, readFileSync } from "node:fs";
import { createHandshake, portableBackend } from "@countersign/noise";
import { createA, createB } from "@countersign/spake2";
import { concat, encodeHandshakeMessage, encodeHex, Step, utf8 } from "@countersign/wire";
import { scrypt } from "@noble/hashes/scrypt.js";
import { describe, expect, test } from "vitest";
import { codeKdf, codeSalt, deriveW } from "../src/code/code-key.ts";
import { type Context, contextHash, encodeContext, suites } from "../src/context.ts";
import { writeBody } from "../src/cs43/body.ts";
import { deriveLinkPsk, exchangeKeys } from "../src/cs43/keys.ts";
import {
  derivePairPsk,
  initiatorIdentity,
  linkPrologue,
  PAIR_NOISE,
  pairPrologue,
  responderIdentity,
} from "../src/cs43/pair-secrets.ts";
import { sharedVectors, unhex } from "./support/shared-vectors.ts";

// The prototype's payloads were bare LOBs, so that its handshake is put together here out of the package's own parts.
const file = sharedVectors("countersign/prototype-transcript.json");

describe("the prototype's transcript (skipped where shared vectors are missing)", () => {
  if (!existsSync(file)) {
    // Published and shared vectors are never copied into the project, so that a lone checkout does without.
    test.skip("context, code, P1 to P5, keys, re-link", () => undefined);
    return;
  }
  const t = JSON.parse(readFileSync(file, "utf8"));
  const [alice, bob] = t.parties;
  const party = (p: typeof alice) => ({ number: p.num, eid: unhex(p.eid), versions: Uint8Array.of(1) });
  const keyPair = (secret: string) => portableBackend.dh.keyPair(unhex(secret));
  const parameters = {
    group: unhex(t.group),
    session: unhex(t.session),
    kind: "keygen",
    parties: 3,
    threshold: 2,
  } as const;
  const at = BigInt(t.at);
  const context: Context = { mode: "pair", parameters, initiator: party(alice), responder: party(bob), at };
  const ctxh = contextHash(context);
  const lob = (type: string, atOf: bigint, body: string) =>
    encodeHandshakeMessage({ type, at: atOf, head: {}, body: utf8(body) });

  test("context and its hash", () => {
    expect(encodeHex(encodeContext(context))).toBe(t.ctx);
    expect(encodeHex(ctxh)).toBe(t.ctxHash);
  });

  test("scrypt of the code", () => {
    const prk = scrypt(utf8(t.code), codeSalt(parameters.group, parameters.session), codeKdf);
    expect(encodeHex(prk)).toBe(t.scryptPrk);
  });

  test("P1 to P5, keys, routing tokens, link_psk, and the re-link K1 and K2", () => {
    const w = deriveW(unhex(t.scryptPrk), ctxh);
    const ids = { idA: initiatorIdentity(party(alice)), idB: responderIdentity(party(bob)), aad: ctxh };
    const a = createA({ w, ...ids, random48: unhex(alice.spakeSeed48) });
    const b = createB({ w, ...ids, random48: unhex(bob.spakeSeed48) });
    const [eI, eR] = [keyPair(alice.ephemeral), keyPair(bob.ephemeral)];
    const [exchI, exchR] = [eI.publicKey.slice(0, 16), eR.publicKey.slice(0, 16)];
    const p1 = writeBody({ exch: exchI, step: Step.P1, at }, a.share);
    const p2 = writeBody({ exch: exchR, step: Step.P2, at }, b.share);
    expect(encodeHex(p1)).toBe(t.bodies.P1);
    expect(encodeHex(p2)).toBe(t.bodies.P2);

    const atA = a.consumeShare(b.share);
    const atB = b.consumeShare(a.share);
    if (!atA.ok || !atB.ok) throw new Error("the shares were refused");
    const Ke = atA.unconfirmedKe();
    expect(encodeHex(Ke)).toBe(t.Ke);
    const psk = derivePairPsk(Ke, ctxh);
    expect(encodeHex(psk)).toBe(t.psk);
    const common = { protocol: PAIR_NOISE, prologue: pairPrologue(ctxh, p1, p2), psks: [psk] };
    const I = createHandshake({ ...common, initiator: true, s: keyPair(alice.static), e: eI });
    const R = createHandshake({ ...common, initiator: false, s: keyPair(bob.static), e: eR });
    const n1 = I.writeMessage(lob("uri", at, ""));
    expect(R.readMessage(n1).ok).toBe(true);
    const n2 = R.writeMessage(lob("link", at, "bob"));
    expect(I.readMessage(n2).ok).toBe(true);
    const n3 = I.writeMessage(lob("link", at, "alice"));
    expect(R.readMessage(n3).ok).toBe(true);
    const cB = atB.verify(atA.confirmation);
    if (!cB.ok) throw new Error("cA was refused");
    expect(encodeHex(writeBody({ exch: exchI, step: Step.P3, at }, concat(atA.confirmation, n1)))).toBe(t.bodies.P3);
    expect(encodeHex(writeBody({ exch: exchR, step: Step.P4, at }, concat(cB.confirmation, n2)))).toBe(t.bodies.P4);
    expect(encodeHex(writeBody({ exch: exchI, step: Step.P5, at }, n3))).toBe(t.bodies.P5);

    expect(encodeHex(I.handshakeHash)).toBe(t.handshakeHash);
    const split = I.splitKeys();
    expect(encodeHex(split.exporter)).toBe(t.exporter);
    const linkPsk = deriveLinkPsk(split.exporter);
    expect(encodeHex(linkPsk)).toBe(t.linkPsk);
    const keys = exchangeKeys("initiator", split, { own: exchI, peer: exchR });
    expect(encodeHex(keys.sendKey)).toBe(t.kInitiatorTx);
    expect(encodeHex(keys.receiveKey)).toBe(t.kResponderTx);
    expect(encodeHex(keys.receiveToken)).toBe(t.routingTokenI);
    expect(encodeHex(keys.sendToken)).toBe(t.routingTokenR);
    relink(linkPsk);
  });

  function relink(linkPsk: Uint8Array): void {
    const read = (name: "K1" | "K2") => unhex(t.relink[name]);
    const linkAt = at + 2n;
    const linkContext = contextHash({ ...context, mode: "link", at: linkAt });
    const R = createHandshake({
      protocol: suites.link,
      initiator: false,
      prologue: linkPrologue(linkContext),
      s: keyPair(bob.static),
      rs: unhex(alice.staticPub),
      psks: [linkPsk],
    });
    const payload = R.readMessage(read("K1").subarray(26));
    expect(payload).toEqual({ ok: true, payload: lob("link", linkAt, "") });
  }
});

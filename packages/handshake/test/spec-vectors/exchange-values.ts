import { createHandshake, portableBackend } from "@countersign/noise";
import { concat, encodeHex } from "@countersign/wire";
import { expect } from "vitest";
import { deriveW } from "../../src/code/code-key.ts";
import { contextHash, encodeContext } from "../../src/context.ts";
import { contactGroup, deriveLinkPsk, exchangeKeys } from "../../src/cs43/keys.ts";
import {
  derivePairPsk,
  initiatorIdentity,
  linkPrologue,
  pairPrologue,
  responderIdentity,
} from "../../src/cs43/pair-secrets.ts";
import { unhex } from "../support/shared-vectors.ts";
import { checkX25519 } from "./key-values.ts";
import { partyOf, type SessionVector } from "./session.ts";
import { checkSpake2Values } from "./spake2-values.ts";
import { parametersOf } from "./vector-files.ts";

/** One exchange of a session file: hexadecimal values by their names in the specification. */
export type ExchangeJson = { readonly initiator: number; readonly responder: number; readonly at: string } & Values;
type End = Readonly<Record<"exch" | "token" | "spake2Random" | "x" | "pA" | "y" | "pB", string>> & {
  readonly ephemeral: { readonly private: string; readonly public: string };
};
interface Values {
  readonly [name: string]: unknown;
  readonly I: End;
  readonly R: End;
  readonly packets: Readonly<Record<string, string>>;
  readonly payloads: Readonly<Record<string, string>>;
}

/** Holds every value of an exchange between the packets against the functions that the machines are made of. */
export function checkExchangeValues(vector: SessionVector, exchange: ExchangeJson): void {
  const value = (name: string) => unhex(String(exchange[name]));
  const mode = exchange.packets["P1"] === undefined ? "link" : "pair";
  const [initiator, responder] = [exchange.initiator, exchange.responder].map((number) => {
    const { eid, versions } = partyOf(vector, number);
    return { number, eid: unhex(eid), versions: unhex(versions) };
  });
  if (initiator === undefined || responder === undefined) throw new Error("an exchange has two ends");
  const parameters = parametersOf(vector.session);
  const context = { mode, parameters, initiator, responder, at: BigInt(exchange.at) } as const;
  expect(encodeHex(encodeContext(context))).toBe(exchange["ctx"]);
  const ctxh = contextHash(context);
  expect(encodeHex(ctxh)).toBe(exchange["ctxh"]);

  const body = (name: string) => unhex(exchange.packets[name] ?? "").subarray(3);
  if (mode === "pair") {
    expect(deriveW(unhex(vector.code?.prk ?? ""), ctxh)).toEqual(value("w"));
    const identities = [initiatorIdentity(initiator), responderIdentity(responder)];
    expect(identities).toEqual([value("idA"), value("idB")]);
    checkSpake2Values({ value, I: exchange.I, R: exchange.R });
    expect(derivePairPsk(value("Ke"), ctxh)).toEqual(value("psk"));
    expect(pairPrologue(ctxh, body("P1"), body("P2"))).toEqual(value("prologue"));
    expect(deriveLinkPsk(value("exporter"))).toEqual(value("linkPsk"));
    expect(contactGroup(value("linkPsk"))).toEqual(value("contactGroup"));
  } else expect(linkPrologue(ctxh)).toEqual(value("prologue"));

  checkNoise(vector, exchange, { value, body, mode });
  for (const { ephemeral, exch } of [exchange.I, exchange.R]) {
    checkX25519(ephemeral);
    expect(ephemeral.public.slice(0, 32)).toBe(exch);
  }
  const split = { k1: value("k1"), k2: value("k2"), exporter: new Uint8Array(32) };
  const keys = exchangeKeys("initiator", split, { own: unhex(exchange.I.exch), peer: unhex(exchange.R.exch) });
  expect([keys.receiveToken, keys.sendToken].map(encodeHex)).toEqual([exchange.I.token, exchange.R.token]);
}

interface Reader {
  readonly value: (name: string) => Uint8Array;
  readonly body: (packet: string) => Uint8Array;
  readonly mode: "pair" | "link";
}

/** Plays both ends of the Noise handshake, which gives payloads, handshake hash and keys. */
function checkNoise(vector: SessionVector, exchange: ExchangeJson, { value, body, mode }: Reader): void {
  const keyPair = (secret: string) => portableBackend.dh.keyPair(unhex(secret));
  const [s, peer] = [partyOf(vector, exchange.initiator).static, partyOf(vector, exchange.responder).static];
  const common = { prologue: value("prologue"), psks: [value(mode === "pair" ? "psk" : "linkPsk")] };
  const protocol = mode === "pair" ? "Noise_XXpsk0_25519_ChaChaPoly_SHA256" : "Noise_KKpsk0_25519_ChaChaPoly_SHA256";
  const rs = mode === "pair" ? undefined : { rs: unhex(peer.public) };
  const e = keyPair(exchange.I.ephemeral.private);
  const noise = createHandshake({ ...common, ...rs, protocol, initiator: true, s: keyPair(s.private), e });
  const payload = (name: string) => unhex(exchange.payloads[name] ?? "");
  if (mode === "pair") {
    expect(concat(value("cA"), noise.writeMessage(payload("N1")))).toEqual(body("P3").subarray(26));
    expect(noise.readMessage(body("P4").subarray(26 + 32))).toEqual({ ok: true, payload: payload("N2") });
    expect(noise.writeMessage(payload("N3"))).toEqual(body("P5").subarray(26));
  } else {
    expect(noise.writeMessage(payload("K1"))).toEqual(body("K1").subarray(26));
    expect(noise.readMessage(body("K2").subarray(26))).toEqual({ ok: true, payload: payload("K2") });
  }
  expect(noise.handshakeHash).toEqual(value("handshakeHash"));
  const { k1, k2, exporter } = noise.splitKeys();
  expect([k1, k2]).toEqual([value("k1"), value("k2")]);
  if (mode === "pair") expect(exporter).toEqual(value("exporter"));
}

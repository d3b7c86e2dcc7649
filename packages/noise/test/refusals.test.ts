import { type Backend, createHandshake, type HandshakeOptions, portableBackend } from "@countersign/noise";
import { describe, expect, it } from "vitest";
import { SMALL_ORDER } from "./small-order.ts";
import { BACKENDS, hex, parties, run, seeded, usageCode, ZEROLEN } from "./support.ts";

const protocol = (pattern: string) => `Noise_${pattern}_25519_ChaChaPoly_SHA256`;
const pair = portableBackend.dh.generateKeyPair(seeded("refusals"));
const psk = new Uint8Array(32);
const short = new Uint8Array(31);

describe("createHandshake", () => {
  it.each<[string, string, Partial<HandshakeOptions>]>([
    ["usage.protocol-name", "XY", {}],
    ["usage.missing-key", "XX", {}],
    ["usage.missing-key", "NK", {}],
    ["usage.missing-key", "K", { s: pair }],
    ["usage.missing-key", "XXfallback", { s: pair }],
    ["usage.missing-key", "XXfallback", { s: pair, initiator: false }],
    ["usage.unexpected-key", "NN", { s: pair }],
    ["usage.unexpected-key", "NX", { s: pair }],
    ["usage.unexpected-key", "XX", { s: pair, rs: pair.publicKey }],
    ["usage.unexpected-key", "XX", { s: pair, re: pair.publicKey }],
    ["usage.unexpected-key", "N", { s: pair, e: pair, initiator: false }],
    ["usage.byte-length", "XX", { s: { ...pair, publicKey: short } }],
    ["usage.byte-length", "NN", { e: { ...pair, publicKey: short } }],
    ["usage.byte-length", "NK", { rs: short }],
    ["usage.byte-length", "NNfallback", { re: short }],
    ["usage.byte-length", "NNpsk0", { psks: [short] }],
    ["usage.psk-count", "NNpsk0", {}],
    ["usage.psk-count", "NNpsk0+psk2", { psks: [psk] }],
    ["usage.psk-count", "NN", { psks: [psk] }],
    ["nothing was thrown", "NN", { e: pair }],
    ["nothing was thrown", "NNpsk0+psk2", { psks: [psk, psk] }],
    ["nothing was thrown", "NNfallback", { re: pair.publicKey }],
  ])("says %s of %s", (code, pattern, options) => {
    expect(usageCode(() => createHandshake({ protocol: protocol(pattern), initiator: true, ...options }))).toBe(code);
  });

  it("refuses keys of small order from the caller", () => {
    for (const key of SMALL_ORDER) {
      const refused = [
        { protocol: protocol("NK"), initiator: true, rs: key },
        { protocol: protocol("NNfallback"), initiator: true, re: key },
      ];
      for (const options of refused)
        expect(
          usageCode(() => createHandshake(options)),
          hex(key),
        ).toBe("usage.bad-key");
    }
  });

  it("copies the PSKs and public keys that it is given", () => {
    const [rs, psks] = [new Uint8Array(pair.publicKey), [new Uint8Array(32)]];
    const common = { protocol: protocol("NKpsk0") };
    const initiator = createHandshake({ ...common, initiator: true, rs, psks });
    for (const given of [rs, ...psks]) given.fill(1);
    const responder = createHandshake({ ...common, initiator: false, s: pair, psks: [psk] });
    run(initiator, responder);
    expect(initiator.handshakeHash).toEqual(responder.handshakeHash);
  });
});

describe.each(BACKENDS)("a handshake on the $name backend", (backend) => {
  it("refuses every e of small order when it arrives, even if no DH of that message uses it", () => {
    const { initiator, responder } = parties(protocol("NN"), { initiator: backend });
    for (const key of SMALL_ORDER) {
      expect(responder.readMessage(key), hex(key)).toEqual({ ok: false, code: "noise.bad-key" });
    }
    run(initiator, responder);
    expect(responder.handshakeHash).toEqual(initiator.handshakeHash);
  });

  it("refuses an s of small order", () => {
    for (const publicKey of SMALL_ORDER) {
      const common = { protocol: protocol("IN"), backend };
      const message = createHandshake({ ...common, initiator: true, s: { ...pair, publicKey } }).writeMessage();
      const responder = createHandshake({ ...common, initiator: false });
      expect(responder.readMessage(message), hex(publicKey)).toEqual({ ok: false, code: "noise.bad-key" });
      expect(responder.rs).toBeUndefined();
    }
  });

  it("takes a DH without output for a bad key, and is then as it was", () => {
    let refusing = false;
    const dh: Backend["dh"]["dh"] = (keyPair, key) => (refusing ? undefined : backend.dh.dh(keyPair, key));
    const stubborn = { ...backend, dh: { ...backend.dh, dh } };
    const { initiator, responder } = parties(protocol("NN"), { initiator: stubborn });
    const first = initiator.writeMessage();
    responder.readMessage(first);
    refusing = true;
    expect(usageCode(() => responder.writeMessage())).toBe("usage.bad-key");
    refusing = false;
    const second = responder.writeMessage();
    refusing = true;
    expect(initiator.readMessage(second)).toEqual({ ok: false, code: "noise.bad-key" });
    refusing = false;
    expect(initiator.readMessage(second)).toEqual({ ok: true, payload: ZEROLEN });
    expect(initiator.handshakeHash).toEqual(responder.handshakeHash);
  });

  it("is as it was when the random generator fails", () => {
    const fail = () => {
      throw new Error("no entropy");
    };
    const outputs = [() => new Uint8Array(31), fail, () => new Uint8Array(32).fill(7)];
    const handshake = createHandshake({
      protocol: protocol("NNpsk0"),
      initiator: true,
      psks: [psk],
      backend,
      randomBytes: () => outputs.shift()?.() ?? ZEROLEN,
    });
    expect(usageCode(() => handshake.writeMessage())).toBe("usage.byte-length");
    expect(() => handshake.writeMessage()).toThrow("no entropy");
    const e = backend.dh.keyPair(new Uint8Array(32).fill(7));
    const expected = createHandshake({ protocol: protocol("NNpsk0"), initiator: true, psks: [psk], e });
    expect(handshake.writeMessage()).toEqual(expected.writeMessage());
  });

  it("refuses a private key of the wrong length when it comes to use it", () => {
    const s = { publicKey: pair.publicKey, privateKey: short };
    const common = { protocol: protocol("NK"), backend };
    const message = createHandshake({ ...common, initiator: true, rs: pair.publicKey }).writeMessage();
    const responder = createHandshake({ ...common, initiator: false, s });
    expect(usageCode(() => responder.readMessage(message))).toBe("usage.byte-length");
  });
});

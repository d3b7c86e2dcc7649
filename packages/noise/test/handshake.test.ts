import { createHandshake, hkdf3, type KeyPair } from "@countersign/noise";
import { describe, expect, it } from "vitest";
import { SymmetricState } from "../src/symmetric-state.ts";
import { ascii, BACKENDS, hex, parties, run, seeded, usageCode, ZEROLEN } from "./support.ts";

const XX = "Noise_XX_25519_ChaChaPoly_SHA256";
const NN = "Noise_NN_25519_ChaChaPoly_SHA256";

describe.each(BACKENDS)("a handshake on the $name backend", (backend) => {
  it("tells whose turn it is and refuses to be used out of turn", () => {
    const { initiator, responder } = parties(XX, { initiator: backend });
    expect([initiator.initiator, initiator.turn, initiator.complete]).toEqual([true, "write", false]);
    expect([responder.initiator, responder.turn, responder.complete]).toEqual([false, "read", false]);
    expect(usageCode(() => initiator.readMessage(ZEROLEN))).toBe("usage.out-of-turn");
    expect(usageCode(() => responder.writeMessage())).toBe("usage.out-of-turn");
    run(initiator, responder);
    expect([initiator.turn, responder.turn]).toEqual(["split", "split"]);
    expect(usageCode(() => initiator.writeMessage())).toBe("usage.out-of-turn");
    expect(usageCode(() => responder.readMessage(ZEROLEN))).toBe("usage.out-of-turn");
  });

  it("learns rs from the message that carries it, and hands out copies", () => {
    const { initiator, responder } = parties(XX, { initiator: backend });
    const s = backend.dh.keyPair(seeded(XX)(32)).publicKey;
    responder.readMessage(initiator.writeMessage());
    expect([initiator.rs, responder.rs]).toEqual([undefined, undefined]);
    initiator.readMessage(responder.writeMessage());
    responder.readMessage(initiator.writeMessage());
    expect(responder.rs).toEqual(s);
    responder.rs?.fill(0);
    expect(responder.rs).toEqual(s);
    expect(initiator.rs).toHaveLength(32);
  });

  it("gives both sides one hash, the same keys and the same exporter", () => {
    const { initiator, responder } = parties(XX, { initiator: backend });
    expect(usageCode(() => initiator.handshakeHash)).toBe("usage.not-complete");
    expect(usageCode(() => initiator.split())).toBe("usage.not-complete");
    run(initiator, responder);
    expect(initiator.handshakeHash).toEqual(responder.handshakeHash);
    const [ours, theirs] = [initiator.splitKeys(), responder.splitKeys()];
    expect(ours).toEqual(theirs);
    expect(new Set([ours.k1, ours.k2, ours.exporter].map(hex)).size).toBe(3);
    expect([ours.k1.length, ours.k2.length, ours.exporter.length]).toEqual([32, 32, 32]);
  });

  it("splits into CipherStates of the raw keys, once", () => {
    const [a, b] = [parties(XX, { initiator: backend }), parties(XX, { initiator: backend })];
    run(a.initiator, a.responder);
    run(b.initiator, b.responder);
    const keys = a.initiator.splitKeys();
    const split = b.initiator.split();
    const cipher = backend.cipher("ChaChaPoly");
    for (const [k, state] of [
      [keys.k1, split.initiatorToResponder],
      [keys.k2, split.responderToInitiator],
    ] as const) {
      expect(state.encryptWithAd(ZEROLEN, ascii("text"))).toEqual(cipher.importKey(k).seal(0, ZEROLEN, ascii("text")));
    }
    expect(split.exporter).toEqual(keys.exporter);
    expect(usageCode(() => a.initiator.split())).toBe("usage.already-split");
    expect(usageCode(() => b.initiator.splitKeys())).toBe("usage.already-split");
    expect(usageCode(() => b.initiator.writeMessage())).toBe("usage.already-split");
    expect(b.initiator.handshakeHash).toEqual(a.initiator.handshakeHash);
  });

  it("exports the third output of HKDF(ck, zerolen, 3) beside the two of the standard", () => {
    for (const [name, length] of [
      ["SHA256", 32],
      ["BLAKE2b", 64],
    ] as const) {
      const hash = backend.hash(name);
      const symmetricState = SymmetricState.initialize("name", hash, backend.cipher("ChaChaPoly"));
      const ck = new Uint8Array(length);
      ck.set(ascii("name"));
      const [k1, k2, exporter] = hkdf3(hash, ck, ZEROLEN);
      expect(symmetricState.split()).toEqual({ k1: k1.slice(0, 32), k2: k2.slice(0, 32), exporter });
      expect(exporter).toHaveLength(length);
    }
  });

  it("of a one-way pattern has one direction", () => {
    const [a, b] = [1, 2].map(() => parties("Noise_K_25519_ChaChaPoly_SHA256", { initiator: backend }));
    if (a === undefined || b === undefined) throw new Error("unreachable");
    run(a.initiator, a.responder);
    run(b.initiator, b.responder);
    expect(a.responder.splitKeys().k2).toHaveLength(0);
    const [sender, recipient] = [a.initiator.split(), b.responder.split()];
    const message = sender.initiatorToResponder.encryptWithAd(ZEROLEN, ascii("text"));
    expect(recipient.initiatorToResponder.decryptWithAd(ZEROLEN, message)).toMatchObject({ ok: true });
    expect(usageCode(() => recipient.responderToInitiator.encryptWithAd(ZEROLEN, ZEROLEN))).toBe("usage.destroyed");
  });

  it("fails where prologue or PSK differ", () => {
    const protocol = "Noise_NNpsk0_25519_ChaChaPoly_SHA256";
    const message = parties(protocol, { initiator: backend }).initiator.writeMessage();
    const read = (options: { seed?: string; prologue?: Uint8Array }) =>
      parties(protocol, { initiator: backend, ...options }).responder.readMessage(message);
    expect(read({})).toEqual({ ok: true, payload: ZEROLEN });
    expect(read({ prologue: ascii("another") })).toEqual({ ok: false, code: "noise.decrypt-failed" });
    expect(read({ seed: "another" })).toEqual({ ok: false, code: "noise.decrypt-failed" });
  });

  it("has messages of at most 65535 bytes", () => {
    const { initiator, responder } = parties(NN, { initiator: backend });
    for (const [writer, reader, overhead] of [
      [initiator, responder, 32],
      [responder, initiator, 48],
    ] as const) {
      expect(usageCode(() => writer.writeMessage(new Uint8Array(65536 - overhead)))).toBe("usage.too-long");
      const message = writer.writeMessage(new Uint8Array(65535 - overhead));
      expect(reader.readMessage(new Uint8Array(65536))).toEqual({ ok: false, code: "noise.too-long" });
      expect(reader.readMessage(message)).toEqual({ ok: true, payload: new Uint8Array(65535 - overhead) });
    }
  });

  it("takes a Buffer for bytes, and gives away neither Buffers nor views of what it was given", () => {
    const { initiator, responder } = parties(XX, { initiator: backend });
    const message = Buffer.from(initiator.writeMessage(Buffer.from("payload")));
    const result = responder.readMessage(message);
    message.fill(0);
    expect(result).toEqual({ ok: true, payload: ascii("payload") });
    const reply = Buffer.from(responder.writeMessage(Buffer.from("reply")));
    expect(initiator.readMessage(reply)).toEqual({ ok: true, payload: ascii("reply") });
    reply.fill(0);
    responder.readMessage(initiator.writeMessage());
    const split = initiator.split();
    const outputs = [
      initiator.rs,
      initiator.handshakeHash,
      split.exporter,
      split.initiatorToResponder.encryptWithAd(Buffer.alloc(1), Buffer.alloc(1)),
      backend.dh.generateKeyPair().publicKey,
      backend.hash("SHA256").hash(Buffer.alloc(1)),
    ];
    for (const output of outputs) expect(output?.constructor).toBe(Uint8Array);
  });
});

describe.each(BACKENDS)("the end of a handshake on the $name backend", (backend) => {
  it("is final, and leaves the hash and rs of one that was complete", () => {
    const { initiator, responder } = parties(XX, { initiator: backend });
    run(initiator, responder);
    initiator.destroy();
    for (const use of [() => initiator.writeMessage(), () => initiator.readMessage(ZEROLEN), () => initiator.split()]) {
      expect(usageCode(use)).toBe("usage.destroyed");
    }
    expect(initiator.handshakeHash).toEqual(responder.handshakeHash);
    expect(initiator.rs).toHaveLength(32);
  });

  it("wipes the ephemeral key that it drew, but nothing of the caller's", () => {
    const drawn: KeyPair[] = [];
    const generateKeyPair = (...args: Parameters<typeof backend.dh.generateKeyPair>) => {
      const pair = backend.dh.generateKeyPair(...args);
      drawn.push(pair);
      return pair;
    };
    const [s, e] = [backend.dh.generateKeyPair(), backend.dh.generateKeyPair()];
    const psk = new Uint8Array(32).fill(1);
    const common = { protocol: "Noise_XXpsk0_25519_ChaChaPoly_SHA256", psks: [psk] };
    const watched = { ...backend, dh: { ...backend.dh, generateKeyPair } };
    const initiator = createHandshake({
      ...common,
      initiator: true,
      s,
      backend: watched,
      randomBytes: (length) => new Uint8Array(length).fill(2),
    });
    const responder = createHandshake({ ...common, initiator: false, s, e, backend });
    expect(responder.readMessage(initiator.writeMessage())).toMatchObject({ ok: true });
    const [ephemeral] = drawn;
    expect(ephemeral?.privateKey).toEqual(new Uint8Array(32).fill(2));
    initiator.destroy();
    responder.destroy();
    expect(ephemeral?.privateKey).toEqual(new Uint8Array(32));
    for (const secret of [s.privateKey, e.privateKey, psk]) expect(secret).not.toEqual(new Uint8Array(32));
  });
});

describe.each(BACKENDS)("Noise Pipes on the $name backend (section 10.4)", (backend) => {
  it("falls back to XX when the responder cannot read IK", () => {
    const randomBytes = seeded("pipes");
    const [a, e, b, stale] = [1, 2, 3, 4].map(() => backend.dh.generateKeyPair(randomBytes)) as [
      KeyPair,
      KeyPair,
      KeyPair,
      KeyPair,
    ];
    const common = { backend, prologue: ascii("pipes"), randomBytes };
    const IK = "Noise_IK_25519_ChaChaPoly_SHA256";
    const first = createHandshake({ ...common, protocol: IK, initiator: true, s: a, e, rs: stale.publicKey });
    const message = first.writeMessage(ascii("0-RTT"));
    const bob = createHandshake({ ...common, protocol: IK, initiator: false, s: b });
    expect(bob.readMessage(message)).toEqual({ ok: false, code: "noise.decrypt-failed" });

    const fallback = { ...common, protocol: "Noise_XXfallback_25519_ChaChaPoly_SHA256" };
    const initiator = createHandshake({ ...fallback, initiator: true, s: b, re: message.subarray(0, 32) });
    const responder = createHandshake({ ...fallback, initiator: false, s: a, e });
    run(initiator, responder);
    expect(initiator.rs).toEqual(a.publicKey);
    expect(responder.rs).toEqual(b.publicKey);
    expect(initiator.splitKeys()).toEqual(responder.splitKeys());
    // Of this implementation, when it had been held against other ones' vectors of XXfallback.
    expect(hex(initiator.handshakeHash)).toBe("7aa02f1c7feca88f135797795c45e49e27692029dfe55396fbbeffacea4560ad");
  });
});

import { hkdf3 } from "@countersign/noise";
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
    initiator.handshakeHash.fill(0);
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

  it.each([
    [NN, 32, 48],
    ["Noise_NNpsk2_25519_ChaChaPoly_SHA256", 48, 48],
  ])("of %s has messages of at most 65535 bytes", (protocol, overheadOfFirst, overheadOfSecond) => {
    const { initiator, responder } = parties(protocol, { initiator: backend });
    for (const [writer, reader, overhead] of [
      [initiator, responder, overheadOfFirst],
      [responder, initiator, overheadOfSecond],
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

import { createHandshake, type KeyPair, portableBackend } from "@countersign/noise";
import { describe, expect, it } from "vitest";
import { toCipherStates } from "../src/split.ts";
import { BACKENDS, parties, run, usageCode, ZEROLEN } from "./support.ts";

const XX = "Noise_XX_25519_ChaChaPoly_SHA256";

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

  it("wipes the ephemeral key that it drew and every DH output, but nothing of the caller's", () => {
    const drawn: KeyPair[] = [];
    const outputs: (Uint8Array | undefined)[] = [];
    const dh = (...args: Parameters<typeof backend.dh.dh>) => {
      outputs.push(backend.dh.dh(...args));
      return outputs.at(-1);
    };
    const generateKeyPair = (...args: Parameters<typeof backend.dh.generateKeyPair>) => {
      const pair = backend.dh.generateKeyPair(...args);
      drawn.push(pair);
      return pair;
    };
    const [s, e] = [backend.dh.generateKeyPair(), backend.dh.generateKeyPair()];
    const psk = new Uint8Array(32).fill(1);
    const common = { protocol: "Noise_XXpsk0_25519_ChaChaPoly_SHA256", psks: [psk] };
    const watched = { ...backend, dh: { ...backend.dh, generateKeyPair, dh } };
    const initiator = createHandshake({
      ...common,
      initiator: true,
      s,
      backend: watched,
      randomBytes: (length) => new Uint8Array(length).fill(2),
    });
    const responder = createHandshake({ ...common, initiator: false, s, e, backend });
    expect(responder.readMessage(initiator.writeMessage())).toMatchObject({ ok: true });
    expect(initiator.readMessage(responder.writeMessage())).toMatchObject({ ok: true });
    expect(outputs).toEqual([new Uint8Array(32), new Uint8Array(32)]);
    const [ephemeral] = drawn;
    expect(ephemeral?.privateKey).toEqual(new Uint8Array(32).fill(2));
    initiator.destroy();
    responder.destroy();
    expect(ephemeral?.privateKey).toEqual(new Uint8Array(32));
    for (const secret of [s.privateKey, e.privateKey, psk]) expect(secret).not.toEqual(new Uint8Array(32));
  });
});

describe("the raw keys of a Split", () => {
  it("are wiped when they have become CipherStates", () => {
    const [k1, k2] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)];
    const { initiatorToResponder } = toCipherStates(
      { k1, k2, exporter: ZEROLEN },
      portableBackend.cipher("ChaChaPoly"),
    );
    expect([k1, k2]).toEqual([new Uint8Array(32), new Uint8Array(32)]);
    expect(initiatorToResponder.hasKey()).toBe(true);
  });
});

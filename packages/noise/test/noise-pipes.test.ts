import { createHandshake, type KeyPair } from "@countersign/noise";
import { describe, expect, it } from "vitest";
import { ascii, BACKENDS, hex, run, seeded } from "./support.ts";

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

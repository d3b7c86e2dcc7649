import { concat, text } from "../protocol/bytes.ts";
import { makeParty } from "../protocol/party.ts";
import { linkPayload } from "../protocol/payloads.ts";
import { message, padPayload } from "../protocol/wire.ts";
import type { Scenario } from "../scenario.ts";
import { answerP3, callToP3, drop, end, P4, P5 } from "./first-contact-script.ts";
import { alice, at, bob, contact, type Expectation, refusal } from "./refusal.ts";
import { BODY, flip } from "./tamper.ts";

function p4(): readonly Scenario[] {
  const forged = (name: string, title: string, packet: Uint8Array, expect: Expectation) =>
    refusal(`p4-${name}`, {
      title,
      section: "5.4",
      endpoint: "Bob",
      steps: [...callToP3, { refuse: packet }, { receive: P4 }, { send: P5 }],
      expect,
    });
  const withoutNext = padPayload(
    message(
      [
        ["type", "link"],
        ["at", `${at}`],
      ],
      concat(alice.ed25519.publicKey, text("alice")),
    ),
  );
  return [
    forged(
      "confirmation",
      "P4 with one bit of cB changed",
      flip(P4, BODY + 26),
      drop("confirmation", "exchange.confirmation"),
    ),
    forged("tag", "P4 with one bit of N2 changed", flip(P4, -1), drop("noise", "noise.decrypt-failed")),
    forged(
      "ephemeral",
      "P4 whose ephemeral key does not begin with EXCH",
      flip(P4, BODY + 58),
      drop("exchange", "exchange.exch"),
    ),
    refusal("p4-without-next", {
      title: "P4 with a link that lacks next",
      section: "6.3",
      endpoint: "Bob",
      steps: [...callToP3, { refuse: contact({ payloads: { N2: withoutNext } }).packets.P4 }],
      expect: end("payload", "peer.protocol"),
    }),
    refusal("p4-not-the-pinned-peer", {
      title: "P4 of somebody with the code, but not with the keys that are pinned",
      section: "6.4",
      endpoint: "Bob",
      pinned: makeParty("refusal", 1, "another alice"),
      steps: [...callToP3, { refuse: P4 }],
      expect: end("identity", "peer.identity-changed"),
    }),
  ];
}

function p5(): readonly Scenario[] {
  const sealing = (name: string, title: string, changes: Parameters<typeof contact>[0], expect: Expectation) => {
    const changed = contact(changes);
    return refusal(`p5-${name}`, {
      title,
      section: "6.4",
      endpoint: "alice",
      steps: [...answerP3, { refuse: changed.packets.P5 }],
      expect,
    });
  };
  const decomposed = concat(bob.ed25519.publicKey, text("Zoë".normalize("NFD")));
  const bad = padPayload(
    message(
      [
        ["type", "link"],
        ["at", `${at}`],
        ["next", "0"],
      ],
      decomposed,
    ),
  );
  const duplicate = end("identity", "peer.duplicate-identity");
  return [
    refusal("p5-tag", {
      title: "P5 with one bit changed",
      section: "5.4",
      endpoint: "alice",
      steps: [...answerP3, { refuse: flip(P5, -1) }, { receive: P5 }],
      expect: drop("noise", "noise.decrypt-failed"),
    }),
    sealing(
      "label-not-nfc",
      "P5 with a label that is not in NFC",
      { payloads: { N3: bad } },
      end("payload", "peer.protocol"),
    ),
    sealing(
      "same-static",
      "P5 with the static key of the one who reads it",
      { I: { ...bob, noiseStatic: alice.noiseStatic } },
      duplicate,
    ),
    sealing(
      "same-ed25519",
      "P5 with the Ed25519 key of the one who reads it",
      { payloads: { N3: linkPayload(at, 0n, { ...bob, ed25519: alice.ed25519 }) } },
      duplicate,
    ),
    sealing(
      "same-label",
      "P5 with the label of the one who reads it",
      { payloads: { N3: linkPayload(at, 0n, { ...bob, label: "alice" }) } },
      duplicate,
    ),
    refusal("p5-not-the-pinned-peer", {
      title: "P5 of somebody with the code, but not with the keys that are pinned",
      section: "6.4",
      endpoint: "alice",
      pinned: { ...bob, noiseStatic: makeParty("refusal", 2, "another Bob").noiseStatic },
      steps: [...answerP3, { refuse: P5 }],
      expect: end("identity", "peer.identity-changed"),
    }),
  ];
}

/** Every way in which P4 and P5 are refused. */
export function p4AndP5Refusals(): readonly Scenario[] {
  return [...p4(), ...p5()];
}

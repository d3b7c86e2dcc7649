import { concat, text, u8 } from "../protocol/bytes.ts";
import { codeKey } from "../protocol/code.ts";
import { linkPayload, uriPayload } from "../protocol/payloads.ts";
import { lob, message, padPayload } from "../protocol/wire.ts";
import type { Scenario } from "../scenario.ts";
import { answerP1, drawsR, drop, end, P1, P2, P3, P4 } from "./first-contact-script.ts";
import { at, bob, contact, type Expectation, facts, prk, refusal } from "./refusal.ts";
import { BODY, flip, patch } from "./tamper.ts";

/** Every way in which P3 is refused. */
export function p3Refusals(): readonly Scenario[] {
  const mistyped = codeKey("aimless-almighty-adrift-aftermath", facts).prk;
  const wrong = contact({ prk: { I: mistyped, R: prk } });
  const sealing = (name: string, title: string, payload: Uint8Array) => {
    const { packets } = contact({ payloads: { N1: payload } });
    return refusal(`p3-${name}`, {
      title,
      section: "6",
      endpoint: "alice",
      steps: [...answerP1, { refuse: packets.P3 }],
      expect: end("payload", "peer.protocol"),
    });
  };
  const forged = (name: string, title: string, packet: Uint8Array, expect: Expectation) =>
    refusal(`p3-${name}`, {
      title,
      section: "5.4",
      endpoint: "alice",
      steps: [...answerP1, { refuse: packet }, { receive: P3 }, { send: P4 }],
      expect,
    });
  const uri = uriPayload(at, facts);
  const spaced = padPayload(lob(text(`{"type": "uri","at":"${at}","uri":""}`), new Uint8Array(0)));
  return [
    refusal("p3-another-code", {
      title: "P3 of an initiator with another code: a wrong cA, and a guess is charged",
      section: "4.3",
      endpoint: "alice",
      steps: [{ receive: wrong.packets.P1, draws: drawsR }, { send: wrong.packets.P2 }, { refuse: wrong.packets.P3 }],
      expect: { layer: "confirmation", code: "exchange.confirmation", outcome: "guess" },
    }),
    forged("tag", "P3 with a good cA and one bit of N1 changed", flip(P3, -1), drop("noise", "noise.decrypt-failed")),
    forged("exch", "P3 with another EXCH than P1", flip(P3, BODY), drop("exchange", "exchange.exch")),
    forged(
      "ephemeral",
      "P3 whose ephemeral key does not begin with EXCH",
      flip(P3, BODY + 58),
      drop("exchange", "exchange.exch"),
    ),
    smallOrder(),
    sealing("at", "P3 whose payload has another at", uriPayload(at + 2n, facts)),
    sealing("type", "P3 with a link instead of a uri", linkPayload(at, 0n, bob)),
    sealing("padding", "P3 whose padding is not zero", flip(uri, -1)),
    sealing("padding-size", "P3 with a payload of 1,024 bytes where 256 are enough", concat(uri, new Uint8Array(768))),
    sealing("not-canonical", "P3 with a space in its JSON", spaced),
    sealing(
      "uri-with-body",
      "P3 with a BODY behind its uri",
      padPayload(
        message(
          [
            ["type", "uri"],
            ["at", `${at}`],
            ["uri", ""],
          ],
          u8(0),
        ),
      ),
    ),
  ];
}

/** An ephemeral key of small order makes the result of every DH with it known. */
function smallOrder(): Scenario {
  const zeroP1 = patch(P1, BODY, ...new Uint8Array(16));
  const zeroP3 = patch(patch(P3, BODY, ...new Uint8Array(16)), BODY + 58, ...new Uint8Array(32));
  return refusal("p3-small-order", {
    title: "P3 with the ephemeral key 0, which is of small order",
    section: "5.5",
    endpoint: "alice",
    steps: [{ receive: zeroP1, draws: drawsR }, { send: P2 }, { refuse: zeroP3 }],
    expect: drop("noise", "noise.bad-key"),
  });
}

import { fixedUuid, makeParty } from "../protocol/party.ts";
import { linkPayload } from "../protocol/payloads.ts";
import { fixedRandom } from "../randomness.ts";
import type { Scenario } from "../scenario.ts";
import { at, bob, type Expectation, facts, link, refusal, type Step } from "./refusal.ts";
import { BEGIN } from "./session-script.ts";
import { BODY, flip } from "./tamper.ts";

const good = link();
const { K1, K2 } = good.packets;
const drawsR = [good.ephemeral.R.privateKey];
const notAuthentic: Expectation = { layer: "noise", code: "noise.decrypt-failed", outcome: "drop" };
const protocol: Expectation = { layer: "payload", code: "peer.protocol", outcome: "end" };

/** K1 that is refused; what the run has drawn is gone with it, and the good one is answered afterwards. */
function forgedK1(name: string, title: string, packet: Uint8Array, expect: Expectation): Scenario {
  const again: readonly Step[] = [{ receive: K1, draws: drawsR }, { send: K2 }];
  const steps: readonly Step[] = [{ refuse: packet, draws: [fixedRandom("refusal/e", 32)] }, ...again];
  return refusal(`k1-${name}`, { title, section: "7", endpoint: "alice", trust: "pin", steps, expect });
}

function sealedK1(name: string, title: string, payload: Uint8Array): Scenario {
  const { packets } = link({ payloads: { K1: payload } });
  const steps: readonly Step[] = [{ refuse: packets.K1, draws: drawsR }];
  return refusal(`k1-${name}`, { title, section: "6.3", endpoint: "alice", trust: "pin", steps, expect: protocol });
}

/** Every way in which a packet of a re-link is refused. */
export function reLinkRefusals(): readonly Scenario[] {
  const stranger = { ...bob, noiseStatic: makeParty("refusal", 2, "another Bob").noiseStatic };
  const elsewhere = { ...facts, session: fixedUuid("refusal/another session") };
  const call: readonly Step[] = [{ call: BEGIN, draws: [good.ephemeral.I.privateKey] }, { send: K1 }];
  const forgedK2 = (name: string, title: string, packet: Uint8Array, expect: Expectation) =>
    refusal(`k2-${name}`, {
      title,
      section: "7",
      endpoint: "Bob",
      trust: "pin",
      steps: [...call, { refuse: packet }, { receive: K2 }],
      expect,
    });
  return [
    forgedK1("tag", "K1 with one bit changed", flip(K1, -1), notAuthentic),
    forgedK1(
      "another-psk",
      "K1 under another link_psk",
      link({ linkPsk: fixedRandom("another link_psk", 32) }).packets.K1,
      notAuthentic,
    ),
    forgedK1(
      "another-static",
      "K1 of somebody with the link_psk and another static key",
      link({ I: stranger }).packets.K1,
      notAuthentic,
    ),
    forgedK1(
      "another-session",
      "K1 of another session between the same two",
      link({ facts: elsewhere }).packets.K1,
      notAuthentic,
    ),
    forgedK1(
      "swapped-numbers",
      "K1 of an initiator to whom the relay gave another number",
      link({ I: { ...bob, number: 3 } }).packets.K1,
      notAuthentic,
    ),
    forgedK1("ephemeral", "K1 whose ephemeral key does not begin with EXCH", flip(K1, BODY + 26), {
      layer: "exchange",
      code: "exchange.exch",
      outcome: "drop",
    }),
    sealedK1("at", "K1 whose payload has another at", linkPayload(at + 2n, 0n)),
    sealedK1("introduction", "K1 that introduces its sender", linkPayload(at, 0n, bob)),
    refusal("k1-without-a-pin", {
      title: "K1 where only a code is known",
      section: "3.3",
      endpoint: "alice",
      steps: [{ refuse: K1 }],
      expect: { layer: "exchange", code: "exchange.mode", outcome: "drop" },
    }),
    forgedK2("tag", "K2 with one bit changed", flip(K2, -1), notAuthentic),
    forgedK2("ephemeral", "K2 whose ephemeral key does not begin with EXCH", flip(K2, BODY + 26), {
      layer: "exchange",
      code: "exchange.exch",
      outcome: "drop",
    }),
    refusal("k2-with-a-label", {
      title: "K2 with a BODY",
      section: "6.3",
      endpoint: "Bob",
      trust: "pin",
      steps: [...call, { refuse: link({ payloads: { K2: linkPayload(at, 0n, { ...bob, label: "x" }) } }).packets.K2 }],
      expect: protocol,
    }),
  ];
}

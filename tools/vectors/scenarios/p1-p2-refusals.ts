import { concat, u8, u64 } from "../protocol/bytes.ts";
import { firstContact } from "../protocol/first-contact.ts";
import { firstAt } from "../protocol/party.ts";
import { lob } from "../protocol/wire.ts";
import type { Scenario } from "../scenario.ts";
import { answerP1, call, drop, good, P1, P2, P3 } from "./first-contact-script.ts";
import { alice, at, bob, type Expectation, facts, prk, refusal, type Step } from "./refusal.ts";
import { BEGIN } from "./session-script.ts";
import { BODY, flip, patch } from "./tamper.ts";

/** P1 that alice must refuse; the good one is answered afterwards. */
function badP1(name: string, title: string, packet: Uint8Array, section: string, expect: Expectation): Scenario {
  const steps: readonly Step[] = [{ refuse: packet }, ...answerP1];
  return refusal(`p1-${name}`, { title, section, endpoint: "alice", steps, expect });
}

function p1(): readonly Scenario[] {
  const withShare = (share: Uint8Array) => concat(P1.slice(0, BODY + 26), share);
  const share = good.pake.pA;
  const early: Step = { call: BEGIN + 10, draws: drawsOfAlice() };
  return [
    badP1("too-short", "P1 with a share that lacks a byte", P1.slice(0, -1), "5.1", drop("wire", "wire.malformed")),
    badP1("too-long", "P1 with a byte behind its share", concat(P1, u8(0)), "5.1", drop("wire", "wire.malformed")),
    badP1("version", "P1 of version 2", patch(P1, BODY + 16, 2), "3.3", drop("wire", "wire.unknown-version")),
    badP1(
      "step",
      "a handshake packet with the step 06",
      patch(P1, BODY + 17, 6),
      "3.3",
      drop("wire", "wire.unknown-kind"),
    ),
    badP1(
      "parity",
      "P1 whose at says that alice is initiator",
      patch(P1, BODY + 18, ...u64(at + 1n)),
      "3.1",
      drop("exchange", "exchange.parity"),
    ),
    badP1(
      "far-future",
      "P1 with an at more than 2^32 ahead",
      patch(P1, BODY + 18, ...u64(at + (1n << 32n) + 2n)),
      "3.3",
      drop("exchange", "exchange.far-future"),
    ),
    badP1(
      "share-format",
      "P1 with a share that begins with 02",
      withShare(patch(share, 0, 2)),
      "5.3",
      drop("spake2", "spake2.share-format"),
    ),
    badP1(
      "share-identity",
      "P1 with the point at infinity, as some libraries write it",
      withShare(concat(u8(4), new Uint8Array(64))),
      "5.3",
      drop("spake2", "spake2.share-identity"),
    ),
    badP1(
      "share-off-curve",
      "P1 with a share that is not on the curve",
      withShare(flip(share, -1)),
      "5.3",
      drop("spake2", "spake2.share-off-curve"),
    ),
    badP1(
      "cipher-set",
      "a handshake of the cipher set 3a",
      lob(u8(0x3a), P1.slice(BODY)),
      "3.3",
      drop("exchange", "exchange.cipher-set"),
    ),
    refusal("p1-old", {
      title: "P1 with an at below the one that alice has begun an exchange with",
      section: "3.3",
      endpoint: "alice",
      steps: [early, { send: ownP1() }, { refuse: P1 }],
      expect: drop("exchange", "exchange.old"),
    }),
    refusal("p1-to-a-pinned-peer", {
      title: "P1 where the peer is pinned: nobody is talked down to a code",
      section: "3.3",
      endpoint: "alice",
      trust: "pin",
      steps: [{ refuse: P1 }],
      expect: drop("exchange", "exchange.mode"),
    }),
  ];
}

// Alice's own call, which makes Bob's an old one.
function own() {
  const later = firstAt(alice, bob, BEGIN + 10);
  return firstContact({ facts, I: alice, R: bob, at: later, prk: { I: prk, R: prk }, label: "refusal/own" });
}

function ownP1(): Uint8Array {
  return own().packets.P1;
}

function drawsOfAlice(): readonly Uint8Array[] {
  const { ephemeral, random } = own();
  return [ephemeral.I.privateKey, random.I];
}

function p2(): readonly Scenario[] {
  const withShare = (share: Uint8Array) => concat(P2.slice(0, BODY + 26), share);
  const bad = (name: string, title: string, share: Uint8Array, code: string) =>
    refusal(`p2-${name}`, {
      title,
      section: "5.3",
      endpoint: "Bob",
      steps: [...call, { refuse: withShare(share) }, { receive: P2 }, { send: P3 }],
      expect: drop("spake2", code),
    });
  return [
    bad("own-share", "P2 with the share of P1: a reflection", good.pake.pA, "spake2.share-own"),
    bad(
      "share-off-curve",
      "P2 with a share that is not on the curve",
      flip(good.pake.pB, -1),
      "spake2.share-off-curve",
    ),
  ];
}

/** Every way in which P1 and P2 are refused. */
export function p1AndP2Refusals(): readonly Scenario[] {
  return [...p1(), ...p2()];
}

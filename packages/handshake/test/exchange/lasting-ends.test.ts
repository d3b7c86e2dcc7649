import { utf8 } from "@countersign/wire";
import { describe, expect, test } from "vitest";
import { lastingPacket } from "./lasting-cipher-set.ts";
import { drops, LastingEnd, NOW, offer, types } from "./lasting-end.ts";

// Courses that the model of tools/model found: what is left of an exchange must not meet the next ephemeral key.
const peer = utf8("the peer's exch.");

describe("an exchange that ends while a later handshake is out takes it along", () => {
  test("when an answer was refused, and the time in which it is remembered is over", () => {
    const end = new LastingEnd();
    end.step({ type: "call" });
    end.step({ type: "refuse", id: offer(end.receive(lastingPacket(peer, NOW))).id });
    end.at(15_000);
    end.step({ type: "keep-alive" });
    expect(end.at(30_000)).toContainEqual({ type: "expired", role: "initiator", guessed: false });
    expect(end.cipherSet.renewed).toBe(1);
    // The answer to that keep-alive would make keys that the peer does not have.
    expect(drops(end.receive(lastingPacket(peer, NOW + 16n)))).toEqual(["exchange.old"]);
  });

  test("when the application changes its mind about it", () => {
    const end = new LastingEnd();
    end.step({ type: "call" });
    const { id } = offer(end.take(lastingPacket(peer, NOW)));
    end.step({ type: "keep-alive" });
    expect(types(end.step({ type: "refuse", id }))).toContain("discard");
    expect(drops(end.receive(lastingPacket(peer, NOW + 2n)))).toEqual(["exchange.old"]);
  });

  test("and a handshake of the peer that was not decided yet: its resend is offered again", () => {
    const end = new LastingEnd();
    end.step({ type: "call" });
    const { id } = offer(end.take(lastingPacket(peer, NOW)));
    const theirs = lastingPacket(peer, NOW + 1n);
    const waiting = offer(end.receive(theirs));
    end.step({ type: "refuse", id });
    expect(end.step({ type: "accept", id: waiting.id })).toEqual([]);
    expect(offer(end.receive(theirs)).id).toBeGreaterThan(waiting.id);
  });
});

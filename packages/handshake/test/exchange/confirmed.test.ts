import { describe, expect, test } from "vitest";
import { Kind, packet } from "./scripted-cipher-set.ts";
import { endpoint, NOW, types } from "./scripted-end.ts";

describe("CONFIRMED", () => {
  test("at the initiator: keys, then everything older makes way", () => {
    const { call, take, cipherSet } = endpoint();
    call();
    const outputs = take(packet(Kind.message, NOW, { responder: true }));
    expect(types(outputs)).toEqual(["establish", "confirmed", "wake"]);
    expect(outputs[0]).toMatchObject({ tentative: false, greet: true, peer: "peer" });
    expect(outputs[1]).toEqual({ type: "confirmed", id: 1, at: NOW });
    expect(cipherSet.wiped).toEqual([]);
  });

  test("at a responder with tentative keys: only when the initiator was heard under them", () => {
    const { take, machine, clock, cipherSet, call } = endpoint();
    call();
    cipherSet.opening = "message";
    const opened = take(packet(Kind.opening, NOW + 1n), "tentative");
    // On disk before the answer leaves: the peer is CONFIRMED by it.
    expect(types(opened)).toEqual(["persist-at", "send", "establish"]);
    expect(opened[2]).toMatchObject({ tentative: true, greet: false });
    expect(types(machine.step({ type: "heard", id: 2 }, clock.now()))).toEqual(["confirmed", "wake"]);
    // Our own pending exchange was older, and is gone.
    expect(cipherSet.wiped).toEqual([1]);
  });

  test("a call is above what was answered with keys that nobody was heard under", () => {
    const { take, machine, clock, cipherSet, call } = endpoint(NOW - 1_000n);
    cipherSet.opening = "message";
    expect(types(take(packet(Kind.opening, NOW + 1_001n), "tentative"))).toContain("persist-at");
    clock.advance(30_000);
    expect(types(machine.step({ type: "time" }, clock.now()))).toContain("discard");
    expect(call()[0]).toEqual({ type: "persist-at", at: NOW + 1_002n });
  });

  test("our own newer exchange stays beside an older one that is CONFIRMED", () => {
    const { receive, take, call, cipherSet } = endpoint();
    receive(packet(Kind.opening, NOW - 1n));
    receive(packet(Kind.reply, NOW - 1n));
    call();
    take(packet(Kind.message, NOW - 1n));
    expect(cipherSet.wiped).toEqual([]);
    expect(types(take(packet(Kind.message, NOW, { responder: true })))).toContain("confirmed");
    expect(cipherSet.wiped).toEqual([1]);
  });

  test("a repeated last packet is answered by the greeting, a repeated earlier answer by its flight", () => {
    const { call, take, receive } = endpoint();
    call();
    const last = packet(Kind.message, NOW, { responder: true });
    take(last);
    expect(receive(last)).toEqual([{ type: "repeat-greeting", id: 1 }]);
  });

  test("a last flight is resent until the peer is heard, and again for each repeat", () => {
    const { call, take, receive, machine, clock } = endpoint();
    call();
    const last = packet(Kind.message, NOW, { responder: true });
    const flight = { type: "send", body: packet(Kind.message, NOW, { salt: 99 }) };
    expect(take(last, "finishing")).toContainEqual(flight);
    expect(receive(last)).toEqual([flight]);
    clock.advance(1_000);
    expect(machine.step({ type: "time" }, clock.now())).toContainEqual(flight);
    machine.step({ type: "heard", id: 1 }, clock.now());
    clock.advance(2_000);
    expect(machine.step({ type: "time" }, clock.now())).toEqual([]);
    expect(receive(last)).toEqual([flight]);
  });

  test("tentative keys that are never used are taken back", () => {
    const { take, cipherSet, machine, clock } = endpoint();
    cipherSet.opening = "message";
    take(packet(Kind.opening, NOW + 1n), "tentative");
    clock.advance(30_000);
    expect(types(machine.step({ type: "time" }, clock.now()))).toEqual(["discard", "expired", "wake"]);
  });
});

describe("guesses", () => {
  test("one is charged before the flight that lets it be tested, and given back when the peer has proven the code", () => {
    const { call, receive, take } = endpoint();
    call();
    expect(types(receive(packet(Kind.guess, NOW, { responder: true })))).toEqual(["charge", "send"]);
    expect(types(take(packet(Kind.message, NOW, { responder: true }), "finishing"))).toEqual([
      "refund",
      "send",
      "establish",
      "confirmed",
    ]);
  });

  test("a guess that was charged is mentioned when the exchange runs out", () => {
    const { call, receive, machine, clock } = endpoint();
    call();
    receive(packet(Kind.guess, NOW, { responder: true }));
    clock.advance(30_000);
    const outputs = machine.step({ type: "time" }, clock.now());
    expect(outputs).toContainEqual({ type: "expired", role: "initiator", guessed: true });
  });

  test("a peer's failed guess counts once per exchange, and the right code still works after it", () => {
    const { receive } = endpoint();
    receive(packet(Kind.opening, NOW + 1n));
    expect(types(receive(packet(Kind.badGuess, NOW + 1n, { salt: 1 })))).toEqual(["bad-guess", "drop"]);
    expect(types(receive(packet(Kind.badGuess, NOW + 1n, { salt: 2 })))).toEqual(["drop"]);
    expect(types(receive(packet(Kind.reply, NOW + 1n)))).toEqual(["send"]);
  });
});

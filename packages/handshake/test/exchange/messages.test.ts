import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MOST_TYPES } from "../../src/exchange/message-group.ts";
import { lastingPacket, message } from "./lasting-cipher-set.ts";
import { drops, LastingEnd, NOW, offer, sends, types } from "./lasting-end.ts";

const peer = new Uint8Array(16).fill(7);
const theirs = NOW + 1n;
const from = (type: string, at = theirs) => lastingPacket(peer, at, type);

describe("messages of one at", () => {
  test("go to the application together, in any order of arrival, each time that there is one more", () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(["link", "jwt", "uri", "tx", "something new"], { minLength: 1 }), (arriving) => {
        const end = new LastingEnd();
        arriving.forEach((type, index) => {
          const { at, role, messages } = offer(end.receive(from(type)));
          expect({ at, role, messages }).toEqual({
            at: theirs,
            role: "responder",
            messages: arriving.slice(0, index + 1),
          });
        });
      }),
    );
  });

  test("are one of each type: another of the same type and at is discarded, whatever its bytes are", () => {
    const end = new LastingEnd();
    end.receive(from("link"));
    expect(end.receive(from("link"))).toEqual([{ type: "drop", code: "exchange.duplicate" }]);
    expect(offer(end.receive(from("jwt"))).messages).toEqual(["link", "jwt"]);
    expect(end.receive(from("link"))).toEqual([{ type: "drop", code: "exchange.duplicate" }]);
  });

  test("of a higher at take their place; those of a lower one are old", () => {
    const end = new LastingEnd();
    end.receive(from("link"));
    end.receive(from("jwt"));
    expect(offer(end.receive(from("link", theirs + 2n))).messages).toEqual(["link"]);
    expect(drops(end.receive(from("tx")))).toEqual(["exchange.old"]);
    expect(offer(end.receive(from("tx", theirs + 2n))).messages).toEqual(["link", "tx"]);
  });

  test("are bounded", () => {
    const end = new LastingEnd();
    for (let i = 0; i < MOST_TYPES; i++) expect(types(end.receive(from(`type ${i}`)))).toContain("offer");
    expect(drops(end.receive(from("one too many")))).toEqual(["exchange.too-many-types"]);
  });
});

describe("the application accepts", () => {
  test("after some of several types; nothing leaves before, and all that is provided leaves then, once", () => {
    const end = new LastingEnd({ types: ["link", "jwt"] });
    expect(sends(end.receive(from("uri")))).toEqual([]);
    const { id } = offer(end.receive(from("link")));
    expect(end.at(5_000)).toEqual([]);
    const outputs = end.step({ type: "accept", id });
    expect(types(outputs)).toEqual(["persist-at", "send", "send", "establish", "confirmed", "wake"]);
    expect(outputs[0]).toEqual({ type: "persist-at", at: theirs });
    const { exch } = end.cipherSet;
    expect(sends(outputs)).toEqual([lastingPacket(exch, theirs, "link"), lastingPacket(exch, theirs, "jwt")]);
    expect(end.step({ type: "accept", id })).toEqual([]);
    expect(sends(end.at(90_000))).toEqual([]);
  });

  test("and what completed it is answered again, verbatim, when it comes again; all else of it is a duplicate", () => {
    const end = new LastingEnd();
    end.receive(from("uri"));
    const answer = sends(end.take(from("link")));
    expect(answer).toHaveLength(1);
    expect(end.receive(from("link"))).toEqual(answer.map((body) => ({ type: "send", body })));
    expect(drops(end.receive(from("uri")))).toEqual(["exchange.duplicate"]);
  });

  test("a type that is late is offered, and the answer stays what it was", () => {
    const end = new LastingEnd();
    const answer = sends(end.take(from("link")));
    const late = end.receive(from("jwt"));
    expect(types(late)).toEqual(["offer"]);
    expect(offer(late).messages).toEqual(["link", "jwt"]);
    expect(sends(end.receive(from("link")))).toEqual(answer);
  });

  test("an answer at the initiator: its flight is resent while the application waits for more", () => {
    const end = new LastingEnd();
    const [flight] = sends(end.step({ type: "call" }));
    expect(types(end.receive(from("link", NOW)))).toEqual(["offer"]);
    expect(sends(end.at(1_000))).toEqual([flight]);
    const outputs = end.take(from("jwt", NOW));
    expect(offer(outputs)).toMatchObject({ role: "initiator", messages: ["link", "jwt"] });
    expect(types(outputs)).toEqual(["offer", "establish", "confirmed"]);
    expect(sends(end.at(3_000))).toEqual([]);
    expect(drops(end.receive(from("jwt", NOW)))).toEqual(["exchange.duplicate"]);
  });

  test("too late: what was offered is gone after 30 s without a decision, and comes anew after that", () => {
    const end = new LastingEnd();
    const { id } = offer(end.receive(from("link")));
    expect(types(end.at(29_999))).toEqual([]);
    expect(types(end.at(30_000))).toEqual(["expired", "wake"]);
    expect(end.step({ type: "accept", id })).toEqual([]);
    expect(types(end.take(from("link")))).toContain("confirmed");
  });
});

describe("the application refuses", () => {
  test("in silence: nothing of this at is answered, offered or computed for 30 s, and highest stays", () => {
    const end = new LastingEnd();
    const { id } = offer(end.receive(from("link")));
    expect(end.step({ type: "refuse", id })).toEqual([]);
    const { consumed } = end.cipherSet;
    for (let ms = 0; ms < 30_000; ms += 1_000) {
      end.at(ms);
      for (const type of ["link", "jwt"]) expect(drops(end.receive(from(type)))).toEqual(["exchange.refused"]);
    }
    expect(end.cipherSet.consumed).toBe(consumed);
    expect(end.step({ type: "accept", id })).toEqual([]);
    expect(end.step({ type: "call" })[0]).toEqual({ type: "persist-at", at: NOW + 30n });
    end.at(30_000);
    expect(types(end.receive(from("link", NOW + 31n)))).toContain("offer");
  });

  test("and takes a handshake with a higher at for a new one", () => {
    const end = new LastingEnd();
    end.step({ type: "refuse", id: offer(end.receive(from("link"))).id });
    expect(types(end.take(from("link", theirs + 2n)))).toContain("confirmed");
    expect(drops(end.receive(from("link")))).toEqual(["exchange.old"]);
  });

  test("whatever it has said before that is refused with it, however many handshakes there are", () => {
    const end = new LastingEnd();
    for (let i = 0n; i < 100n; i++) {
      end.step({ type: "refuse", id: offer(end.receive(from("link", theirs + 2n * i))).id });
    }
    const { machine } = end as unknown as { machine: { runs: { records: unknown[] } } };
    expect(machine.runs.records).toHaveLength(1);
    for (let i = 0n; i < 100n; i++) {
      expect(drops(end.receive(from("jwt", theirs + 2n * i)))).toEqual(["exchange.refused"]);
    }
  });

  test("an answer: the flight is not resent, and the exchange is given up when its time is over", () => {
    const end = new LastingEnd();
    end.step({ type: "call" });
    end.step({ type: "refuse", id: offer(end.receive(from("link", NOW))).id });
    expect(types(end.at(29_999))).toEqual([]);
    expect(drops(end.receive(from("link", NOW)))).toEqual(["exchange.refused"]);
    expect(end.cipherSet.renewed).toBe(0);
    expect(types(end.at(30_000))).toEqual(["wake"]);
    expect(end.cipherSet.renewed).toBe(1);
  });

  test("what it had accepted, when a late message is not as it should be: the keys are taken back", () => {
    const end = new LastingEnd();
    end.take(from("link"));
    const { id } = offer(end.receive(from("jwt")));
    expect(types(end.step({ type: "refuse", id }))).toEqual(["discard", "wake"]);
    expect(end.cipherSet.renewed).toBe(1);
    expect(drops(end.receive(from("link")))).toEqual(["exchange.refused"]);
  });

  test("the exchange while a newer handshake of its own is out: that one goes too, with its ephemeral key", () => {
    const end = new LastingEnd();
    const { id } = offer(end.take(from("link")));
    end.step({ type: "keep-alive" });
    expect(types(end.step({ type: "refuse", id }))).toContain("discard");
    expect(drops(end.receive(from("link", NOW + 2n)))).toEqual(["exchange.old"]);
  });

  test("ids that were never offered are nothing", () => {
    const end = new LastingEnd();
    end.step({ type: "call" });
    for (const id of [0, 1, 2, -1, Number.NaN]) {
      expect(end.step({ type: "accept", id })).toEqual([]);
      expect(end.step({ type: "refuse", id })).toEqual([]);
    }
  });
});

describe("what this end says", () => {
  test("is replaced by type, and said again with a new at", () => {
    const end = new LastingEnd({ types: ["link", "jwt"] });
    const outputs = end.step({ type: "provide", messages: [message("tx"), message("jwt")] });
    expect(outputs[0]).toEqual({ type: "persist-at", at: NOW });
    const { exch } = end.cipherSet;
    expect(sends(outputs)).toEqual(["link", "jwt", "tx"].map((type) => lastingPacket(exch, NOW, type)));
  });

  test("waits for the end of one's own handshake, and is one new handshake then, however often it was asked", () => {
    const end = new LastingEnd();
    end.step({ type: "call" });
    expect(end.step({ type: "provide", messages: [message("jwt")] })).toEqual([]);
    expect(end.step({ type: "keep-alive" })).toEqual([]);
    expect(end.step({ type: "keep-alive" })).toEqual([]);
    const outputs = end.take(from("link", NOW));
    const { exch } = end.cipherSet;
    expect(sends(outputs)).toEqual(["link", "jwt"].map((type) => lastingPacket(exch, NOW + 2n, type)));
    expect(sends(end.take(from("link", NOW + 2n)))).toEqual([]);
  });

  test("is said by the answer to the peer's handshake already: then there is no new one", () => {
    const end = new LastingEnd();
    end.step({ type: "call" });
    end.step({ type: "provide", messages: [message("jwt")] });
    const outputs = end.take(from("link"));
    const { exch } = end.cipherSet;
    expect(sends(outputs)).toEqual(["link", "jwt"].map((type) => lastingPacket(exch, theirs, type)));
    expect(types(end.at(60_000))).toEqual([]);
  });

  test("is not said to a peer that has not answered", () => {
    const end = new LastingEnd();
    end.step({ type: "call" });
    end.step({ type: "keep-alive" });
    expect(types(end.at(30_000))).toEqual(["expired", "wake"]);
    expect(end.at(90_000)).toEqual([]);
  });
});

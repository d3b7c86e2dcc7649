import { describe, expect, it } from "vitest";
import { broadcastHash } from "../src/chain.ts";
import { type CeremonyInput, type CeremonyOutput, createCeremony, type Step } from "../src/index.ts";
import type { CeremonyMessage } from "../src/messages.ts";
import { read, reseal, restate, say } from "./support/forge.ts";
import { bytesOf, optionsOf, type PartyOptions, type Sent, smallTalk } from "./support/party.ts";
import { type Meddling, Table } from "./support/table.ts";

const MALLORY = 3;
type Change = (number: number) => Partial<PartyOptions>;
const talk =
  (rounds: number): Change =>
  () => ({ protocol: smallTalk(rounds) });

/** A table at which the messages of party 3 are meddled with. */
function tableWith(meddle: Meddling, count = 3, change: Change = talk(2)): Table {
  const table = new Table(count, change);
  // Whoever lies does not tell the truth when asked, either.
  table.meddle = (message) =>
    message.from !== MALLORY ? [message] : isA(message, "certificate") ? [] : meddle(message);
  table.start();
  return table;
}

const decodes = (message: Sent, type: CeremonyMessage["type"], parties: number) =>
  read(message, type, parties) !== undefined;
const isA = (message: Sent, type: CeremonyMessage["type"], round?: number) =>
  read(message, type, 3) !== undefined && (round === undefined || message.round === round);

/** How it ended for those who behave. */
const honest = (table: Table) => table.ends().filter((_, index) => index + 1 !== MALLORY);

/** Everybody who behaves names party 3, found by itself or told by another; and somebody has found this. */
function expectNamed(table: Table, found: string): void {
  expect(honest(table)).toContain(`${found} 3`);
  for (const end of honest(table)) expect(end).toMatch(/^peer\.\S+ (3|.* by (3 .*|\d blaming 3))$/);
}

describe("a party that says different things to different parties", () => {
  it.each([1, 2])("in round %i of two is convicted by both of its signatures", (round) => {
    const table = tableWith((message) => [
      isA(message, "statement", round) && message.to === 1 ? restate(message, { body: bytesOf("other") }) : message,
    ]);
    table.run();
    expectNamed(table, "peer.equivocation");
  });

  it("to half of four is convicted by all, by what they show each other", () => {
    const table = tableWith(
      (message) => [
        isA(message, "statement", 2) && message.to < 3 ? restate(message, { body: bytesOf("other") }) : message,
      ],
      4,
    );
    table.run();
    expectNamed(table, "peer.equivocation");
  });

  it("one after the other is convicted by the one that heard both", () => {
    const table = tableWith((message) =>
      isA(message, "statement", 1) ? [message, restate(message, { body: bytesOf("other") })] : [message],
    );
    table.run();
    expectNamed(table, "peer.equivocation");
  });

  it("is convicted when the second one comes rounds later", () => {
    const table = tableWith((message) => [message]);
    const first = table.sent.find((message) => message.from === MALLORY && message.to === 1);
    table.meddle = (message) => (isA(message, "seal") ? [] : [message]);
    table.run();
    if (first !== undefined) table.deliver(restate(first, { body: bytesOf("other") }));
    table.pass(120_000);
    expect(table.end(1)).toBe("peer.equivocation 3");
  });

  it("in direct messages is named by the one that heard both", () => {
    const table = tableWith(
      (message) =>
        isA(message, "direct") && message.to === 1
          ? [message, say(3, 1, 1, { type: "direct", body: bytesOf("other") })]
          : [message],
      3,
      () => ({}),
    );
    table.pass(30_000);
    expect(table.end(1)).toBe("peer.equivocation 3");
    expect(table.end(2)).toBe("peer.aborted  by 1 blaming 3");
  });
});

describe("a party that lies about what it heard", () => {
  it("is named, because what it shows is not what it says", () => {
    const table = tableWith((message) => [
      isA(message, "statement", 2) && message.to === 1 ? restate(message, { chain: bytesOf("other") }) : message,
    ]);
    table.pass(30_000);
    expectNamed(table, "peer.protocol");
  });

  it("and shows what nobody signed, is named", () => {
    const table = tableWith((message) => {
      if (isA(message, "statement", 2)) return [restate(message, { chain: bytesOf("other") })];
      const evidence = read(message, "evidence", 3);
      if (evidence === undefined) return [message];
      const heard = evidence.heard.map((one, index) => (index === 0 ? { ...one, hash: bytesOf("forged") } : one));
      return [say(3, message.to, 0, { ...evidence, heard })];
    });
    table.run();
    expectNamed(table, "peer.protocol");
  });

  it("and shows nothing, is named when the time for that is over", () => {
    const table = tableWith((message) => {
      if (isA(message, "evidence")) return [];
      return [isA(message, "statement", 2) ? restate(message, { chain: bytesOf("other") }) : message];
    });
    table.pass(29_999);
    expect(honest(table)).toEqual(["open", "open"]);
    table.pass(1);
    expectNamed(table, "peer.timeout");
  });

  it("and shows it to one who has sealed, is outvoted by the seals that the others hold", () => {
    let about: Sent | undefined;
    const table = tableWith((message) => {
      if (isA(message, "statement", 1)) about = restate(message, { body: bytesOf("never said to anybody") });
      const alternative = about === undefined ? undefined : read(about, "statement", 3);
      if (!isA(message, "seal") || alternative === undefined) return [message];
      const heard = [1, 2].flatMap((number) => {
        const sent = table.sent.find(({ from, round }) => from === number && round === 1);
        return sent === undefined ? [] : (read(sent, "statement", 3) ?? []);
      });
      const shown = [...heard, alternative].map(({ body, signature }) => ({ hash: broadcastHash(body), signature }));
      return message.to === 1 ? [say(3, 1, 0, { type: "evidence", about: 1, heard: shown })] : [message];
    });
    table.run();
    expect(honest(table)).toEqual(["complete", "complete"]);
  });

  it("in its seal, to one of three, is outvoted by the seals that the others hold", () => {
    const table = tableWith((message) => [
      isA(message, "seal") && message.to === 1 ? reseal(message, { chain: bytesOf("other") }) : message,
    ]);
    table.run();
    expect(honest(table)).toEqual(["complete", "complete"]);
  });

  it.each([
    [true, "peer.protocol"],
    [false, "peer.timeout"],
  ])("in its seal, to everybody, is named (shows what it heard: %s)", (shows, code) => {
    const table = tableWith((message) => [
      isA(message, "seal") ? reseal(message, { chain: bytesOf("other") }) : message,
    ]);
    table.run();
    const heard = table.sent.find((message) => message.from === 1 && isA(message, "evidence"));
    if (heard !== undefined && shows) for (const to of [1, 2]) table.deliver({ ...heard, from: 3, to });
    table.pass(60_000);
    expectNamed(table, code);
  });

  it("about the terms is named in the first round", () => {
    const table = tableWith(
      (message) => [message],
      3,
      (number) => ({ threshold: number === MALLORY ? 3 : 2 }),
    );
    table.run();
    expectNamed(table, "peer.differs");
  });
});

describe("parties that behave", () => {
  it("are not taken for liars by somebody who has gone on meanwhile", () => {
    const table = new Table(3, talk(2));
    table.start();
    table.run();
    const machine = createCeremony(optionsOf(1, 3, { protocol: smallTalk(2) }));
    const protocol = smallTalk(2);
    const feed = (input: CeremonyInput): readonly CeremonyOutput[] => {
      const said = machine.step(input, { ms: 0 });
      for (const output of said) if (output.type === "persist") feed({ type: "persisted", id: output.id });
      return said;
    };
    feed({ type: "start" });
    for (const round of [1, 2]) {
      const step = round === 1 ? protocol.begin() : protocol.advance(new Uint8Array(0), 1, []);
      feed({ type: "step", step: step as Step<unknown> });
      for (const sent of table.sent) {
        if (sent.to === 1 && sent.round === round) feed({ type: "message", ...sent });
      }
    }
    expect(machine.view().phase).toBe("computing");
    // What party 2 heard in round 1, which it shows because party 3 has shown it something else.
    const heard = table.sent
      .filter(({ round, to, from }) => round === 1 && to === (from === 1 ? 2 : 1))
      .flatMap((sent) => read(sent, "statement", 3) ?? [])
      .map(({ body, signature }) => ({ hash: broadcastHash(body), signature }));
    expect(heard).toHaveLength(3);
    const said = feed({ type: "message", ...say(2, 1, 0, { type: "evidence", about: 1, heard }) });
    expect(said.map(({ type }) => type)).toEqual(["send"]);
    expect(machine.view().phase).toBe("computing");
  });

  it("and are slow with their seals are waited for, also by somebody who was lied to", () => {
    const table = new Table(4, talk(1));
    const held: Sent[] = [];
    table.meddle = (message) => {
      const isLast = isA(message, "seal") || decodes(message, "certificate", 4);
      if (message.from === 4 && isLast) held.push(message);
      if (isLast && (message.from === 4 || (message.from === MALLORY && !isA(message, "seal")))) return [];
      const isLie = message.from === MALLORY && message.to === 1 && isA(message, "seal");
      return [isLie ? reseal(message, { outcome: bytesOf("other") }) : message];
    };
    table.start();
    table.pass(50_000);
    expect(honest(table)).toEqual(["open", "open", "complete"]);
    for (const message of held) if (message.to === 2 && message.round > 0) table.deliver(message);
    table.run();
    expect(honest(table)).toEqual(["complete", "complete", "complete"]);
  });
});

describe("a party that is silent", () => {
  it.each([
    ["statement", 1, "talk 1"],
    ["statement", 2, "talk 2"],
    ["seal", 3, "closing"],
  ] as const)("with its %s of round %i is named with the round, after a warning", (type, round, name) => {
    const table = tableWith((message) => (isA(message, type, round) ? [] : [message]));
    table.pass(10_000 + (type === "seal" ? 20_000 : 0));
    const late = { type: "late", round, name, missing: [3] };
    expect([1, 2].map((number) => table.party(number).of("late"))).toEqual([[late], [late]]);
    table.pass(60_000);
    expectNamed(table, "peer.timeout");
    expect(table.party(1).of("failed")[0]).toMatchObject({ round, name });
  });

  it("towards one only is named by that one, in whatever round the others are", () => {
    const table = tableWith((message) => (isA(message, "statement", 1) && message.to === 1 ? [] : [message]));
    table.pass(60_000);
    expect(honest(table)).toEqual(["peer.timeout 3", "peer.aborted  by 1 blaming 3"]);
  });

  it("towards one only is named even where that one has more patience than the round after it", () => {
    const rounds = smallTalk(2).rounds.map((shape, index) => ({ ...shape, seconds: index === 0 ? 600 : 20 }));
    const table = tableWith(
      (message) => (isA(message, "statement", 1) && message.to === 1 ? [] : [message]),
      3,
      () => ({ protocol: { ...smallTalk(2), rounds } }),
    );
    table.pass(599_999);
    expect(honest(table)).toEqual(["open", "open"]);
    expect(table.party(2).machine.view().parties[0]).toMatchObject({ waitedFor: true, waitsFor: [3] });
    table.pass(1);
    expect(honest(table)).toEqual(["peer.timeout 3", "peer.aborted  by 1 blaming 3"]);
  });

  it("and only says that it waits for somebody, is named all the same", () => {
    const table = tableWith((message) => (isA(message, "statement", 2) ? [] : [message]));
    table.run();
    for (const to of [1, 2]) table.deliver(say(3, to, 0, { type: "answer", at: 1, missing: [to] }));
    table.pass(30_000);
    expectNamed(table, "peer.timeout");
  });

  it("with its seal towards one only is made up for by the others", () => {
    const table = tableWith((message) => (isA(message, "seal") && message.to === 1 ? [] : [message]));
    table.pass(29_999);
    expect(honest(table)).toEqual(["open", "complete"]);
    table.pass(1);
    expect(honest(table)).toEqual(["complete", "complete"]);
  });
});

describe("a party that ends the ceremony", () => {
  const abort = (to: number, blamed: readonly number[]) =>
    say(3, to, 0, { type: "abort", reason: "local.aborted", blamed, text: "no more" });

  it("is named whomever it blames", () => {
    const table = tableWith((message) => (isA(message, "statement", 2) ? [abort(message.to, [1])] : [message]));
    table.run();
    expect(table.ends().slice(0, 2)).toEqual(["peer.aborted  by 3 blaming 1", "peer.aborted  by 3 blaming 1"]);
    expect(table.party(1).of("failed")[0]?.detail).toBe("party 3 ended the ceremony: no more");
  });

  it("and tells one only, is named by that one to the others", () => {
    const table = tableWith((message) =>
      isA(message, "statement", 2) ? (message.to === 1 ? [abort(1, [])] : []) : [message],
    );
    table.run();
    expect(honest(table)).toEqual(["peer.aborted  by 3 blaming ", "peer.aborted  by 1 blaming 3"]);
  });

  it("after it has sealed for one of them does not keep the others from completing", () => {
    const table = tableWith((message) => (isA(message, "seal") && message.to === 1 ? [abort(1, [])] : [message]));
    table.run();
    expect(honest(table)).toEqual(["complete", "complete"]);
  });

  it("when all have sealed but it is named after a moment", () => {
    const table = tableWith((message) => (isA(message, "seal") ? [abort(message.to, [2])] : [message]));
    table.pass(30_000);
    expect(honest(table)).toEqual(["peer.aborted  by 3 blaming 2", "peer.aborted  by 3 blaming 2"]);
  });
});

describe("a party with another outcome", () => {
  const lie = (message: Sent) => reseal(message, { outcome: bytesOf("other") });

  it("is named by all", () => {
    const table = tableWith((message) => [isA(message, "seal") ? lie(message) : message]);
    table.pass(29_999);
    expect(honest(table)).toEqual(["open", "open"]);
    table.pass(1);
    expectNamed(table, "peer.differs");
  });

  it("is named at once where there is nobody else", () => {
    const table = new Table(2, talk(1));
    table.meddle = (message) => [message.from === 2 && isA(message, "seal") ? lie(message) : message];
    table.start();
    table.run();
    expect(table.end(1)).toBe("peer.differs 2");
  });

  it("towards one of them cannot keep that one from completing", () => {
    const table = tableWith((message) => [isA(message, "seal") && message.to === 1 ? lie(message) : message]);
    table.run();
    expect(honest(table)).toEqual(["complete", "complete"]);
  });

  it("or with no signature under the own one is named", () => {
    const table = tableWith((message) => {
      const seal = read(message, "seal", 3);
      return [seal === undefined ? message : say(3, message.to, 3, { ...seal, signature: new Uint8Array(64) })];
    });
    table.pass(30_000);
    expectNamed(table, "peer.protocol");
  });

  it("and a certificate that is none is named", () => {
    const table = tableWith((message) => {
      const signatures = [1, 2, 3].map(() => new Uint8Array(64));
      return [
        isA(message, "seal")
          ? say(3, message.to, 0, { type: "certificate", outcome: bytesOf("end"), signatures })
          : message,
      ];
    });
    table.pass(30_000);
    expectNamed(table, "peer.protocol");
  });
});

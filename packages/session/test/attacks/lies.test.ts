import { describe, expect, it } from "vitest";
import { broadcastHash } from "../../src/chain.ts";
import { type CeremonyInput, type CeremonyOutput, createCeremony, type Step } from "../../src/index.ts";
import { read, reseal, restate, say } from "../support/forge.ts";
import { decodes, expectNamed, honest, isA, MALLORY, tableWith, talk } from "../support/mallory.ts";
import { bytesOf, optionsOf, type Sent, smallTalk } from "../support/party.ts";
import { Table } from "../support/table.ts";

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

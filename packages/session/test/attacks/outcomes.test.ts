import { describe, expect, it } from "vitest";
import { read, reseal, say } from "../support/forge.ts";
import { expectNamed, honest, isA, tableWith, talk } from "../support/mallory.ts";
import { bytesOf, type Sent } from "../support/party.ts";
import { Table } from "../support/table.ts";

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

import { bodiesFor, type LiveEvent, mpcEventOf, type Payload } from "@countersign/relay";
import { describe, expect, it } from "vitest";

const encode = (text: string) => Buffer.from(text).toString("base64url");
const decode = (body = "") => Buffer.from(body, "base64url").toString();
const said = { round: 3, sender: 9, receiver: 8, uuid: "u", body: '{"n":1.0}' };

describe("what a member with a token gets of a connection's message", () => {
  const relay: Payload = { type: "relay", group: "g", connection: 1, session: "s", kind: "sign", message: said };
  const event = { seq: 1, type: "message", from: 1, to: 0, position: 1, size: 9 } as const;

  it("is its text, with the sender that the machine has found", () => {
    const texts = [1, 7].map((sender) => decode(bodiesFor(relay, { ...event, sender }, 2)[0]));
    expect(texts).toEqual([
      '{"round":3,"sender":1,"receiver":8,"uuid":"u","body":{"n":1.0}}',
      '{"round":3,"sender":7,"receiver":8,"uuid":"u","body":{"n":1.0}}',
    ]);
  });

  it("is nothing of what is no message", () => {
    const other: Payload = { type: "signed", group: "g", connection: 1, session: "s", value: "1" };
    expect(bodiesFor(other, { ...event, sender: null }, 2)).toEqual([]);
  });
});

describe("what connections get of a member's body", () => {
  const names = { sender: { number: 2, index: 9 }, receiver: { number: 1, index: null } };
  const heard = (body: string, more: Partial<Extract<LiveEvent, { type: "sessionMessage" }>> = {}) => {
    const envelopes = [
      { to: 4, body: "not this one" },
      { to: 1, body },
    ];
    const payload: Payload = { type: "message", session: "s", from: 2, cseq: 1, envelopes };
    const place = { seq: 1, session: "s", position: 1, size: 1, envelope: 1 } as const;
    const event = mpcEventOf({ type: "sessionMessage", ...place, ...names, ...more }, payload);
    return event?.name === "sessionMessage" ? event.message : undefined;
  };
  const text = (more: object) => encode(JSON.stringify({ ...said, body: 1, ...more }));

  it.each([
    ["numbers that are its own", { sender: 2, receiver: 1 }, {}, { sender: 2, receiver: 1 }],
    ["its index", { sender: 9, receiver: 1 }, {}, { sender: 9, receiver: 1 }],
    ["names of others", { sender: 5, receiver: 6 }, {}, { sender: 2, receiver: 1 }],
    ["nobody", { sender: 2, receiver: null }, {}, { sender: 2, receiver: 1 }],
    ["somebody, and goes to all", { sender: 2, receiver: 6 }, { receiver: null }, { sender: 2, receiver: null }],
    [
      "the receiver's index",
      { sender: 2, receiver: 8 },
      { receiver: { number: 1, index: 8 } },
      { sender: 2, receiver: 8 },
    ],
  ])("that is a message and names %s", (_, own, event, expected) => {
    expect(heard(text(own), event)).toEqual({ round: 3, uuid: "u", body: "1", ...expected });
  });

  it("that is no message is the body itself, under the round 0", () => {
    const opaque = { round: 0, sender: 2, receiver: 1, uuid: "s" };
    expect(heard("_w")).toEqual({ ...opaque, body: '"_w"' });
    expect(heard("AA", { receiver: null })).toEqual({ ...opaque, receiver: null, body: '"AA"' });
  });

  it("is nothing where the log does not hold it", () => {
    expect(heard("AA", { envelope: 7 })).toBeUndefined();
    const place = { seq: 1, session: "s", position: 1, size: 1 } as const;
    expect(mpcEventOf({ type: "sessionMessage", ...place, ...names, envelope: 0 }, undefined)).toBeUndefined();
    for (const type of ["notifyProposal", "notifySigned"] as const) {
      expect(mpcEventOf({ type, ...place }, undefined)).toBeUndefined();
    }
  });
});

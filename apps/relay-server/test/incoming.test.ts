import { expect, it } from "vitest";
import { Incoming } from "../src/protocol/incoming.ts";

/** A text, or another frame, as a client sends it: under a key of zeros. */
const frame = (text: string, first = 0x81) =>
  Buffer.concat([Buffer.of(first, 0x80 | text.length, 0, 0, 0, 0), Buffer.from(text)]);

/** What is read from a socket, and what is passed on to ws. */
function incoming() {
  const passed: Buffer[] = [];
  const heard: unknown[] = [];
  const one = new Incoming(
    { pass: (bytes) => passed.push(Buffer.from(bytes)) },
    {
      read: () => undefined,
      arrived: (message, bytes) => heard.push([message, bytes]),
      pinged: (data) => heard.push(["ping", data.toString()]),
      ponged: (data) => heard.push(["pong", data.toString()]),
      drained: () => undefined,
      unreadable: (reason) => heard.push(reason),
      closed: () => heard.push("closed"),
    },
  );
  const come = (bytes: Buffer) => one.came(bytes, bytes.length);
  return { one, come, passed, heard };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

it("hands over what has come to all sockets once they have been read", async () => {
  const [one, other] = [incoming(), incoming()];
  one.come(Buffer.concat([frame("first"), frame("second")]));
  other.come(frame("third"));
  expect([one.heard, other.heard]).toEqual([[], []]);
  await turn();
  expect(one.heard).toEqual([
    ["first", 5],
    ["second", 6],
  ]);
  expect(other.heard).toEqual([["third", 5]]);
});

it("hands over what came before the end, before it says that there is one", () => {
  const broken = incoming();
  broken.come(frame("before"));
  broken.one.failed(Object.assign(new Error("bad"), { code: "WS_ERR_INVALID_OPCODE" }));
  expect(broken.heard).toEqual([["before", 6], "bad-frame"]);
  const closed = incoming();
  closed.come(frame("before"));
  closed.one.closed(1000);
  expect(closed.heard).toEqual([["before", 6], "closed"]);
});

it("hands over at once where more than a megabyte would wait", async () => {
  const { come, heard } = incoming();
  const long = "x".repeat(60_000);
  const bytes = Buffer.concat([Buffer.of(0x81, 0xfe, 60_000 >> 8, 60_000 & 255, 0, 0, 0, 0), Buffer.from(long)]);
  for (let i = 0; i < 18; i++) come(Buffer.from(bytes));
  expect(heard).toHaveLength(17);
  await turn();
  expect(heard).toHaveLength(18);
});

it("gives the WebSocket what it can keep", () => {
  const { come, passed } = incoming();
  const binary = frame("binary", 0x82);
  const lent = Buffer.from(binary);
  come(lent);
  lent.fill(0);
  expect(passed).toEqual([binary]);
});

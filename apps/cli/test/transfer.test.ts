import { describe, expect, it } from "vitest";
import { limits } from "../src/limits.ts";
import { decodeMessage, encodeMessage, type Offer } from "../src/transfer/messages.ts";
import { Receiver, type ReceiverOutput } from "../src/transfer/receiver.ts";
import { Sender, type SenderOutput } from "../src/transfer/sender.ts";

const sha256 = "ab".repeat(32);
const offer: Offer = { name: "payment.psbt", size: 10, sha256, media: "application/x-psbt" };
const data = (offset: number, bytes: Uint8Array) => encodeMessage({ type: "data", offset, bytes });
const answer = (accept: boolean) =>
  encodeMessage({ type: "answer", answer: accept ? { accept } : { accept, reason: "declined" } });
const credit = (received: number) => encodeMessage({ type: "credit", received });
const receipt = (hash: string) => encodeMessage({ type: "receipt", receipt: { stored: true, sha256: hash } });
const types = (outputs: readonly (SenderOutput | ReceiverOutput)[]) => outputs.map((output) => output.type);

function offered(changes: Partial<Offer> = {}): Sender {
  const sender = new Sender({ ...offer, ...changes });
  sender.step({ type: "start" });
  return sender;
}

function asked(changes: Partial<Offer> = {}): Receiver {
  const receiver = new Receiver();
  receiver.step({ type: "message", bytes: encodeMessage({ type: "offer", offer: { ...offer, ...changes } }) });
  return receiver;
}

/** Lets the two machines talk until neither has anything to say. */
function transfer(file: Uint8Array, digest: string) {
  const sender = new Sender({ ...offer, size: file.length });
  const receiver = new Receiver();
  const written: Uint8Array[] = [];
  const ends: string[] = [];
  const toSender: SenderOutput[] = [...sender.step({ type: "start" })];
  const toReceiver: ReceiverOutput[] = [];
  while (toSender.length + toReceiver.length > 0) {
    const ours = toSender.shift();
    if (ours?.type === "send") toReceiver.push(...receiver.step({ type: "message", bytes: ours.bytes }));
    else if (ours?.type === "read") {
      const bytes = file.subarray(ours.offset, ours.offset + ours.length);
      toSender.push(...sender.step({ type: "part", bytes }));
    } else if (ours !== undefined) ends.push(ours.type);
    const theirs = toReceiver.shift();
    if (theirs?.type === "send") toSender.push(...sender.step({ type: "message", bytes: theirs.bytes }));
    else if (theirs?.type === "ask") toReceiver.push(...receiver.step({ type: "answer", accept: true }));
    else if (theirs?.type === "write") written.push(theirs.bytes);
    else if (theirs?.type === "complete") toReceiver.push(...receiver.step({ type: "digest", sha256: digest }));
    else if (theirs?.type === "keep") toReceiver.push(...receiver.step({ type: "kept", ok: true }));
    else if (theirs !== undefined) ends.push(theirs.type);
  }
  return { written: Buffer.concat(written), ends: ends.sort() };
}

describe("a transfer", () => {
  it.each([0, 1, 10, limits.part, limits.part + 1, 3 * limits.part, 2 * limits.window + 1])(
    "brings %i bytes over in order",
    (size) => {
      const file = Uint8Array.from({ length: size }, (_, at) => at % 251);
      const { written, ends } = transfer(file, sha256);
      expect(written.equals(file)).toBe(true);
      expect(ends).toEqual(["accepted", "done", "stored"]);
    },
  );

  it("is no success where the hash differs", () => {
    const { ends } = transfer(new Uint8Array(10), "00".repeat(32));
    expect(ends).toEqual(["accepted", "hash-differs", "not-stored"]);
  });
});

describe("the sender", () => {
  it("reads nothing before the answer", () => {
    const sender = new Sender(offer);
    expect(types(sender.step({ type: "start" }))).toEqual(["send"]);
    expect(sender.step({ type: "part", bytes: new Uint8Array(10) })).toEqual([]);
    expect(sender.step({ type: "message", bytes: answer(true) })).toEqual([
      { type: "accepted" },
      { type: "read", offset: 0, length: 10 },
    ]);
  });

  it("stops when it is declined, and stays stopped", () => {
    const sender = offered();
    const declined = sender.step({ type: "message", bytes: answer(false) });
    expect(declined).toEqual([{ type: "declined", reason: "declined" }]);
    expect(sender.step({ type: "message", bytes: answer(true) })).toEqual([]);
  });

  it.each([
    ["a receipt for another file", receipt("cd".repeat(32))],
    ["another answer", answer(true)],
    ["credit for more than was sent", credit(11)],
    ["credit for nothing", credit(0)],
    ["an offer", encodeMessage({ type: "offer", offer })],
    ["data", data(0, new Uint8Array(1))],
    ["rubbish", Uint8Array.of(9, 9)],
  ])("does not take %s for a success", (_what, bytes) => {
    const sender = offered();
    sender.step({ type: "message", bytes: answer(true) });
    sender.step({ type: "part", bytes: new Uint8Array(10) });
    expect(types(sender.step({ type: "message", bytes }))).toEqual(["failed"]);
  });

  it("takes no receipt before everything was sent", () => {
    const sender = offered();
    expect(types(sender.step({ type: "message", bytes: receipt(sha256) }))).toEqual(["failed"]);
    const accepted = offered({ size: 2 * limits.part });
    accepted.step({ type: "message", bytes: answer(true) });
    expect(types(accepted.step({ type: "message", bytes: receipt(sha256) }))).toEqual(["failed"]);
  });
});

describe("the window", () => {
  it("keeps the sender from running ahead of what the receiver has written", () => {
    const parts = limits.window / limits.part;
    const sender = offered({ size: 2 * limits.window });
    let outputs = sender.step({ type: "message", bytes: answer(true) });
    let sent = 0;
    while (outputs.some(({ type }) => type === "read")) {
      outputs = sender.step({ type: "part", bytes: new Uint8Array(limits.part) });
      sent++;
    }
    expect(sent).toBe(parts);
    expect(sender.step({ type: "part", bytes: new Uint8Array(limits.part) })).toEqual([]);
    expect(sender.step({ type: "message", bytes: credit(limits.part) })).toEqual([
      { type: "read", offset: limits.window, length: limits.part },
    ]);
    // A second credit while a part is being read asks for no second one.
    expect(sender.step({ type: "message", bytes: credit(2 * limits.part) })).toEqual([]);
    expect(types(sender.step({ type: "part", bytes: new Uint8Array(limits.part) }))).toEqual(["send", "read"]);
  });
});

describe("the receiver", () => {
  it("takes no data that was not offered and accepted", () => {
    const bytes = data(0, new Uint8Array(10));
    expect(types(new Receiver().step({ type: "message", bytes }))).toEqual(["failed"]);
    expect(types(asked().step({ type: "message", bytes }))).toEqual(["failed"]);
  });

  it.each([
    ["a gap", data(1, new Uint8Array(1))],
    ["more than was offered", data(0, new Uint8Array(11))],
    ["a second offer", encodeMessage({ type: "offer", offer })],
    ["a receipt", receipt(sha256)],
  ])("refuses %s", (_what, bytes) => {
    const receiver = asked();
    receiver.step({ type: "answer", accept: true });
    expect(types(receiver.step({ type: "message", bytes }))).toEqual(["failed"]);
    expect(receiver.step({ type: "message", bytes: data(0, new Uint8Array(10)) })).toEqual([]);
  });

  it("sends no receipt before the file is kept", () => {
    const receiver = asked();
    receiver.step({ type: "answer", accept: true });
    const first = receiver.step({ type: "message", bytes: data(0, new Uint8Array(4)) });
    expect(types(first)).toEqual(["write", "send"]);
    const last = receiver.step({ type: "message", bytes: data(4, new Uint8Array(6)) });
    expect(types(last)).toEqual(["write", "complete"]);
    expect(receiver.step({ type: "kept", ok: true })).toEqual([]);
    expect(types(receiver.step({ type: "digest", sha256 }))).toEqual(["keep"]);
    expect(types(receiver.step({ type: "kept", ok: true }))).toEqual(["send", "done"]);
  });

  it("tells the sender at once when the disk is full", () => {
    const receiver = asked();
    receiver.step({ type: "answer", accept: true });
    receiver.step({ type: "message", bytes: data(0, new Uint8Array(4)) });
    const [last, end] = receiver.step({ type: "kept", ok: false });
    expect(last?.type === "send" && decodeMessage(last.bytes)).toEqual({
      ok: true,
      message: { type: "receipt", receipt: { stored: false, reason: "not-written" } },
    });
    expect(end).toEqual({ type: "not-written" });
  });
});

import { FrameKind, limits, u16, u64 } from "@countersign/wire";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Assembly } from "../../src/channel/assembly.ts";
import { Inbox } from "../../src/channel/inbox.ts";
import { Journal } from "../../src/channel/journal.ts";
import { type Content, type Message, type MessageKind, unsplitLength } from "../../src/channel/message.ts";
import { Outbox } from "../../src/channel/outbox.ts";

const PART = 16_367;
const full = new Uint8Array(PART);
const { APP, APPF, ECHO, HS, PAD, SAS_OK } = FrameKind;

function emptyJournal(): Journal {
  return new Journal({ posted: 0n, unacknowledged: [] });
}

/** All frames that a message goes in. */
function split(content: Uint8Array, kind: MessageKind = APP): Content[] {
  const journal = emptyJournal();
  journal.post(kind, content);
  return takeAll(new Outbox(journal));
}

function takeAll(outbox: Outbox): Content[] {
  const frames: Content[] = [];
  for (let frame = outbox.take(); frame !== undefined; frame = outbox.take()) frames.push(frame as Content);
  return frames;
}

function patterned(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => (index * 31) & 0xff);
}

function part(index: number, count: number, content: Uint8Array = full, m = 0n): Content {
  return { kind: APPF, data: Uint8Array.of(...u64(m), ...u16(index), ...u16(count), ...content) };
}

function message(m: bigint, kind: MessageKind = APP): Content {
  return { kind, data: u64(m) };
}

/** Feeds frames to a fresh inbox; returns what the last of them amounted to. */
function feed(...frames: readonly Content[]) {
  const [inbox, assembly] = [new Inbox(0n), new Assembly()];
  const received = frames.map((frame) => inbox.take(frame, assembly));
  return { last: received.at(-1), inbox };
}

describe("splitting", () => {
  it.each([
    [0, 1],
    [unsplitLength, 1],
    [unsplitLength + 1, 2],
    [2 * PART, 2],
    [2 * PART + 1, 3],
    [limits.message, 65],
  ])("puts %i bytes into %i frames, and together again", (length, count) => {
    const content = patterned(length);
    const frames = split(content);
    expect(frames).toHaveLength(count);
    expect(frames.every(({ kind }) => kind === (count === 1 ? APP : APPF))).toBe(true);
    const { last, inbox } = feed(...frames);
    expect(last).toEqual({ type: "content", kind: APP, content });
    expect(inbox.expected).toBe(1n);
  });

  it("refuses what is above 1 MiB, or above one frame for other kinds", () => {
    const journal = emptyJournal();
    expect(() => journal.post(APP, new Uint8Array(limits.message + 1))).toThrow(/1048576/);
    expect(() => journal.post(SAS_OK, new Uint8Array(unsplitLength + 1))).toThrow(/16371/);
    expect(() => new Outbox(journal).control(HS, new Uint8Array(16_380))).toThrow(/16,379/);
    expect(journal.posted).toBe(0n);
    journal.post(ECHO, new Uint8Array(unsplitLength));
    expect(journal.posted).toBe(1n);
  });

  it("lets control frames go first, in their order, between the parts of a message", () => {
    const journal = emptyJournal();
    const outbox = new Outbox(journal);
    journal.post(APP, new Uint8Array(2 * PART));
    expect(outbox.take()?.kind).toBe(APPF);
    outbox.control(HS, Uint8Array.of(1));
    outbox.control(PAD, Uint8Array.of(2));
    expect(takeAll(outbox).map(({ kind }) => kind)).toEqual([HS, PAD, APPF]);
  });
});

describe("putting together", () => {
  it.each<readonly [string, readonly Content[]]>([
    ["a part that comes first but is not", [part(1, 2)]],
    ["a part twice", [part(0, 3), part(0, 3)]],
    ["a part left out", [part(0, 3), part(2, 3)]],
    ["a count that changes", [part(0, 3), part(1, 4)]],
    ["a part that is not full before the last", [part(0, 3, full.subarray(1))]],
    ["more parts than the longest message has", [part(0, 66)]],
    [
      "a message above 1 MiB",
      [...Array.from({ length: 64 }, (_, index) => part(index, 65)), part(64, 65, patterned(1_089))],
    ],
    ["parts of what fits one frame", [part(0, 2), part(1, 2, patterned(unsplitLength - PART))]],
    ["another message before the last part", [part(0, 2), message(0n)]],
    ["a SAS message before the last part", [part(0, 2), message(0n, SAS_OK)]],
  ])("takes for the peer's fault: %s", (_, frames) => {
    expect(feed(...frames).last).toMatchObject({ type: "fault", code: "channel.parts" });
  });

  it.each<readonly [string, Content]>([
    ["an index that is not below the count", part(2, 2)],
    ["a count of one", part(0, 1)],
    ["a part without content", part(0, 2, new Uint8Array(0))],
    ["a message without its number", { kind: APP, data: new Uint8Array(7) }],
  ])("takes for the peer's fault: %s", (_, frame) => {
    const { last } = feed(frame);
    expect(last).toMatchObject({ type: "fault", code: expect.stringMatching(/^wire\./) });
  });

  it.each([
    ["a message", message(1n)],
    ["a part", part(0, 2, full, 1n)],
  ])("takes for the peer's fault: a gap before %s", (_, frame) => {
    expect(feed(frame).last).toMatchObject({ type: "fault", code: "channel.gap" });
  });

  it("passes over what was received in another exchange, parts and whole, even in the middle", () => {
    const inbox = new Inbox(0n);
    const [before, now] = [new Assembly(), new Assembly()];
    const content = patterned(2 * PART);
    const [first, second] = split(content);
    if (first === undefined || second === undefined) throw new Error("two parts");
    inbox.take(first, before);
    inbox.take(first, now);
    expect(inbox.take(second, before)).toEqual({ type: "content", kind: APP, content });
    expect(inbox.take(second, now)).toEqual({ type: "nothing" });
    expect(inbox.take(message(0n), now)).toEqual({ type: "nothing" });
    expect(inbox.take(message(1n), now)).toMatchObject({ type: "content" });
    expect(inbox.take(first, now)).toEqual({ type: "nothing" });
    expect(inbox.expected).toBe(2n);
  });

  it("begins a message anew where an exchange has its first parts only", () => {
    const inbox = new Inbox(0n);
    const content = patterned(2 * PART);
    const [first, second] = split(content);
    if (first === undefined || second === undefined) throw new Error("two parts");
    inbox.take(first, new Assembly());
    const assembly = new Assembly();
    inbox.take(first, assembly);
    expect(inbox.take(second, assembly)).toEqual({ type: "content", kind: APP, content });
  });
});

describe("the journal", () => {
  const entry = (m: bigint): Message => ({ m, kind: APP, content: u64(m) });

  it("numbers messages, keeps them until they are acknowledged, and keeps them from changing", () => {
    const journal = emptyJournal();
    const content = Uint8Array.of(1);
    journal.post(APP, content);
    journal.post(SAS_OK, content);
    content[0] = 9;
    expect(journal.at(1n)).toEqual({ m: 1n, kind: SAS_OK, content: Uint8Array.of(1) });
    journal.acknowledge(1n);
    journal.acknowledge(0n);
    expect([journal.first, journal.posted, journal.at(0n)]).toEqual([1n, 2n, undefined]);
    journal.acknowledge(2n);
    expect(journal.isEmpty).toBe(true);
  });

  it("goes on where it was put away", () => {
    const journal = new Journal({ posted: 7n, unacknowledged: [entry(5n), entry(6n)] });
    expect(takeAll(new Outbox(journal))).toEqual(
      [5n, 6n].map((m) => ({ ...message(m), data: Uint8Array.of(...u64(m), ...u64(m)), completes: m })),
    );
    journal.post(APP, new Uint8Array(0));
    expect(journal.at(7n)).toBeDefined();
  });

  it.each([
    ["a gap", [entry(4n), entry(6n)]],
    ["another end", [entry(4n), entry(5n)]],
    ["another order", [entry(6n), entry(5n)]],
  ])("refuses to go on with %s", (_, unacknowledged) => {
    expect(() => new Journal({ posted: 7n, unacknowledged })).toThrow("posted last");
  });

  it("seals anew from the first that is not acknowledged, and leaves out what is acknowledged meanwhile", () => {
    const journal = emptyJournal();
    const outbox = new Outbox(journal);
    for (const length of [0, 3 * PART, 0]) journal.post(APP, new Uint8Array(length));
    expect(takeAll(outbox)).toHaveLength(5);
    journal.acknowledge(1n);
    outbox.control(HS, new Uint8Array(0));
    outbox.restart();
    const first = outbox.take();
    expect(first?.data.slice(0, 10)).toEqual(Uint8Array.of(...u64(1n), 0, 0));
    outbox.restart();
    expect(outbox.take()).toEqual(first);
    journal.acknowledge(2n);
    expect(takeAll(outbox)).toEqual([{ ...message(2n), completes: 2n }]);
  });
});

describe("any messages", () => {
  it("come out of the inbox as they went into the journal", () => {
    const kinds = fc.constantFrom<MessageKind>(APP, SAS_OK, ECHO);
    const one = fc.record({ kind: kinds, length: fc.nat({ max: 60_000 }) });
    fc.assert(
      fc.property(fc.array(one, { maxLength: 6 }), (wanted) => {
        const journal = emptyJournal();
        const posted = wanted.map(({ kind, length }) => {
          const content = patterned(kind === APP ? length : Math.min(length, unsplitLength));
          journal.post(kind, content);
          return { type: "content", kind, content };
        });
        const [inbox, assembly] = [new Inbox(0n), new Assembly()];
        const received = takeAll(new Outbox(journal)).map((frame) => inbox.take(frame, assembly));
        expect(received.filter(({ type }) => type !== "nothing")).toEqual(posted);
      }),
      { numRuns: 100 },
    );
  });
});

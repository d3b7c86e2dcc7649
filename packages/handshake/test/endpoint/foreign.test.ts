import { createEndpoint, type EndpointInput, type EndpointOutput } from "@countersign/handshake/e3x";
import { utf8 } from "@countersign/wire";
import { describe, expect, test } from "vitest";
import { ForeignPeer, type Heard, lob } from "./foreign-peer.ts";
import { backend } from "./station.ts";

const randomBytes = (length: number) => crypto.getRandomValues(new Uint8Array(length));

/** One of our endpoints whose application says yes, and a foreign peer. */
class Meeting {
  readonly foreign: ForeignPeer;
  readonly endpoint: ReturnType<typeof createEndpoint<string>>;
  readonly said: EndpointOutput<string>[] = [];
  readonly heard: Heard[] = [];
  ms = 0;
  private readonly seconds: number;

  constructor(foreignIsOdd: boolean, seconds = 1_760_000_000) {
    let keys = backend.dh.generateKeyPair(randomBytes);
    const secret = randomBytes(32);
    while (new ForeignPeer(keys.publicKey, secret).odd !== foreignIsOdd) keys = backend.dh.generateKeyPair(randomBytes);
    this.foreign = new ForeignPeer(keys.publicKey, secret);
    this.endpoint = createEndpoint({ keys: { "3a": keys }, dh: backend.dh, randomBytes });
    this.seconds = seconds;
  }

  /** A number of the foreign peer's parity. */
  at(number: number): number {
    return number + ((number & 1) === (this.foreign.odd ? 1 : 0) ? 0 : 1);
  }

  step(input: EndpointInput<string>): void {
    const now = { ms: this.ms, unixSeconds: this.seconds + Math.floor(this.ms / 1_000) };
    for (const output of this.endpoint.step(input, now)) {
      this.said.push(output);
      if (output.type === "send") {
        const heard = this.foreign.hear(output.bytes);
        if (heard === undefined) throw new Error("the foreign peer cannot read this");
        this.heard.push(heard);
      }
      if (output.type === "persist") this.step({ type: "persisted", id: output.id });
      if (output.type === "offer") this.step({ type: "accept", id: output.id });
      if (output.type === "deliver") {
        this.step({ type: "processed", hashname: output.hashname, channel: output.channel });
      }
    }
  }

  packet(bytes: Uint8Array): void {
    this.step({ type: "packet", bytes, path: "there" });
  }

  pass(ms: number): void {
    this.ms += ms;
    this.step({ type: "time" });
  }

  of<Type extends EndpointOutput<string>["type"]>(type: Type) {
    return this.said.filter(
      (output): output is Extract<EndpointOutput<string>, { type: Type }> => output.type === type,
    );
  }

  /** Handshakes or channel packets that the foreign peer has heard since the last time. */
  take(kind: Heard["kind"]): readonly Heard[] {
    const taken = this.heard.filter((heard) => heard.kind === kind);
    this.heard.length = 0;
    return taken;
  }

  get hashname(): string {
    return this.of("up")[0]?.hashname ?? "";
  }
}

/** What a foreign peer may say to the same end. */
const forms: readonly [string, (at: number, key: Uint8Array) => readonly [json: string, body?: Uint8Array]][] = [
  ["a link", (at) => [`{"type":"link","at":${at},"csid":"3a"}`]],
  ["a message without a type", (at) => [`{"at":${at}}`]],
  ["JSON with white space, other keys and another order", (at) => [`{ "z" : 0, "at" : ${at} }`]],
  ["the old form", (at, key) => [`{"type":"key","at":${at}}`, key]],
  ["a link that lists its own key as present", (at, key) => [`{"type":"link","at":${at}}`, lob('{"3a":true}', key)]],
];

describe.each([
  ["odd", true],
  ["even", false],
])("a foreign endpoint that is %s", (_, odd) => {
  test.each(forms)("begins with %s, is answered with the same at, and both are up", (_, form) => {
    const meeting = new Meeting(odd);
    const at = meeting.at(1_700_000_000);
    meeting.packet(meeting.foreign.handshake(...form(at, meeting.foreign.key)));
    const [answer, ...others] = meeting.take("handshake");
    expect(others).toEqual([]);
    expect(answer?.json).toEqual({ type: "link", at, csid: "3a" });
    expect(meeting.of("up")).toMatchObject([{ at: BigInt(at) }]);
    expect(meeting.of("offer")).toMatchObject([{ messages: [{ type: "link" }] }]);
    talk(meeting);
  });

  test.each(forms)("answers with %s to our at, and both are up", (_, form) => {
    const meeting = new Meeting(odd);
    meeting.step({ type: "link", peer: { keys: { "3a": meeting.foreign.key } }, path: "there" });
    const [call] = meeting.take("handshake");
    const at = Number(call?.json["at"]);
    expect(at & 1).toBe(odd ? 0 : 1);
    meeting.packet(meeting.foreign.handshake(...form(at, meeting.foreign.key)));
    expect(meeting.of("up")).toMatchObject([{ at: BigInt(at) }]);
    // One handshake more than needed, as some implementations send it, changes nothing and is not answered.
    meeting.packet(meeting.foreign.handshake(...form(at, meeting.foreign.key)));
    expect(meeting.take("handshake")).toEqual([]);
    expect(meeting.of("up")).toHaveLength(1);
    talk(meeting);
  });

  test("answers with an at of its own that is higher: that one counts, and is answered", () => {
    const meeting = new Meeting(odd);
    meeting.step({ type: "link", peer: { keys: { "3a": meeting.foreign.key } }, path: "there" });
    const [call] = meeting.take("handshake");
    const at = Number(call?.json["at"]) + 1;
    meeting.packet(meeting.foreign.handshake(`{"type":"link","at":${at}}`));
    expect(meeting.take("handshake").map(({ json }) => json["at"])).toEqual([at]);
    expect(meeting.of("up")).toMatchObject([{ at: BigInt(at) }]);
    meeting.pass(60_000);
    expect(meeting.take("handshake")).toEqual([]);
    talk(meeting);
  });

  test("that says the same again gets the same answer: verbatim at once, in other bytes after a second", () => {
    const meeting = new Meeting(odd);
    const at = meeting.at(1_700_000_000);
    const asked = meeting.foreign.handshake(`{"at":${at}}`);
    meeting.packet(asked);
    meeting.packet(asked);
    const answers = meeting.of("send").map(({ bytes }) => bytes);
    expect(answers).toHaveLength(2);
    expect(answers[0]).toEqual(answers[1]);
    const again = () => meeting.packet(meeting.foreign.handshake(`{"at":${at}}`));
    again();
    expect(meeting.of("send")).toHaveLength(2);
    // An end that repeats itself at each answer comes to rest.
    for (let round = 0; round < 20; round++) {
      meeting.pass(1_000);
      again();
      again();
    }
    expect(meeting.of("send")).toHaveLength(6);
    expect(new Set(meeting.of("send").map(({ bytes }) => bytes.join())).size).toBe(1);
    expect(meeting.of("offer")).toHaveLength(1);
  });

  test("that says the same again in other bytes gets the answer, also when it has said more since", () => {
    const meeting = new Meeting(odd);
    const at = meeting.at(1_700_000_000);
    const link = () => meeting.packet(meeting.foreign.handshake(`{"at":${at}}`));
    link();
    meeting.packet(meeting.foreign.handshake(`{"type":"jwt","at":${at}}`, utf8("a.b.c")));
    meeting.pass(1_000);
    link();
    const [answer, again] = meeting.of("send").map(({ bytes }) => bytes);
    expect(again).toEqual(answer);
  });

  test("with a lower at, one of the wrong parity or none is not answered", () => {
    const meeting = new Meeting(odd);
    const at = meeting.at(1_700_000_000);
    for (const wrong of [`"${at}"`, "0", "-5", "1.5", "18446744073709551616", "null"]) {
      meeting.packet(meeting.foreign.handshake(`{"type":"link","at":${wrong}}`));
    }
    meeting.packet(meeting.foreign.handshake(`{"type":"link","at":${at + 1}}`));
    expect(meeting.take("handshake")).toEqual([]);
    meeting.packet(meeting.foreign.handshake(`{"type":"link","at":${at}}`));
    meeting.packet(meeting.foreign.handshake(`{"type":"link","at":${at - 2}}`));
    expect(meeting.take("handshake")).toHaveLength(1);
  });

  test("an at of 64 bits is answered to the digit", () => {
    const meeting = new Meeting(odd);
    const at = 2n ** 64n - (odd ? 3n : 4n);
    meeting.packet(meeting.foreign.handshake(`{"type":"link","at":${at}}`));
    expect(meeting.of("up")).toMatchObject([{ at }]);
    expect(meeting.of("persist")).toMatchObject([{ entry: { at } }]);
  });

  test("that was started anew, with a higher at, replaces what was", () => {
    const meeting = new Meeting(odd);
    const at = meeting.at(1_700_000_000);
    meeting.packet(meeting.foreign.handshake(`{"at":${at}}`));
    meeting.packet(meeting.foreign.channel(`{"c":${odd ? 1 : 2},"type":"x"}`));
    meeting.foreign.restart();
    meeting.packet(meeting.foreign.handshake(`{"at":${at}}`));
    expect(meeting.of("down")).toEqual([]);
    meeting.packet(meeting.foreign.handshake(`{"at":${at + 2}}`));
    expect(meeting.of("down")).toMatchObject([{ reason: "replaced" }]);
    expect(meeting.of("channel-closed")).toMatchObject([{ err: "reset" }]);
    expect(meeting.of("up")).toHaveLength(2);
    meeting.heard.length = 0;
    talk(meeting);
  });

  test("that says more than a link is heard: jwt, uri, tx and what it likes, in any order", () => {
    const meeting = new Meeting(odd);
    const at = meeting.at(1_700_000_000);
    const say = (json: string, text = "") => meeting.packet(meeting.foreign.handshake(json, utf8(text)));
    // Nobody knows yet whose this is, so that it waits for the link.
    say(`{"type":"jwt","at":${at}}`, "token");
    expect(meeting.of("drop")).toMatchObject([{ code: "endpoint.unknown-sender" }]);
    meeting.packet(meeting.foreign.handshake(`{"at":${at}}`));
    say(`{"type":"uri","at":${at},"uri":"link://there"}`);
    say(`{"type":"x-mine","at":${at},"k":[1]}`);
    expect(meeting.of("offer").at(-1)?.messages).toEqual([
      expect.objectContaining({ type: "link" }),
      { type: "jwt", head: {}, body: utf8("token") },
      { type: "uri", head: { uri: "link://there" }, body: utf8("") },
      { type: "x-mine", head: { k: [1] }, body: utf8("") },
    ]);
  });
});

/** Channels both ways, reliable and not. */
function talk(meeting: Meeting): void {
  const { foreign } = meeting;
  const theirs = foreign.odd ? 1 : 2;
  const delivered = () => meeting.of("deliver").filter(({ channel }) => channel === theirs || channel === theirs + 2);
  const before = delivered().length;
  meeting.heard.length = 0;
  foreign.handshake('{"at":1}');
  meeting.packet(foreign.channel(`{"c":${theirs},"type":"plain","k":1}`, "one"));
  meeting.packet(foreign.channel(`{"c":${theirs},"end":true}`, "two"));
  meeting.packet(foreign.channel(`{"c":${theirs + 2},"type":"sure","seq":1}`, "three"));
  meeting.packet(foreign.channel(`{"c":${theirs + 2},"seq":2,"end":true}`, "four"));
  expect(
    delivered()
      .slice(before)
      .map(({ body, end }) => [new TextDecoder().decode(body), end]),
  ).toEqual([
    ["one", false],
    ["two", true],
    ["three", false],
    ["four", true],
  ]);
  expect(meeting.take("channel").map(({ json }) => json)).toEqual([{ c: theirs + 2, ack: 2 }]);

  const { hashname } = meeting;
  meeting.step({
    type: "open",
    hashname,
    channelType: "ours",
    reliable: true,
    content: { json: { k: 2 }, body: utf8("five") },
  });
  const channel = meeting.of("channel-opened").at(-1)?.channel ?? 0;
  expect(channel & 1).toBe(foreign.odd ? 0 : 1);
  meeting.step({ type: "send", hashname, channel, content: { end: true } });
  const said = meeting.take("channel");
  expect(said.map(({ json, text }) => [json, text])).toEqual([
    [{ c: channel, type: "ours", k: 2, seq: 1 }, "five"],
    [{ c: channel, end: true, seq: 2 }, ""],
  ]);
  meeting.packet(foreign.channel(`{"c":${channel},"seq":1,"ack":2,"end":true}`, "six"));
  expect(meeting.of("channel-closed").at(-1)).toMatchObject({ channel, err: undefined });
}

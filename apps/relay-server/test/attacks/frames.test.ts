import { describe, expect, it } from "vitest";
import { MpcSocket } from "../mpc/mpc-socket.ts";
import { RawSocket } from "../observe/raw-socket.ts";
import { relayForEachTest } from "../relay-for-each-test.ts";

const site = relayForEachTest();

/** Masked with zeros. */
const frame = (head: number, payload: readonly number[] = [], length = payload.length): Uint8Array =>
  Uint8Array.from([head, 0x80 | length, 0, 0, 0, 0, ...payload]);

/** What no client may send (RFC 6455), and the code that it is closed with. */
const attacks: readonly (readonly [name: string, code: number, bytes: Uint8Array])[] = [
  ["a reserved bit", 1002, frame(0xc1, [0x7b])],
  ["a reserved bit in a ping", 1002, frame(0x99)],
  ["an opcode without a meaning", 1002, frame(0x83)],
  ["a control opcode without a meaning", 1002, frame(0x8b)],
  ["a frame without a mask", 1002, Uint8Array.of(0x81, 1, 0x7b)],
  ["a ping in parts", 1002, frame(0x09)],
  ["a ping of 126 bytes", 1002, Uint8Array.of(0x89, 0xfe, 0, 126, 0, 0, 0, 0)],
  ["a continuation of nothing", 1002, frame(0x80)],
  ["a text within a text", 1002, Buffer.concat([frame(0x01, [0x7b]), frame(0x81, [0x7d])])],
  ["a close of one byte", 1002, frame(0x88, [3])],
  ["a close with a code that is none", 1002, frame(0x88, [0x03, 0xed])],
  ["a text that is not UTF-8", 1007, frame(0x81, [0xc0, 0x80])],
  ["a reason that is not UTF-8", 1007, frame(0x88, [0x03, 0xe8, 0xff])],
  ["a length of 64 KiB and one, without the rest", 1009, Uint8Array.of(0x81, 0xff, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0)],
  ["a length of 2^63", 1009, Uint8Array.of(0x81, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)],
  ["65 parts", 1008, Buffer.concat([frame(0x01), ...Array.from({ length: 64 }, () => frame(0x00))])],
];

describe.each(["/v1", "/mpc"] as const)("at %s a client is closed that sends", (path) => {
  it.each(attacks)("%s", async (_, code, bytes) => {
    const bystander = await MpcSocket.connect(site.relay.url);
    const raw = await RawSocket.connect(site.relay.url, path);
    const chunks: Buffer[] = [];
    raw.socket.on("data", (chunk: Buffer) => chunks.push(chunk));
    const ended = new Promise((resolve) => raw.socket.on("end", resolve));
    raw.socket.write(bytes);
    await ended;
    raw.socket.destroy();
    // A close frame of two bytes is the last that comes.
    expect(Buffer.concat(chunks).subarray(-4)).toEqual(Buffer.from([0x88, 2, code >> 8, code & 0xff]));
    expect(await bystander.ask("?", [])).toContain('"code":-32601');
    await bystander.close();
  });
});

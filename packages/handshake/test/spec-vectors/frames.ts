import { portableBackend, rekey } from "@countersign/noise";
import { encodeHex, FrameKind } from "@countersign/wire";
import { sha256 } from "@noble/hashes/sha2.js";
import { expect } from "vitest";
import { PeerConversation } from "../../src/channel/conversation.ts";
import type { ConversationInput, ConversationOutput } from "../../src/channel/conversation-types.ts";
import type { MessageKind } from "../../src/channel/message.ts";
import { unhex } from "../support/shared-vectors.ts";
import { checkFrameValues, type FrameJson as Recorded } from "./frame-values.ts";
import type { VectorFile } from "./vector-files.ts";

interface FrameJson extends Recorded {
  readonly kind: keyof typeof FrameKind;
  readonly data: string;
}

export interface FramesVector extends VectorFile {
  readonly token: string;
  readonly first: string;
  readonly key?: string;
  /** Of epochs 0, 1 and 2; `epoch` is the first frame's. */
  readonly keys?: readonly string[];
  readonly epoch?: string;
  readonly frames?: readonly FrameJson[];
  readonly message?: { readonly length: number; readonly sha256: string };
  readonly packets?: readonly string[];
  readonly before?: readonly FrameJson[];
  readonly packet?: string;
  readonly expect?: { readonly layer: string; readonly code: string; readonly outcome: "drop" | "end" };
}

const cipher = portableBackend.cipher("ChaChaPoly");
const now = { ms: 0, unixSeconds: 0 };
/** Bytes in front of a channel packet's body: an empty LOB head. */
const LOB = 2;

/** Plays the sender and the receiver of recorded frames, or the receiver that has to refuse one. */
export function playFrames(vector: FramesVector): void {
  for (const [epoch, key] of (vector.keys ?? []).entries()) {
    const next = vector.keys?.[epoch + 1];
    if (next !== undefined) expect(encodeHex(rekey(cipher, unhex(key)))).toBe(next);
  }
  if (vector.expect !== undefined) return refuse(vector);
  if (vector.message !== undefined) return carryLongMessage(vector, vector.message);
  for (const [index, frame] of (vector.frames ?? []).entries()) {
    checkFrameValues(frame, () => vector.key ?? vector.keys?.[Number(vector.epoch) + index] ?? "");
  }
  carry(vector);
}

function carry(vector: FramesVector): void {
  const frames = vector.frames ?? [];
  const greet = frames[0]?.kind === "ACK";
  const { sent, step } = end(vector, "sender", greet);
  for (const { kind, data } of frames) {
    if (kind !== "ACK") step(postOf(kind, unhex(data)));
  }
  expect(sent()).toEqual(frames.map(({ packet }) => packet));

  const receiver = end(vector, "receiver");
  const outputs = frames.flatMap(({ packet }) => receiver.hear(packet));
  const delivered = outputs.flatMap((output) =>
    output.type === "deliver" ? [{ kind: output.kind, content: encodeHex(output.content) }] : [],
  );
  const silent = ["ACK", "PAD", "CLOSE"];
  const expected = frames.filter(({ kind }) => !silent.includes(kind));
  expect(delivered).toEqual(
    expected.map(({ kind, data }) => ({ kind: FrameKind[kind], content: kind === "HS" ? data : data.slice(16) })),
  );
  expect(outputs.filter(({ type }) => type === "drop" || type === "fault")).toEqual([]);
  const closed = outputs.flatMap((output) => (output.type === "closed" ? [output.reason] : []));
  expect(closed).toEqual(frames.some(({ kind }) => kind === "CLOSE") ? [0] : []);
}

function carryLongMessage(vector: FramesVector, { length, sha256: digest }: { length: number; sha256: string }): void {
  const content = Uint8Array.from({ length }, (_, i) => i % 251);
  expect(encodeHex(sha256(content))).toBe(digest);
  const { sent, step } = end(vector, "sender");
  step({ type: "post", kind: FrameKind.APP, content });
  expect(sent()).toEqual(vector.packets);
  const receiver = end(vector, "receiver");
  const outputs = (vector.packets ?? []).flatMap((packet) => receiver.hear(packet));
  const delivered = outputs.filter(({ type }) => type === "deliver");
  expect(delivered).toEqual([{ type: "deliver", kind: FrameKind.APP, content }]);
}

function refuse(vector: FramesVector): void {
  const receiver = end(vector, "receiver");
  for (const { packet } of vector.before ?? []) receiver.hear(packet);
  const outputs = receiver.hear(vector.packet ?? "");
  const { code, outcome } = vector.expect ?? {};
  if (outcome === "drop") expect(outputs).toEqual([{ type: "drop", code }]);
  else {
    expect(outputs.find(({ type }) => type === "fault")).toEqual({ type: "fault", code, detail: expect.any(String) });
    expect(outputs.some(({ type }) => type === "closed")).toBe(true);
    expect(outputs.some(({ type }) => type === "deliver")).toBe(false);
  }
}

/** One end of a channel with the recorded key; what it would need for the other direction is made up. */
function end({ key, keys, epoch = "0", token, first }: FramesVector, role: "sender" | "receiver", greet = false) {
  const conversation = new PeerConversation({ cipher }, Number(first));
  const recorded = { key: unhex(key ?? keys?.[Number(epoch)] ?? ""), token: unhex(token) };
  const other = { key: new Uint8Array(32).fill(1), token: new Uint8Array(16).fill(2) };
  const [send, receive] = role === "sender" ? [recorded, other] : [other, recorded];
  const outputs: ConversationOutput[] = [];
  const step = (input: ConversationInput) => {
    const said = conversation.step(input, now);
    outputs.push(...said);
    return said.filter(({ type }) => type !== "wake");
  };
  const keysOf = { sendKey: send.key, receiveKey: receive.key, sendToken: send.token, receiveToken: receive.token };
  step({ type: "install", id: 1, ...keysOf, tentative: false, greet, peerNext: 0n });
  return {
    step,
    hear: (packet: string) => step({ type: "packet", body: unhex(packet).subarray(LOB) }),
    sent: () => outputs.flatMap((output) => (output.type === "send" ? [`0000${encodeHex(output.body)}`] : [])),
  };
}

function postOf(kind: keyof typeof FrameKind, data: Uint8Array): ConversationInput {
  if (kind === "CLOSE") return { type: "close", reason: data[0] ?? 0 };
  if (kind === "PAD" || kind === "HS") return { type: "control", kind: FrameKind[kind], data };
  return { type: "post", kind: FrameKind[kind] as MessageKind, content: data.subarray(8) };
}

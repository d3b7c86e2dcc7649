import type { PeerGroupOutput } from "@countersign/handshake";
import { settle } from "./alarm-clock.ts";
import { type Seated, sitDown, tellMessage } from "./seat.ts";

export const peer = { number: 2, label: "bob", noiseStatic: new Uint8Array(32) };
export const sas = { type: "sas", words: "a-b-c-d-e", digits: "123456", parties: [], verified: false } as const;
/** What the machine says until all is confirmed. */
export const toReady: readonly PeerGroupOutput[] = [
  { type: "up", ...peer },
  sas,
  { type: "ready", pins: [], transcript: new Uint8Array(32) },
];
/** A packet that the machine sends. */
export const packet = (byte: number): PeerGroupOutput => ({ type: "send", to: 2, bytes: Uint8Array.of(byte) });
export const failed: PeerGroupOutput = {
  type: "failed",
  code: "peer.identity-changed",
  culprits: [2],
  detail: "another key",
};

/** Steps the machine once and lets it answer with these outputs. */
export function happen(seated: Seated, ...outputs: PeerGroupOutput[]): void {
  seated.machine.react = () => outputs;
  tellMessage(seated);
  seated.machine.react = () => [];
}

/** A session in which all has been confirmed. */
export async function ready(options: Parameters<typeof sitDown>[0] = {}): Promise<Seated> {
  const seated = await sitDown(options);
  happen(seated, ...toReady);
  await settle();
  return seated;
}

/** The methods that were called, without receipts. */
export function methods(seated: Seated): string[] {
  return seated.transport.last.sent.map(({ method }) => method).filter((method) => method !== "Session.ack");
}

/** The relay answers the last call of a method. */
export function answerLast(seated: Seated, method: "Session.message" | "Session.finish" | "Session.abort"): void {
  const request = seated.transport.last.requests(method).at(-1);
  if (request === undefined) throw new Error(`no ${method}`);
  seated.transport.last.answer(request, method === "Session.message" ? { seq: 50 } : {});
}

import { randomBytes } from "node:crypto";
import { createEndpoint, type Endpoint } from "@countersign/handshake/e3x";
import { nodeBackend } from "@countersign/noise/node";
import type { Clock, Receiver } from "./receiver.ts";
import { clockAtRest } from "./receiver.ts";

const { dh } = nodeBackend;

export type Identity = ReturnType<typeof dh.generateKeyPair>;
type Station = Endpoint<number>;
type Outputs = ReturnType<Station["step"]>;

export function identity(): Identity {
  return dh.generateKeyPair();
}

export function endpoint(own: Identity, highest?: ReadonlyMap<string, bigint>): Station {
  return createEndpoint<number>({
    keys: { "3a": own },
    dh,
    randomBytes: (length) => randomBytes(length),
    ...(highest === undefined ? {} : { highest }),
  });
}

/** Drives an endpoint with an input, with the yes to what it offers, and as if its disk took no time. */
export function drive(station: Station, input: Parameters<Station["step"]>[0], clock: Clock): Outputs {
  const outputs = [...station.step(input, clock)];
  for (let next = 0; next < outputs.length; next++) {
    const output = outputs[next];
    if (output?.type === "offer") outputs.push(...station.step({ type: "accept", id: output.id }, clock));
    if (output?.type === "persist") outputs.push(...station.step({ type: "persisted", id: output.id }, clock));
  }
  return outputs;
}

export function sends(outputs: Outputs): readonly Uint8Array[] {
  return outputs.flatMap((output) => (output.type === "send" ? [output.bytes] : []));
}

/** The first packet of a process of `from` that links to `to`, with an `at` above this one. */
export function opening3a(from: Identity, to: Identity, above = 0n): Uint8Array {
  const name = endpoint(to).hashname;
  const process = endpoint(from, new Map([[name, above]]));
  const link = { type: "link", peer: { keys: { "3a": to.publicKey } }, path: 0 } as const;
  const [packet] = sends(drive(process, link, { ms: 0, unixSeconds: 0 }));
  if (packet === undefined) throw new Error("no handshake");
  return packet;
}

/** An endpoint as a receiver; who is in `friends` has linked to it before. */
export function receiver3a(own: Identity, friends: readonly Uint8Array[] = []): Receiver {
  const station = endpoint(own);
  for (const packet of friends) drive(station, { type: "packet", bytes: packet, path: 0 }, clockAtRest());
  return (bytes, clock) => {
    let sent = 0;
    let dropped: string | undefined;
    for (const output of drive(station, { type: "packet", bytes, path: 0 }, clock)) {
      if (output.type === "send") sent++;
      else if (output.type === "drop") dropped = output.code;
    }
    return { sent, dropped };
  };
}

/** A whole handshake between two endpoints that know each other's keys, up to both being up. */
export function exchange3a(one: Identity, other: Identity, clock: Clock): readonly [Station, Station] {
  const [a, b] = [endpoint(one), endpoint(other)];
  const link = { type: "link", peer: { keys: { "3a": other.publicKey } }, path: 0 } as const;
  meet(a, b, drive(a, link, clock), clock);
  return [a, b];
}

/** Both ends, and what `a` has just said, until nothing is on its way. */
export function meet(a: Station, b: Station, said: Outputs, clock: Clock): void {
  const answers = sends(said).flatMap((bytes) => drive(b, { type: "packet", bytes, path: 0 }, clock));
  const last = sends(answers).flatMap((bytes) => drive(a, { type: "packet", bytes, path: 0 }, clock));
  for (const outputs of [answers, last]) {
    if (!outputs.some(({ type }) => type === "up" || type === "alive")) throw new Error("an end is not up");
  }
}

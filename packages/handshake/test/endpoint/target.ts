import { createEndpoint, type EndpointInput, type EndpointOutput } from "@countersign/handshake/e3x";
import type { DhFunctions } from "@countersign/noise";
import { ForeignPeer } from "./foreign-peer.ts";
import { backend, keyPair } from "./station.ts";

const randomBytes = (length: number) => crypto.getRandomValues(new Uint8Array(length));

/** An endpoint under attack: counts what it has to compute, and says yes where it is told to. */
export class Target {
  readonly key = keyPair(7)["3a"].publicKey;
  readonly endpoint: ReturnType<typeof createEndpoint<string>>;
  readonly said: EndpointOutput<string>[] = [];
  multiplications = 0;
  accepts = true;
  ms = 0;

  constructor(highest: ReadonlyMap<string, bigint> = new Map()) {
    const dh: DhFunctions = {
      ...backend.dh,
      dh: (pair, key) => {
        this.multiplications++;
        return backend.dh.dh(pair, key);
      },
    };
    this.endpoint = createEndpoint({ keys: keyPair(7), dh, randomBytes, highest });
  }

  step(input: EndpointInput<string>): readonly EndpointOutput<string>[] {
    const outputs = [...this.endpoint.step(input, { ms: this.ms, unixSeconds: 1_760_000_000 })];
    for (const output of [...outputs]) {
      if (output.type === "persist") outputs.push(...this.step({ type: "persisted", id: output.id }));
      if (output.type === "offer" && this.accepts) outputs.push(...this.step({ type: "accept", id: output.id }));
    }
    this.said.push(...outputs.filter((output) => !this.said.includes(output)));
    return outputs;
  }

  packet(bytes: Uint8Array, path = "there"): readonly EndpointOutput<string>[] {
    return this.step({ type: "packet", bytes, path });
  }

  codes(outputs: readonly EndpointOutput<string>[]): readonly string[] {
    return outputs.flatMap((output) => (output.type === "drop" ? [output.code] : []));
  }

  of<Type extends EndpointOutput<string>["type"]>(type: Type) {
    return this.said.filter(
      (output): output is Extract<EndpointOutput<string>, { type: Type }> => output.type === type,
    );
  }
}

/** A peer that is up with the target. */
export function met(target: Target, path = "there", at = 1_700_000_000): ForeignPeer {
  const peer = new ForeignPeer(target.key);
  const own = at + ((at & 1) === (peer.odd ? 1 : 0) ? 0 : 1);
  const outputs = target.packet(peer.handshake(`{"type":"link","at":${own}}`), path);
  for (const output of outputs) if (output.type === "send") peer.hear(output.bytes);
  return peer;
}

import type { Identity, PeerGroupOptions } from "@countersign/handshake";
import type { SeededRandom } from "@countersign/testkit";
import { equalBytes } from "@countersign/wire";
import { malices as ceremonyMalices } from "../malice.ts";
import type { Dangers } from "../plan.ts";
import type { Packet } from "./network.ts";

/** What a malicious party does below its ceremony. */
export interface Underhand {
  readonly trust?: PeerGroupOptions["trust"];
  readonly identity?: (own: Identity) => Identity;
  /** What it makes of a packet of its own program. */
  readonly packets?: (packet: Packet) => readonly Packet[];
  /** What its user says when everybody compares; yes by default. */
  readonly says?: "differs";
  /** Whether those who behave can see that something is wrong, and not who is. */
  readonly isHidden?: boolean;
}

/** All that a malicious party does here below its ceremony, by name. */
export const underhand: Readonly<Record<string, (random: SeededRandom) => Underhand>> = {
  "has another code": (random) => ({ trust: { type: "code", prk: random.bytes(32) } }),
  "shows everybody another key": (random) => ({
    identity: ({ noiseStatic }) => ({
      noiseStatic,
      get ed25519() {
        return random.bytes(32);
      },
    }),
    isHidden: true,
  }),
  "says that the strings differ": () => ({ says: "differs" }),
  "is gone after some packets"(random) {
    let left = random.integer(80);
    return { packets: (packet) => (left-- > 0 ? [packet] : []) };
  },
  "garbles some packets": (random) => ({
    packets: (packet) => [random.chance(0.3) ? garbled(packet, random) : packet],
  }),
  "sends garbage beside its packets": (random) => ({
    packets: (packet) => [garbled(packet, random), packet, { ...packet, bytes: random.bytes(random.integer(200)) }],
  }),
  "says everything three times, to the others as well": (random) => {
    const said: Packet[] = [];
    return {
      packets(packet) {
        if (!said.some(({ bytes }) => equalBytes(bytes, packet.bytes))) said.push(packet);
        return [packet, packet, { ...random.pick(said), to: packet.to }];
      },
    };
  },
};

/**
 * What may happen in a whole session. It has more steps than the ceremony in it, more of them are such that a kill there
 * ends it, and a first contact has 30 seconds: where a fifth of all packets is lost, some fail for nobody's fault.
 */
export const wholeDangers: Dangers = {
  malices: [...Object.keys(underhand), ...Object.keys(ceremonyMalices)],
  actions: 400,
  spared: 0.6,
  drops: [0, 0.05, 0.1],
};

function garbled(packet: Packet, random: SeededRandom): Packet {
  const bytes = packet.bytes.slice(0, random.chance(0.2) ? random.integer(packet.bytes.length) : packet.bytes.length);
  if (bytes.length === 0) return { ...packet, bytes };
  const at = random.integer(bytes.length);
  bytes[at] = (bytes[at] ?? 0) ^ (1 << random.integer(8));
  return { ...packet, bytes };
}

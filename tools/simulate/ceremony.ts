import type { CeremonyKind, CeremonyOptions, RoundProtocol } from "@countersign/session";
import { encodeHex } from "@countersign/wire";
import { Agenda } from "./agenda.ts";
import { Links } from "./links.ts";
import { malices } from "./malice.ts";
import type { Plan } from "./plan.ts";
import { type Played, Process } from "./process.ts";

/** Keys of a party, real ones or stand-ins. */
export interface Signer {
  readonly ed25519: Uint8Array;
  sign(message: Uint8Array): Uint8Array;
}

/** One ceremony of a run. */
export interface Setting {
  readonly plan: Plan;
  readonly kind: CeremonyKind;
  readonly threshold: number;
  readonly transcript: Uint8Array;
  readonly numbers: readonly number[];
  readonly signers: ReadonlyMap<number, Signer>;
  readonly verify: CeremonyOptions["verify"];
  readonly protocol: (number: number) => RoundProtocol<unknown>;
  /** What a disk does that is no disk; a good one by default. */
  readonly disk?: "forgets";
}

/** How a ceremony came out. */
export interface Course {
  /** Those who behave. */
  readonly processes: ReadonlyMap<number, Played>;
  /** All of them. */
  readonly all: ReadonlyMap<number, Played>;
  /** Whether all of them ended in time. */
  readonly ended: boolean;
  /** Two different messages where one can be: of a party that behaves, and that was killed or not. */
  readonly saidTwice: readonly string[];
  readonly ms: number;
}

/** Ms after which a ceremony must have ended, whatever happens in it. */
const LONGEST = 3_600_000;

/** Lets a ceremony happen as planned. */
export async function hold(setting: Setting): Promise<Course> {
  const { plan, numbers, signers, verify, protocol, kind, threshold, transcript } = setting;
  const { random, mallory } = plan;
  const agenda = new Agenda();
  const links = new Links(agenda, random, plan.weather);
  const processes = new Map<number, Process>();
  const said = new Map<string, string>();
  const saidTwice: string[] = [];
  const parties = numbers.map((number) => ({
    number,
    label: `party ${number}`,
    ed25519: signers.get(number)?.ed25519 ?? new Uint8Array(32),
  }));
  for (const number of numbers) {
    const signer = signers.get(number);
    if (signer === undefined) continue;
    const { name, rounds } = protocol(number);
    const sign = (message: Uint8Array) => signer.sign(message);
    const others = numbers.filter((other) => other !== number);
    const isMallory = number === mallory?.number;
    const malice = isMallory
      ? malices[mallory.malice]?.({ number, numbers: others, rounds: rounds.length, sign }, random)
      : undefined;
    const ceremony = { transcript, kind, threshold, confirmation: "sas", protocol: { name, rounds }, parties } as const;
    processes.set(
      number,
      new Process({
        agenda,
        random,
        ceremony: { ...ceremony, self: number, sign, verify },
        protocol: () => protocol(number),
        send(message) {
          if (malice !== undefined) {
            for (const one of malice(message)) links.send(one);
            return;
          }
          // What counts for a nonce: one set of bytes for each round and receiver, however often a party is killed.
          const [key, bytes] = [
            `${message.from}>${message.to} in ${message.round} kind ${message.bytes[0]}`,
            encodeHex(message.bytes),
          ];
          if (message.round > 0 && (said.get(key) ?? bytes) !== bytes) saidTwice.push(key);
          said.set(key, bytes);
          links.send(message);
        },
        taken: () => links.taken(number),
        crashes: plan.crashes.get(number) ?? new Map(),
        diskMs: 20,
        forgets: setting.disk === "forgets",
        protocolMs: random.pick([0, 200, 5_000]),
      }),
    );
  }
  links.deliver = (message) => processes.get(message.to)?.take(message) ?? false;
  for (const process of processes.values()) agenda.in(random.integer(2_000), () => process.start());
  for (const at of plan.restarts) agenda.in(at, () => links.restartRelay());
  const honest = new Map([...processes].filter(([number]) => number !== mallory?.number));
  const over = () => [...honest.values()].every(({ ends, isUp }) => ends.length > 0 && isUp);
  const ended = await agenda.run(over, LONGEST);
  return { processes: honest, all: processes, ended, saidTwice, ms: agenda.ms };
}

import type { Backend } from "@countersign/noise";
import type { CeremonyOptions, RoundProtocol } from "@countersign/session";
import { encodeHex, utf8 } from "@countersign/wire";
import { sha256 } from "@noble/hashes/sha2.js";
import { Agenda } from "../agenda.ts";
import type { Course, Signer } from "../ceremony.ts";
import { malices } from "../malice.ts";
import type { Plan } from "../plan.ts";
import { watched } from "./backends.ts";
import { judgeWhole } from "./judge.ts";
import { underhand } from "./malice.ts";
import { Network } from "./network.ts";
import { Program } from "./program.ts";
import { Table } from "./table.ts";

/** A session of people with a code, and a ceremony in it. */
export interface WholeSetting {
  readonly plan: Plan;
  readonly kind: "keygen" | "sign";
  readonly threshold: number;
  readonly signers: ReadonlyMap<number, Signer>;
  readonly verify: CeremonyOptions["verify"];
  readonly backend: Backend;
  readonly protocol: (number: number, transcript: Uint8Array) => RoundProtocol<unknown>;
}

/** Ms after which everybody must have come to an end, whatever happens. */
const LONGEST = 3_600_000;

/** Lets people meet and hold their ceremony as planned, and says what must not have happened. */
export async function meet(setting: WholeSetting): Promise<{ faults: readonly string[]; course: Course }> {
  const { plan, signers, verify, kind, threshold } = setting;
  const { random, mallory } = plan;
  const agenda = new Agenda();
  const network = new Network(agenda, random, plan.weather);
  const numbers = [...signers.keys()];
  const honest = numbers.filter((number) => number !== mallory?.number);
  const table = new Table(honest);
  const faults: string[] = [];
  const backend = watched(setting.backend, (what) => faults.push(`used twice: ${what}`));
  const said = new Map<string, string>();
  const saidTwice: string[] = [];
  const trust = { type: "code", prk: sha256(utf8(`code ${plan.seed}`)) } as const;
  const parameters = { group: random.bytes(16), session: random.bytes(16), kind, parties: numbers.length, threshold };
  const endpoints = numbers.map((number) => ({ number, eid: random.bytes(32) }));
  const programs = new Map<number, Program>();
  const underhanded = mallory === undefined ? undefined : underhand[mallory.malice]?.(random);
  for (const { number, eid } of endpoints) {
    const signer = signers.get(number);
    if (signer === undefined) continue;
    const sign = (message: Uint8Array) => signer.sign(message);
    const others = numbers.filter((other) => other !== number);
    const own = { noiseStatic: backend.dh.keyPair(random.bytes(32)), ed25519: signer.ed25519 };
    const label = `party ${number}`;
    const foul = number === mallory?.number ? underhanded : undefined;
    const mallorys = { number, numbers: others, rounds: setting.protocol(number, eid).rounds.length, sign };
    const malice = number === mallory?.number ? malices[mallory.malice]?.(mallorys, random) : undefined;
    let transcript: Uint8Array = new Uint8Array(32);
    programs.set(
      number,
      new Program({
        agenda,
        random,
        group: {
          parameters,
          self: { number, eid, label, identity: foul?.identity?.(own) ?? own },
          trust: foul?.trust ?? trust,
          randomBytes: random.bytes,
          backend,
        },
        members: endpoints.filter((endpoint) => endpoint.number !== number),
        ceremony(ready) {
          ({ transcript } = ready);
          const { name, rounds } = setting.protocol(number, transcript);
          const parties = [{ number, label, ed25519: signer.ed25519 }, ...ready.pins];
          const terms = { kind, threshold, confirmation: "sas", protocol: { name, rounds }, parties } as const;
          return { ...terms, transcript, self: number, sign, verify };
        },
        protocol: () => setting.protocol(number, transcript),
        transmit(packet) {
          for (const one of foul?.packets?.(packet) ?? [packet]) network.send(one);
        },
        say(message) {
          if (malice !== undefined) return malice(message);
          const key = `${number}>${message.to} in ${message.round} kind ${message.bytes[0]}`;
          const bytes = encodeHex(message.bytes);
          if (honest.includes(number) && message.round > 0 && (said.get(key) ?? bytes) !== bytes) saidTwice.push(key);
          said.set(key, bytes);
          return [message];
        },
        user:
          number === mallory?.number
            ? { show() {}, verdict: () => foul?.says !== "differs", giveUp() {}, gaveUp: new Set() }
            : {
                show: (words) => table.show(number, words),
                verdict: () => table.verdict(),
                giveUp: () => table.gaveUp.add(number),
                gaveUp: table.gaveUp,
              },
        crashes: plan.crashes.get(number) ?? new Map(),
        diskMs: 20,
        protocolMs: random.pick([0, 200, 5_000]),
      }),
    );
  }
  network.deliver = ({ from, to, bytes }) => programs.get(to)?.take({ type: "packet", from, bytes });
  for (const program of programs.values()) agenda.in(random.integer(2_000), () => program.start());
  for (const at of plan.restarts) {
    agenda.in(at, () => {
      network.restart();
      for (const program of programs.values()) program.take({ type: "reconnected" });
    });
  }
  const behaving = new Map([...programs].filter(([number]) => number !== mallory?.number));
  const ended = await agenda.run(
    () => [...behaving.values()].every(({ ends, isUp }) => ends.length > 0 && isUp),
    LONGEST,
  );
  const liar = mallory === undefined ? undefined : { number: mallory.number, isHidden: underhanded?.isHidden === true };
  faults.push(...saidTwice.map((key) => `a party said two things: ${key}`));
  faults.push(...judgeWhole({ programs: behaving, ended, table, mallory: liar }, verify));
  return { faults, course: { processes: behaving, all: programs, ended, saidTwice, ms: agenda.ms } };
}

import type { Session } from "@countersign/client";
import { type CeremonyOptions, createCeremony, type RoundProtocol, verifyRecord } from "@countersign/session";
import { encodeHex } from "@countersign/wire";
import { CeremonyRun } from "../../../packages/client/src/ceremony-run.ts";
import type { Signer } from "../ceremony.ts";
import type { Message } from "../links.ts";
import type { Disk } from "./disk.ts";
import type { Open } from "./party.ts";

/** What a ceremony in a session needs of its world. */
export interface SignOptions {
  readonly label: string;
  readonly signer: Signer;
  readonly verify: CeremonyOptions["verify"];
  readonly kind: CeremonyOptions["kind"];
  readonly threshold: number;
  readonly disk: Disk;
  readonly protocol: (self: number, numbers: readonly number[], transcript: Uint8Array) => RoundProtocol<unknown>;
  /** Sees each message before it is sent, and says what is sent instead. */
  readonly say: (message: Message) => readonly Message[];
  readonly fault: (fault: string) => void;
}

/** Holds a ceremony in a session, with the client's own loop; resolves with what all have signed. */
export async function sign({ session, events, ready, clock, isAlive }: Open, options: SignOptions): Promise<string> {
  const { label, signer, verify, kind, threshold, disk, say, fault } = options;
  const { transcript } = ready;
  const self = session.number;
  const numbers = [self, ...ready.pins.map(({ number }) => number)].sort((a, b) => a - b);
  const protocol = options.protocol(self, numbers, transcript);
  const parties = [{ number: self, label, ed25519: signer.ed25519 }, ...ready.pins];
  const { name, rounds } = protocol;
  const ceremony = createCeremony({
    ...{ transcript, kind, threshold, confirmation: "sas", protocol: { name, rounds }, parties, self, verify },
    sign: (message) => signer.sign(message),
  });
  const run = new CeremonyRun({
    session: heardBy(session, numbers, say),
    ...{ events, ceremony, protocol, clock, checkpoint: disk.checkpoint },
    journal: disk.journals(isAlive).ceremony,
  });
  try {
    const { outcome, record } = await run.result;
    if (!verifyRecord(record, verify).ok) fault(`party ${self} has a record that does not hold`);
    const signed = `${encodeHex(outcome)} ${record}`;
    await disk.write(isAlive, () => {
      disk.notes.outcome = signed;
    });
    return signed;
  } finally {
    await run.close();
  }
}

/** The session, with everything that the ceremony sends in it shown to somebody first. */
function heardBy(session: Session, numbers: readonly number[], say: SignOptions["say"]): Session {
  const send: Session["send"] = ({ to = 0, round = 0, bytes }) => {
    const from = session.number;
    const tos = to === 0 ? numbers.filter((number) => number !== from) : [to];
    const asked = tos.flatMap((one) => say({ from, to: one, round, bytes }));
    const isAsMeant = asked.length === tos.length && asked.every((one, i) => one.bytes === bytes && one.to === tos[i]);
    if (isAsMeant) return session.send({ to, round, bytes });
    for (const one of asked) session.send({ to: one.to, round: one.round, bytes: one.bytes });
  };
  return new Proxy(session, {
    get(target, name) {
      if (name === "send") return send;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

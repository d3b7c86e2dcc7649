import { codeSalt, createPeerGroup, type SessionParameters } from "@countersign/handshake";
import { checkLabel, UsageError, utf8 } from "@countersign/wire";
import type { FullIdentity } from "../identity.ts";
import type { Kdf } from "../ports.ts";
import { Session } from "../session.ts";
import { beginRecord, eraseCode, type SessionRecord } from "../session-record.ts";
import { machineOptions, type SessionSurroundings } from "../sit.ts";
import { scryptKdf, systemClock, systemRandomBytes } from "../system.ts";
import type { Hand } from "./hand.ts";

interface Surroundings extends Omit<SessionSurroundings, "relay"> {
  readonly hand: Hand;
}

export interface ByHandOptions extends Surroundings {
  /** Of a session of two parties. */
  readonly parameters: SessionParameters;
  /** 1 for who makes the session, 2 for who joins it. */
  readonly number: number;
  /** The secret part of the code. */
  readonly secret: string;
  readonly self: { readonly label: string; readonly identity: FullIdentity };
  /** scrypt by @noble/hashes by default. */
  readonly kdf?: Kdf;
}

export interface ResumeByHandOptions extends Surroundings {
  /** What the journal of the session amounts to; not used by anybody else from now on. */
  readonly record: SessionRecord;
}

/**
 * Begins a session of two parties that no relay carries: its packets go by `hand`. Throws `UsageError` for a label that
 * is none.
 */
export async function openByHand(options: ByHandOptions): Promise<Session> {
  const { kdf = scryptKdf, number, parameters, randomBytes = systemRandomBytes, secret, self } = options;
  if (!checkLabel(self.label).ok) throw new UsageError("usage.label", "a label is 1 to 64 bytes of plain NFC text");
  const prk = await kdf({ code: utf8(secret), salt: codeSalt(parameters.group, parameters.session) });
  const trust = { type: "code", prk, guessesUsed: 0 } as const;
  return begin(options, beginRecord({ parameters, number, eid: randomBytes(32), token: "", self, trust }), false);
}

/** Takes up a session that another process has left, and that goes by hand. */
export function resumeByHand(options: ResumeByHandOptions): Session {
  return begin(options, options.record, true);
}

function begin(surroundings: Surroundings, record: SessionRecord, resumed: boolean): Session {
  const { clock = systemClock, hand, journal } = surroundings;
  const machine = createPeerGroup(machineOptions(record, { ...surroundings, resumed }));
  if (resumed) eraseCode(record);
  const carrier = hand.over(record, undefined);
  return new Session({ record, resumed, machine, clock, pace: hand.clock, journal, carrier });
}

import { nodeBackend } from "@countersign/noise/node";
import { frostKeygen } from "@countersign/signing";
import type { SeededRandom } from "@countersign/testkit";
import { concat, encodeHex } from "@countersign/wire";
import { sha256 } from "@noble/hashes/sha2.js";
import { cheapProtocol } from "../cheap-protocol.ts";
import { malices } from "../malice.ts";
import { standInBackend, watched } from "../whole/backends.ts";
import { underhand } from "../whole/malice.ts";
import { Disk } from "./disk.ts";
import { forgeNothing, hostiles } from "./hostile.ts";
import { cheapIdentity, cheapSigners, realIdentity, realSigners } from "./identities.ts";
import { formsOf } from "./judge.ts";
import type { Ledger } from "./ledger.ts";
import type { Meeting } from "./meeting.ts";
import { honest, type Net } from "./net.ts";
import { Party } from "./party.ts";
import type { WorldPlan } from "./plan.ts";
import { sign } from "./sign.ts";
import { type Conversation, talk } from "./talk.ts";
import type { Turns } from "./turns.ts";
import { underhandOpen } from "./underhand.ts";

/** What the parties of a world find in it. */
export interface CastOptions {
  readonly plan: WorldPlan;
  /** Whether their cryptography is as it is. */
  readonly isReal: boolean;
  readonly turns: Turns;
  readonly net: Net;
  readonly urls: readonly string[];
  /** Makes one of the generators of the world. */
  draw(what: number): SeededRandom;
  readonly meeting: Meeting;
  readonly ledger: Ledger;
  readonly conversation: Conversation;
  /** What no relay may ever see. */
  readonly canary: string;
  /** What must not have happened, as it is found. */
  readonly faults: string[];
}

/** The parties of a world, who know what they have come for; one of them may not behave, and be between another relay and all. */
export function cast(options: CastOptions): readonly Party[] {
  const { plan, isReal, turns, net, urls, draw, meeting, ledger, conversation, canary, faults } = options;
  const { seed, parties: count, mallory, hostile, purpose } = plan;
  const { kind, threshold } = meeting.terms;
  const backend = watched(isReal ? nodeBackend : standInBackend, (what) => faults.push(`used twice: ${what}`));
  const numbers = Array.from({ length: count }, (_, i) => i + 1);
  // What is sent in somebody's name is answered to nobody that the ledger knows.
  const isForged = hostile !== undefined && !forgeNothing.has(hostile.name);
  const forms = formsOf(canary);
  const { verify, signers } = isReal ? realSigners(numbers, draw(5)) : cheapSigners(seed, numbers);
  const foul = mallory === undefined ? undefined : underhand[mallory.malice]?.(draw(6));
  const between =
    hostile === undefined
      ? () => honest
      : (hostiles[hostile.name]?.({
          random: draw(7),
          often: hostile.often,
          isActive: () => turns.ms < hostile.untilMs,
        }) ?? (() => honest));
  const said = new Map<string, string>();
  const parties = numbers.map((index) => {
    const random = draw(100 + index);
    const isMallory = index === mallory?.index;
    const disk = new Disk({ turns, random: draw(200 + index), delayMs: plan.diskMs });
    const signer = signers.get(index);
    if (signer === undefined) throw new Error("a party without keys");
    const label = `party ${index}`;
    const party: Party = new Party({
      ...{ index, turns, random, net, disk, meeting, backend },
      client: {
        name: `${index}`,
        address: `192.0.2.${index}`,
        between: between(),
        heard: (connection, direction, text) => {
          if (direction === "up" && forms.some((form) => text.includes(form)))
            faults.push(`${label} shows a plaintext`);
          if (!isForged) ledger.heard(connection, direction, text);
        },
      },
      urls: [...urls.slice(index % urls.length), ...urls.slice(0, index % urls.length)],
      identity: isReal ? realIdentity(signer, random) : cheapIdentity(signer, backend, random),
      kdf: async ({ code, salt }) =>
        isMallory && foul?.trust !== undefined ? random.bytes(32) : sha256(concat(code, salt)),
      pace: plan.paces[index] ?? 1,
      skew: plan.skews[index - 1] ?? 0,
      ...(isMallory && foul !== undefined ? { open: underhandOpen(foul, () => party.number ?? 0) } : {}),
      purpose: (open) =>
        purpose === "talk"
          ? talk(open, {
              turns,
              random,
              disk,
              lines: plan.lines,
              longest: plan.longest,
              conversation,
              canary,
              run: party.kills,
            })
          : sign(open, {
              ...{ label, signer, verify, kind, threshold, disk },
              protocol: (self, all, transcript) =>
                purpose === "keygen"
                  ? frostKeygen({
                      suite: "ed25519",
                      numbers: all,
                      self,
                      threshold,
                      transcript,
                      randomBytes: random.bytes,
                    })
                  : cheapProtocol(self, all, random.bytes),
              say: malicious(isMallory ? mallory?.malice : undefined) ?? once,
              fault: (fault) => faults.push(fault),
            }),
    });
    const malicious = (name: string | undefined) => {
      const malice = name === undefined ? undefined : malices[name];
      if (malice === undefined) return isMallory ? (message: Parameters<typeof once>[0]) => [message] : undefined;
      let made: ReturnType<typeof malice> | undefined;
      return (message: Parameters<typeof once>[0]) => {
        const self = message.from;
        made ??= malice(
          { number: self, numbers: numbers.filter((number) => number !== self), rounds: 3, sign: signer.sign },
          random,
        );
        return made(message);
      };
    };
    return party;
  });
  function once(message: { from: number; to: number; round: number; bytes: Uint8Array }) {
    const key = `${message.from}>${message.to} in ${message.round} kind ${message.bytes[0]}`;
    const bytes = encodeHex(message.bytes);
    if (message.round > 0 && (said.get(key) ?? bytes) !== bytes) faults.push(`a party said two things: ${key}`);
    said.set(key, bytes);
    return [message];
  }
  return parties;
}

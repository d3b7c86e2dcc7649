import { nodeBackend } from "@countersign/noise/node";
import { frostKeygen } from "@countersign/signing";
import { SeededRandom } from "@countersign/testkit";
import { concat, encodeHex } from "@countersign/wire";
import { sha256 } from "@noble/hashes/sha2.js";
import { cheapProtocol } from "../cheap-protocol.ts";
import { malices } from "../malice.ts";
import { standInBackend, watched } from "../whole/backends.ts";
import { underhand } from "../whole/malice.ts";
import { pake } from "../whole/stand-in-spake2.ts";
import { Disk } from "./disk.ts";
import { DiskMedium } from "./disk-medium.ts";
import { relayDraws } from "./drawn-crypto.ts";
import { EngineMedium } from "./engine-medium.ts";
import { happen } from "./happen.ts";
import { forgeNothing, hostiles } from "./hostile.ts";
import { cheapIdentity, cheapSigners, realIdentity, realSigners } from "./identities.ts";
import { judgeWorld, type Played } from "./judge.ts";
import { Ledger } from "./ledger.ts";
import { Meeting } from "./meeting.ts";
import { honest, Net } from "./net.ts";
import { Party } from "./party.ts";
import type { WorldPlan } from "./plan.ts";
import { RelayNode } from "./relay-node.ts";
import { sign } from "./sign.ts";
import { Conversation, talk } from "./talk.ts";
import { Trace } from "./trace.ts";
import { Turns } from "./turns.ts";
import { underhandOpen } from "./underhand.ts";

export interface Outcome {
  readonly played: Played;
  readonly faults: readonly string[];
  readonly trace: Trace;
}

/** Ms after which everybody must have come to an end, whatever happens. */
const LONGEST = 3 * 3_600_000;
/** Seconds that a session lives at the relay without a sign of life. */
const SESSION_LIFE = 600;
/** Ms until a relay that nobody uses any more must have forgotten everything: sessions twice their life, invitations less. */
const FORGOTTEN = 3.2 * SESSION_LIFE * 1_000;

/** Plays one world from its beginning to when everything in it is forgotten. */
export async function play(plan: WorldPlan, { isReal = false, isKept = false } = {}): Promise<Outcome> {
  const { seed, parties: count, storage, mallory, hostile, purpose } = plan;
  const draw = (what: number) => new SeededRandom(Math.imul(seed + 1, 0x9e3779b1) ^ what);
  const turns = new Turns();
  turns.rule(draw(9));
  relayDraws.random = draw(1);
  pake.isStandIn = !isReal;
  const trace = new Trace(turns, isKept);
  const media = { turns, random: draw(2), storage, trace };
  const medium = plan.nodes === 1 ? new DiskMedium(media) : new EngineMedium(media);
  const net = new Net({ turns, random: draw(3), trace, delayMs: plan.delayMs });
  const nodes = Array.from({ length: plan.nodes }, () => {
    const node = new RelayNode({ turns, medium, pace: plan.paces[0] ?? 1, sessionLife: SESSION_LIFE });
    net.nodes.set(`relay-${net.nodes.size}`, node);
    node.start();
    return node;
  });
  const urls = [...net.nodes.keys()].map((host) => `ws://${host}`);

  const faults: string[] = [];
  const backend = watched(isReal ? nodeBackend : standInBackend, (what) => faults.push(`used twice: ${what}`));
  const numbers = Array.from({ length: count }, (_, i) => i + 1);
  const kind = purpose === "keygen" ? "keygen" : purpose === "sign" ? "sign" : "exchange";
  const threshold = purpose === "talk" ? count : 2;
  const meeting = new Meeting({ kind, parties: count, threshold }, mallory?.index);
  const ledger = new Ledger(medium.written);
  // What is sent in somebody's name is answered to nobody that the ledger knows.
  const isForged = hostile !== undefined && !forgeNothing.has(hostile.name);
  const conversation = new Conversation();
  const canary = encodeHex(draw(4).bytes(20));
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
        heard: (connection, direction, text) => (isForged ? undefined : ledger.heard(connection, direction, text)),
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

  const starts = draw(8);
  for (const party of parties) turns.after(200 + starts.integer(3_000), () => party.start());
  const scene = { nodes, net, parties, trace, mallory: mallory?.index };
  for (const mishap of plan.mishaps) {
    if (mishap.type === "kill-ready") parties[mishap.party - 1]?.killAfterReady(mishap);
    else turns.after(mishap.atMs, () => happen(mishap, scene));
  }
  const honestOnes = parties.filter(({ options }) => options.index !== mallory?.index);
  const isOver = () => honestOnes.every(({ end, isUp }) => end !== undefined && isUp);
  const ended = await turns.agenda.run(isOver, LONGEST);
  const endedMs = turns.ms;
  // Nobody is there any more: by and by the relay has nothing left to keep.
  for (const { options } of parties) net.cut(options.client.name);
  if (isForgotten(plan)) {
    const forgotten = turns.ms + FORGOTTEN;
    turns.after(FORGOTTEN, () => undefined);
    await turns.agenda.run(() => turns.ms >= forgotten, Number.POSITIVE_INFINITY);
  }
  const played: Played = {
    plan,
    parties: honestOnes,
    ended,
    endedMs,
    meeting,
    conversation,
    ledger,
    medium,
    canary,
    held: isForgotten(plan) ? nodes.map((node) => node.held) : [],
  };
  return { played, faults: [...faults, ...judgeWorld(played)], trace };
}

/** Whether everybody waits until the relay has forgotten all of it. Nodes say to each other so often that they are there
 * that it would take most of the time of all runs. */
function isForgotten({ seed, nodes }: WorldPlan): boolean {
  return nodes === 1 || seed % 8 === 0;
}

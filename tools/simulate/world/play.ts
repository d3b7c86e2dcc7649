import { SeededRandom } from "@countersign/testkit";
import { encodeHex } from "@countersign/wire";
import { pake } from "../whole/stand-in-spake2.ts";
import { cast } from "./cast.ts";
import { DiskMedium } from "./disk-medium.ts";
import { relayDraws } from "./drawn-crypto.ts";
import { EngineMedium } from "./engine-medium.ts";
import { happen } from "./happen.ts";
import { judgeWorld, type Played } from "./judge.ts";
import { Ledger } from "./ledger.ts";
import { Meeting } from "./meeting.ts";
import { Mixed } from "./mixed/mixed.ts";
import { Net } from "./net.ts";
import type { WorldPlan } from "./plan.ts";
import { RelayNode } from "./relay-node.ts";
import { Conversation } from "./talk.ts";
import { Trace } from "./trace.ts";
import { Turns } from "./turns.ts";

export interface Outcome {
  readonly played: Played;
  readonly faults: readonly string[];
  readonly trace: Trace;
  /** Those who met in the clear, if anybody did. */
  readonly mixed: Mixed | undefined;
}

/** Ms after which everybody must have come to an end, whatever happens. */
const LONGEST = 3 * 3_600_000;
/** Ms between two looks at what waits in the memory of the relay. */
const WEIGHED_MS = 1_000;
/** Seconds that a session lives at the relay without a sign of life. */
const SESSION_LIFE = 600;
/** Ms until a relay that nobody uses any more must have forgotten everything: sessions twice their life, invitations less. */
const FORGOTTEN = 3.2 * SESSION_LIFE * 1_000;

/** Plays one world from its beginning to when everything in it is forgotten. */
export async function play(plan: WorldPlan, { isReal = false, isKept = false } = {}): Promise<Outcome> {
  const { seed, parties: count, storage, mallory, purpose } = plan;
  const draw = (what: number) => new SeededRandom(Math.imul(seed + 1, 0x9e3779b1) ^ what);
  const turns = new Turns();
  turns.rule(draw(9));
  relayDraws.random = draw(1);
  pake.isStandIn = !isReal;
  const trace = new Trace(turns, isKept);
  const media = { turns, random: draw(2), storage, trace };
  const medium = plan.nodes === 1 ? new DiskMedium(media) : new EngineMedium(media);
  const net = new Net({ turns, random: draw(3), trace, delayMs: plan.delayMs });
  const nodes = [plan.paces[0] ?? 1, ...plan.nodePaces].map((pace) => {
    const node = new RelayNode({ turns, medium, pace, sessionLife: SESSION_LIFE });
    net.nodes.set(`relay-${net.nodes.size}`, node);
    node.start();
    return node;
  });
  const urls = [...net.nodes.keys()].map((host) => `ws://${host}`);

  const faults: string[] = [];
  const kind = purpose === "keygen" ? "keygen" : purpose === "sign" ? "sign" : "exchange";
  const threshold = purpose === "talk" ? count : 2;
  const meeting = new Meeting({ kind, parties: count, threshold }, mallory?.index);
  const ledger = new Ledger(medium.written);
  const conversation = new Conversation();
  const canary = encodeHex(draw(4).bytes(20));
  const parties = cast({ plan, isReal, turns, net, urls, draw, meeting, ledger, conversation, canary, faults });

  const { mixed: mixedPlan, calmFromMs } = plan;
  const mixed =
    mixedPlan &&
    new Mixed({
      ...{ plan: mixedPlan, turns, net, urls, ledger, written: medium.written, calmFromMs },
      draw: (what) => draw(300 + what),
      isRough: storage.failing > 0 || storage.stallMs > 1_000 || plan.mishaps.some((mishap) => "node" in mishap),
    });
  mixed?.begin();
  const starts = draw(8);
  for (const party of parties) turns.after(200 + starts.integer(3_000), () => party.start());
  const scene = { nodes, net, parties, trace, mallory: mallory?.index };
  for (const mishap of plan.mishaps) {
    if (mishap.type === "kill-ready") parties[mishap.party - 1]?.killAfterReady(mishap);
    else turns.after(mishap.atMs, () => happen(mishap, scene));
  }
  const honestOnes = parties.filter(({ options }) => options.index !== mallory?.index);
  const isOver = () => honestOnes.every(({ end, isUp }) => end !== undefined && isUp) && (mixed?.isOver ?? true);
  let mostWaiting = 0;
  const weigh = () => {
    mostWaiting = Math.max(mostWaiting, ...nodes.map(({ held }) => held.waiting));
    turns.after(WEIGHED_MS, weigh);
  };
  weigh();
  const ended = await turns.agenda.run(isOver, LONGEST);
  const endedMs = turns.ms;
  // Nobody is there any more: by and by the relay has nothing left to keep.
  for (const { options } of parties) net.cut(options.client.name);
  mixed?.cut();
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
    mostWaiting,
    held: isForgotten(plan) ? nodes.map((node) => node.held) : [],
  };
  return {
    played,
    faults: [...faults, ...judgeWorld(played), ...(mixed?.faults() ?? [])],
    trace,
    mixed,
  };
}

/** Whether everybody waits until the relay has forgotten all of it. Nodes say to each other so often that they are there
 * that it would take most of the time of all runs. */
function isForgotten({ seed, nodes }: WorldPlan): boolean {
  return nodes === 1 || seed % 8 === 0;
}

import { abortReasons, CeremonyError, type CeremonyRun, runCeremony, type Session } from "@countersign/client";
import { CommandError } from "../command-error.ts";
import type { Context } from "../context.ts";
import { ExitStatus } from "../exit-status.ts";
import { Gathering } from "../session/gathering.ts";
import type { Asking } from "../session/gathering-options.ts";
import { holdSession, reasonOf } from "../session/hold-session.ts";
import { RunningNotes } from "../store/running-notes.ts";
import type { SealedJournal } from "../store/sealed-journal.ts";
import { type Begun, type CeremonyPlan, numbersOf } from "./ceremony-plan.ts";
import { ceremonyEnding } from "./endings.ts";
import { GatheringStand } from "./gathering-stand.ts";
import { keepLeft, leftBehind } from "./left-behind.ts";
import { OwnNote } from "./own-note.ts";
import { Progress } from "./progress.ts";
import { nodeSigner } from "./sign.ts";
import { finished } from "./unfinished.ts";
import { nodeVerify } from "./verify.ts";

/** Ms for which a party that has its result already waits for those who were not told so. */
const TELL_MS = 30_000;

/** Gathers all parties, runs the ceremony, keeps what came of it, and ends it for all if it cannot. Throws `CommandError`. */
export async function holdCeremony<Result>(plan: CeremonyPlan<Result>, context: Context): Promise<void> {
  const left = leftBehind(plan);
  if (plan.otherRecord !== undefined && left.type !== "complete") throw otherCeremony();
  if (left.type === "complete" && left.isSaid) return await keepLeft(plan, left, context);
  let isSealed = left.type === "sealed";
  const worth = (canGoOn: boolean) => {
    if (left.type === "complete") return "The others are not there, but all of it is here already.";
    return isSealed && plan.isHeld && !canGoOn ? HELD : undefined;
  };
  const waitMs = left.type === "complete" ? Math.min(plan.waitMs, TELL_MS) : plan.waitMs;
  try {
    await holdSession({ ...plan, worth }, context, async (session, sealed) => {
      const note = new OwnNote(new RunningNotes(context.places.running), plan.about);
      const seal = () => {
        isSealed = true;
      };
      try {
        await conduct({ ...plan, waitMs }, context, { session, sealed, note, seal }).finally(() => note.end());
        return true;
      } catch (error) {
        await session.abort(reasonOf(error, abortReasons));
        throw error;
      }
    });
  } catch (error) {
    if (left.type !== "complete" || context.interruption.aborted || isUnfinished(error)) throw error;
    await keepLeft(plan, left, context);
  }
}

const HELD =
  'You have signed what came of it, so others may have the key. Your share is kept: "countersign resume --record FILE" puts it into use with the record of anybody who has the key.';

function otherCeremony(): CommandError {
  const message = "The record is of another ceremony than this one. Nothing was changed.";
  return new CommandError(ExitStatus.mismatch, "record.other-ceremony", message);
}

function isUnfinished(error: unknown): boolean {
  return error instanceof CommandError && error.code === "local.unfinished";
}

interface Surroundings {
  readonly session: Session;
  readonly sealed: SealedJournal;
  readonly note: OwnNote;
  /** Called where it fails behind this party's seal. */
  seal(): void;
}

async function conduct<Result>(
  plan: CeremonyPlan<Result>,
  context: Context,
  { session, sealed, note, seal }: Surroundings,
) {
  const { introduction, role, relay, known, waitMs, graceMs, timings } = plan;
  const { screen, interruption } = context;
  screen.show({ event: "waiting", relay, for: "the others" });
  plan.seated?.();
  const events = session.events();
  const resumed = introduction.type === "resumed";
  const asking: Asking = (answer) => note.asking(answer);
  const meeting = { session, role, screen, timings, known, resumed, waitMs, graceMs, interruption, asking };
  const self = { number: session.number, label: plan.self.label };
  const { parties: expected } = session.parameters;
  const stand = new GatheringStand({ self, known, expected, show: (now) => note.show(now) });
  const ready = await new Gathering(meeting).met(stand.watched(events[Symbol.asyncIterator]()));
  const over = new AbortController();
  const { transcript, pins } = ready;
  const numbers = numbersOf(session.number, pins);
  const { threshold } = session.parameters;
  const begun = { number: session.number, threshold, transcript, pins, numbers, over: over.signal, asking };
  const protocol = plan.protocol(begun);
  const run = runCeremony({
    session,
    events,
    protocol,
    ready,
    self: plan.self,
    sign: nodeSigner(plan.self.identity),
    verify: nodeVerify,
    journal: { write: (checkpoint) => sealed.keep(checkpoint) },
    ...(plan.checkpoint === undefined ? {} : { checkpoint: plan.checkpoint }),
  });
  const rounds = protocol.rounds.length;
  const progress = new Progress({ screen, note, about: plan.about, rounds, self });
  const result = await watched(run, { plan, context, progress, rounds, begun, over, seal });
  try {
    await finished(plan.finish(begun, result));
  } finally {
    // The others have it, whatever becomes of it here.
    await run.close();
  }
}

interface Watch<Result> {
  readonly plan: CeremonyPlan<Result>;
  readonly context: Context;
  readonly progress: Progress;
  readonly rounds: number;
  readonly begun: Begun;
  /** Of `begun`. */
  readonly over: AbortController;
  seal(): void;
}

/** Shows how it goes on, and has Ctrl-C end it for all. */
async function watched<Result>(
  run: CeremonyRun<Result>,
  { plan, context, progress, rounds, begun, over, seal }: Watch<Result>,
) {
  const { screen, interruption } = context;
  const labels = new Map(begun.pins.map(({ number, label }) => [number, label]));
  const label = (number: number) => (number === begun.number ? "you" : (labels.get(number) ?? `party ${number}`));
  const interrupted = () => run.abort("cancelled by its user");
  interruption.addEventListener("abort", interrupted);
  if (interruption.aborted) interrupted();
  try {
    for await (const event of run.events()) {
      if (event.type === "progress") progress.show(event.view);
      else if (event.type === "late") {
        const { round, name, missing } = event;
        screen.show({ event: "late", round, name, missing: missing.map(label) });
      } else if (event.type === "relay-lost" || event.type === "relay-back") {
        screen.show({ event: event.type, grace_seconds: plan.graceMs / 1000 });
      } else {
        // The result is kept before the others are waited for.
        if (event.type === "complete") progress.complete(run.view());
        break;
      }
    }
    return await run.result;
  } catch (error) {
    const isSealed = run.view().round > rounds;
    if (isSealed) seal();
    over.abort();
    // The others are told why before the session is over: what is not sent by then is never sent.
    if (error instanceof CeremonyError) await run.close();
    interruption.throwIfAborted();
    throw error instanceof CeremonyError ? ceremonyEnding(error, { label, isSealed }) : error;
  } finally {
    interruption.removeEventListener("abort", interrupted);
    over.abort();
  }
}

import {
  abortReasons,
  CeremonyError,
  type CeremonyResult,
  type CeremonyRun,
  runCeremony,
  type Session,
} from "@countersign/client";
import type { RoundProtocol } from "@countersign/session";
import { CommandError } from "../command-error.ts";
import type { Context } from "../context.ts";
import { ExitStatus } from "../exit-status.ts";
import { Gathering } from "../session/gathering.ts";
import type { Ready } from "../session/gathering-options.ts";
import { holdSession, reasonOf, type SessionPlan } from "../session/hold-session.ts";
import { RunningNotes } from "../store/running-notes.ts";
import type { SealedJournal } from "../store/sealed-journal.ts";
import { ceremonyEnding } from "./endings.ts";
import { Progress } from "./progress.ts";
import { nodeSigner } from "./sign.ts";
import { nodeVerify } from "./verify.ts";

/** All parties are sure of each other, and the ceremony may begin. */
export interface Begun {
  readonly session: Session;
  readonly ready: Ready;
  /** Of all who take part, this party's included, ascending. */
  readonly numbers: readonly number[];
  /** Aborted when the ceremony has ended, in whatever way: a question that is open then is about nothing any more. */
  readonly over: AbortSignal;
}

export interface CeremonyPlan<Result> extends SessionPlan {
  readonly role: "host" | "guest";
  /** What is made or signed, for the eye. */
  readonly about: string;
  /** Labels by number of all who may come, where they are known before. */
  readonly known: ReadonlyMap<number, string>;
  readonly waitMs: number;
  /** What a process before this one had reached. Secret. */
  readonly checkpoint: Uint8Array | undefined;
  /** This party has its seat: whoever comes to the relay finds the session. */
  seated?(): void;
  protocol(begun: Begun): RoundProtocol<Result>;
  /** Keeps the result; only then the ceremony is forgotten here. May run again in another process. */
  finish(begun: Begun, result: CeremonyResult<Result>): Promise<void>;
}

/** Gathers all parties, runs the ceremony, keeps what came of it, and ends it for all if it cannot. Throws `CommandError`. */
export async function holdCeremony<Result>(plan: CeremonyPlan<Result>, context: Context): Promise<void> {
  await holdSession(plan, context, async (session, sealed) => {
    try {
      await conduct(plan, context, { session, sealed });
      return true;
    } catch (error) {
      await session.abort(reasonOf(error, abortReasons));
      throw error;
    }
  });
}

interface Surroundings {
  readonly session: Session;
  readonly sealed: SealedJournal;
}

async function conduct<Result>(plan: CeremonyPlan<Result>, context: Context, { session, sealed }: Surroundings) {
  const { introduction, role, relay, known, waitMs, graceMs, timings } = plan;
  const { screen, interruption } = context;
  screen.show({ event: "waiting", relay, for: "the others" });
  plan.seated?.();
  const events = session.events();
  const resumed = introduction.type === "resumed";
  const gathering = new Gathering({ session, role, screen, timings, known, resumed, waitMs, graceMs, interruption });
  const ready = await gathering.met(events[Symbol.asyncIterator]());
  const over = new AbortController();
  const numbers = [session.number, ...ready.pins.map(({ number }) => number)].sort((a, b) => a - b);
  const begun = { session, ready, numbers, over: over.signal };
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
  const watch = watched(run, { plan, context, rounds: protocol.rounds.length, begun });
  const result = await watch.finally(() => over.abort());
  await finished(plan.finish(begun, result));
  await run.close();
}

interface Watch<Result> {
  readonly plan: CeremonyPlan<Result>;
  readonly context: Context;
  readonly rounds: number;
  readonly begun: Begun;
}

/** Shows how it goes on, and has Ctrl-C end it for all. */
async function watched<Result>(run: CeremonyRun<Result>, { plan, context, rounds, begun }: Watch<Result>) {
  const { screen, interruption, places } = context;
  const { session, ready } = begun;
  const labels = new Map(ready.pins.map(({ number, label }) => [number, label]));
  const label = (number: number) => (number === session.number ? "you" : (labels.get(number) ?? `party ${number}`));
  const self = { number: session.number, label: plan.self.label };
  const progress = new Progress({ screen, notes: new RunningNotes(places.running), about: plan.about, rounds, self });
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
    interruption.throwIfAborted();
    throw error instanceof CeremonyError ? ceremonyEnding(error, label) : error;
  } finally {
    interruption.removeEventListener("abort", interrupted);
    await progress.end();
  }
}

/** What all have agreed upon must not be lost with a full disk: it stays in the journal until it is kept. */
async function finished(keeping: Promise<void>): Promise<void> {
  try {
    await keeping;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const message = `All parties are done, but the result could not be kept here: ${reason}`;
    throw new CommandError(ExitStatus.error, "local.unfinished", message, { cause });
  }
}

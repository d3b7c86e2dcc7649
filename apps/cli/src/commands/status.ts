import { setTimeout as pause } from "node:timers/promises";
import type { Context } from "../context.ts";
import { LiveBlock } from "../screens/live-block.ts";
import { spellOut, spellOutEvent } from "../screens/spell-out.ts";
import { ceremonyLine, progressLines } from "../screens/stand-lines.ts";
import { type RunningNote, RunningNotes } from "../store/running-notes.ts";
import type { CeremonyFlags } from "./ceremony-flags.ts";

export interface StatusFlags extends Omit<CeremonyFlags, "network"> {
  readonly watch?: boolean;
}

const EVERY_MS = 300;

/**
 * `countersign status`: where the ceremonies stand that run on this machine, which say so themselves; then what could be
 * resumed. At a terminal it goes on until none runs any more, or Ctrl-C.
 */
export async function status(flags: StatusFlags, context: Context): Promise<void> {
  const running = new RunningNotes(context.places.running);
  const notes = await running.list();
  if (flags.json)
    return notes.forEach((note) => void process.stdout.write(`${spellOut(JSON.stringify(eventOf(note)))}\n`));
  const live = (flags.watch ?? process.stdout.isTTY) && notes.length > 0;
  const block = new LiveBlock(process.stdout);
  block.draw(notes.flatMap(linesOf));
  if (live) await watch(running, block, context.interruption);
  await tellRest(notes.length > 0, context);
}

async function watch(running: RunningNotes, block: LiveBlock, interruption: AbortSignal): Promise<void> {
  while (!interruption.aborted) {
    await pause(EVERY_MS, undefined, { signal: interruption }).catch(() => undefined);
    const notes = await running.list();
    if (notes.length === 0) return;
    block.draw(notes.flatMap(linesOf));
  }
}

async function tellRest(any: boolean, { screen, sessions }: Context): Promise<void> {
  const interrupted = await sessions.countLeft();
  if (!any) screen.show({ event: "notice", text: "No ceremony runs on this machine now." });
  if (interrupted === 0) return;
  const what = interrupted === 1 ? "One session was" : `${interrupted} sessions were`;
  screen.show({
    event: "notice",
    text: `${what} begun and not ended; "countersign sessions" lists, "countersign resume" goes on.`,
  });
}

function eventOf(note: RunningNote) {
  const { pid, since, about, ...stand } = note;
  return { event: "ceremony", pid, since, about, ...stand } as const;
}

function linesOf(note: RunningNote): readonly string[] {
  const event = spellOutEvent(eventOf(note));
  return event.event === "ceremony" ? [ceremonyLine(event, "all"), ...progressLines(event)] : [];
}

import { acts } from "./act.ts";
import type {
  Ceremony,
  CeremonyInput,
  CeremonyOptions,
  CeremonyOutput,
  CeremonyView,
  Instant,
} from "./ceremony-types.ts";
import { Gate } from "./gate.ts";
import type { Happening } from "./happening.ts";
import { judge } from "./judge.ts";
import { createMemory, type Memory } from "./memory.ts";
import { judgeProgress } from "./progress.ts";
import { ceremonyTransitions } from "./transitions.ts";
import { viewOf } from "./view.ts";

/**
 * Makes the machine of a ceremony (spec 0005): one party's side of a round-based protocol among parties that have
 * encrypted channels to each other. Throws `UsageError` for options that make no sense.
 */
export function createCeremony(options: CeremonyOptions): Ceremony {
  return new RunningCeremony(options);
}

class RunningCeremony implements Ceremony {
  private readonly memory: Memory;
  private readonly gate = new Gate();

  constructor(options: CeremonyOptions) {
    this.memory = createMemory(options);
  }

  step(input: CeremonyInput, now: Instant): readonly CeremonyOutput[] {
    const { memory, gate } = this;
    if (input.type === "persisted") return gate.persisted(input.id);
    if (memory.phase === "failed" || memory.phase === "over") return [];
    const { deadline, half } = memory;
    const said: CeremonyOutput[] = [];
    let what = judge(memory, input, now);
    if (input.type === "presence") notePresence(memory, input);
    while (what !== undefined) {
      said.push(...this.perform(what, now));
      what = judgeProgress(memory);
    }
    const passed = [...gate.pass(said)];
    if (memory.deadline !== deadline || memory.half !== half) {
      passed.push({ type: "wake", at: memory.half ?? memory.deadline });
    }
    return passed;
  }

  view(): CeremonyView {
    return viewOf(this.memory);
  }

  private perform(what: Happening, now: Instant): readonly CeremonyOutput[] {
    const { next, actions } = ceremonyTransitions[this.memory.phase][what.event];
    if (next === "failed") this.gate.end();
    const outputs = actions.flatMap((action) => acts[action](this.memory, what, now));
    this.memory.phase = next;
    return outputs.map((output) => (output.type === "save" ? this.gate.persist(output.checkpoint) : output));
  }
}

function notePresence(
  { online }: Memory,
  { number, online: is }: { readonly number: number; readonly online: boolean },
) {
  if (is) online.add(number);
  else online.delete(number);
}

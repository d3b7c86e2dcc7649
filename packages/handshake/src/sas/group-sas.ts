import type { Instant, Machine } from "../machine.ts";
import { acts } from "./act.ts";
import type { GroupSasOptions, SasInput, SasOutput } from "./group-sas-types.ts";
import { type Happening, judge, judgeProgress } from "./judge.ts";
import { createMemory, type Memory } from "./memory.ts";
import { transitions } from "./transitions.ts";

/**
 * Makes the machine of the group SAS (spec 0003, section 8): one short string for N people, by commitments that are all
 * exchanged before any of them is opened. Throws `UsageError` for options that make no sense; what of that peers can
 * cause, `findDuplicate` finds before.
 */
export function createGroupSas(options: GroupSasOptions): Machine<SasInput, SasOutput> {
  return new GroupSas(options);
}

class GroupSas implements Machine<SasInput, SasOutput> {
  private readonly memory: Memory;

  constructor(options: GroupSasOptions) {
    this.memory = createMemory(options);
  }

  step(input: SasInput, now: Instant): readonly SasOutput[] {
    const { deadline } = this.memory;
    const outputs: SasOutput[] = [];
    let what = judge(this.memory, input, now);
    while (what !== undefined) {
      outputs.push(...this.perform(what, now));
      what = judgeProgress(this.memory);
    }
    if (this.memory.deadline !== deadline) outputs.push({ type: "wake", at: this.memory.deadline });
    return outputs;
  }

  private perform(what: Happening, now: Instant): SasOutput[] {
    const { next, actions } = transitions[this.memory.state][what.event];
    const outputs = actions.flatMap((action) => acts[action](this.memory, what, now));
    this.memory.state = next;
    return outputs;
  }
}

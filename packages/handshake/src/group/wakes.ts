import type { Wake } from "../machine.ts";

/** When the machines of a pair want to be stepped next. */
export class Wakes<Name extends string> {
  /** The first of all, in monotonic ms. Every step of a session asks all its pairs for it. */
  next: number | undefined;
  private readonly byName = new Map<Name, number>();

  /**
   * Takes the wake out of what a machine has said, before anything of that is acted upon: acting can make the machine step
   * again, and its newer wake must not be replaced by the older one.
   */
  take<Output extends { readonly type: string }>(
    name: Name,
    outputs: readonly Output[],
  ): readonly Exclude<Output, Wake>[] {
    let isFound = false;
    for (const output of outputs) {
      if (!isWake(output)) continue;
      isFound = true;
      if (output.at === undefined) this.byName.delete(name);
      else this.byName.set(name, output.at);
    }
    // Most steps say none.
    if (!isFound) return outputs as readonly Exclude<Output, Wake>[];
    this.next = undefined;
    for (const at of this.byName.values()) this.next = Math.min(this.next ?? at, at);
    return outputs.filter((output): output is Exclude<Output, Wake> => !isWake(output));
  }
}

function isWake(output: { readonly type: string }): output is Wake {
  return output.type === "wake";
}

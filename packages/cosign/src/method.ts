import type { Arguments, ValuesOf } from "./arguments/argument.ts";
import type { Caller } from "./caller.ts";
import type { Result } from "./result.ts";

/** One method: all that is known of it, from which its arguments are checked and its help and its schemas are made. */
export interface Method {
  readonly name: string;
  /** Under which heading `help` lists it. */
  readonly category: "Control" | "Cosign";
  /** One sentence or more; the first line is the summary. */
  readonly description: string;
  /** In the order of their positions. */
  readonly arguments: Arguments;
  readonly results: readonly Result[];
  readonly examples: readonly Example[];
  /** Whether it does little else than to wait for others, so that it does not count as work. */
  readonly waits: boolean;
  /** Throws `MethodError`. What it answers is JSON. */
  run(values: Readonly<Record<string, unknown>>, caller: Caller): unknown;
}

/** A call that a reader may repeat. */
export interface Example {
  /** What it shows, where that cannot be seen. */
  readonly title?: string;
  readonly arguments: readonly unknown[];
}

interface Definition<Of extends Arguments> extends Omit<Method, "arguments" | "waits" | "run"> {
  readonly arguments: Of;
  readonly waits?: boolean;
  readonly run: (values: ValuesOf<Of>, caller: Caller) => unknown;
}

/** Makes a method whose values have the types of its arguments. */
export function defineMethod<const Of extends Arguments>(definition: Definition<Of>): Method {
  const { run, waits = false, ...rest } = definition;
  // Checked against the table before the method is called.
  return { ...rest, waits, run: (values, caller) => run(values as ValuesOf<Of>, caller) };
}

import type { Backend } from "@countersign/noise";
import { nodeBackend } from "@countersign/noise/node";
import { sodiumBackend } from "@countersign/noise/sodium";

/** A backend of Noise, and what the names of tables and rows have behind them where it is used. */
export interface NamedBackend {
  readonly suffix: string;
  readonly backend: Backend;
}

/** That which needs nothing installed, and the add-on. */
export const namedBackends: readonly NamedBackend[] = [
  { suffix: "", backend: nodeBackend },
  { suffix: ", sodium", backend: sodiumBackend },
];

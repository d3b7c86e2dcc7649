import type { Screen } from "../screens/screen.ts";
import { Deadline } from "./wait.ts";

export interface GracesOptions {
  readonly screen: Screen;
  readonly graceMs: number;
  /** What a party calls itself, as far as it is known. */
  readonly label: (number: number) => string;
  /** Somebody of this label is gone for longer than the grace. */
  readonly gone: (label: string) => void;
}

/** Of several parties those who have lost the connection, each of whom may come back for a while. */
export class Graces {
  private readonly options: GracesOptions;
  private readonly running = new Map<number, Deadline>();

  constructor(options: GracesOptions) {
    this.options = options;
  }

  present(number: number, online: boolean): void {
    const { gone, graceMs, label: labelOf, screen } = this.options;
    const grace = this.running.get(number);
    if (online === (grace === undefined)) return;
    grace?.clear();
    this.running.delete(number);
    const label = labelOf(number);
    screen.show({ event: online ? "peer-online" : "peer-offline", label, grace_seconds: graceMs / 1000 });
    if (online) return;
    const deadline = new Deadline();
    deadline.set(graceMs, () => gone(label));
    this.running.set(number, deadline);
  }

  /** Nobody needs to be there any more. */
  end(): void {
    for (const grace of this.running.values()) grace.clear();
  }
}

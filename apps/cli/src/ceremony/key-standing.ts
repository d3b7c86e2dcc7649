import { encodeHex } from "@countersign/wire";
import type { ShownSigning } from "../screens/ceremony-events.ts";
import type { KeyFacts } from "../store/group-key.ts";
import { canBe, type Heard, labelIn } from "./heard.ts";

/** What the holders of a key propose and sign now, as far as it was heard. */
export class KeyStanding {
  private readonly facts: KeyFacts;
  private readonly signings = new Map<string, ShownSigning>();
  private told = false;

  constructor(facts: KeyFacts) {
    this.facts = facts;
  }

  /** Whether the relay has said which sessions there are. */
  get isKnown(): boolean {
    return this.told;
  }

  /** Whether there is nothing more to be heard now: of each proposal it is known whose it is. */
  get isWhole(): boolean {
    return this.told && this.list().every(({ running, from }) => running || from !== undefined);
  }

  /** In the order in which they were heard of. */
  list(): readonly ShownSigning[] {
    return [...this.signings.values()];
  }

  take(heard: Heard): void {
    if (heard.type === "told") {
      this.told = true;
      return;
    }
    const id = encodeHex(heard.session);
    const before = this.signings.get(id);
    switch (heard.type) {
      case "open":
      case "running": {
        const { parties, joined, type } = heard;
        if (canBe(heard, this.facts))
          this.signings.set(id, { ...before, running: type === "running", parties, joined });
        return;
      }
      case "proposal": {
        const { kind, name, parties } = heard.proposal;
        if (!canBe(heard, this.facts)) return;
        const whose = { from: labelIn(this.facts, heard.from) ?? "?", kind, ...(name === undefined ? {} : { name }) };
        // Who proposes is there, if nobody else is.
        this.signings.set(id, { running: false, parties, joined: 1, ...before, ...whose });
        return;
      }
      case "ended":
      case "signed":
        this.signings.delete(id);
    }
  }
}

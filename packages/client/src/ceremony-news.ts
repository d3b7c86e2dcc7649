import type { CeremonyView } from "@countersign/session";
import type { CeremonyEvent } from "./ceremony-event.ts";
import { EventQueue } from "./event-queue.ts";

/** What a ceremony tells its user, at the user's own pace: of many changes only how things are in the end. */
export class CeremonyNews {
  private readonly queue = new EventQueue<CeremonyEvent | { readonly type: "changed" }>();
  private readonly view: () => CeremonyView;
  private isChanged = false;

  /** `view` says how things are when it is asked. */
  constructor(view: () => CeremonyView) {
    this.view = view;
  }

  push(event: CeremonyEvent): void {
    this.queue.push(event);
  }

  /** Something is not as it was. */
  changed(): void {
    if (this.isChanged) return;
    this.isChanged = true;
    this.queue.push({ type: "changed" });
  }

  /** Nothing more is told. */
  end(): void {
    this.queue.end();
  }

  async *consume(): AsyncGenerator<CeremonyEvent, void> {
    for await (const event of this.queue.consume()) {
      if (event.type !== "changed") yield event;
      else {
        this.isChanged = false;
        yield { type: "progress", view: this.view() };
      }
    }
  }
}

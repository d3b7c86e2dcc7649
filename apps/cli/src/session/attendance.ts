import type { Screen } from "../screens/screen.ts";
import type { Timings } from "../timings.ts";
import { Deadline } from "./wait.ts";

export interface AttendanceOptions {
  /** This party's number. */
  readonly self: number;
  readonly screen: Screen;
  readonly timings: Timings;
  readonly graceMs: number;
  /** What the party calls itself, as far as it is known. */
  readonly label: (number: number) => string;
  /** The seat was taken before us and nobody in it came back within the grace. */
  readonly dead: () => void;
  /** Somebody who was there is gone for longer than the grace. */
  readonly gone: () => void;
}

/** Whether the other party is there, by what the relay says: nothing but patience depends on it. */
export class Attendance {
  private readonly options: AttendanceOptions;
  private readonly grace = new Deadline();
  private state: "unseen" | "online" | "offline" = "unseen";

  constructor(options: AttendanceOptions) {
    this.options = options;
  }

  /** A party has a seat. Unless the relay says, before or soon, that it is online, it was there long ago and is gone. */
  joined(number: number): void {
    const { dead, graceMs, self } = this.options;
    if (number !== self && this.state === "unseen") this.grace.set(graceMs, dead);
  }

  present(number: number, online: boolean): void {
    const { gone, graceMs, label, screen, self, timings } = this.options;
    if (number === self || (online && this.state === "online")) return;
    const first = this.state === "unseen";
    this.state = online ? "online" : "offline";
    if (online) this.grace.clear();
    else this.grace.set(graceMs, gone);
    if (online && first) {
      timings.end("wait");
      screen.show({ event: "peer-joined", number });
    } else {
      const event = online ? "peer-online" : "peer-offline";
      screen.show({ event, label: label(number), grace_seconds: graceMs / 1000 });
    }
  }

  /** Nobody needs to be there any more. */
  end(): void {
    this.grace.clear();
  }
}

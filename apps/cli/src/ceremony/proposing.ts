import { limits } from "../limits.ts";
import { Deadline } from "../session/wait.ts";
import type { Proposal } from "./heard.ts";
import type { KeyChannel } from "./key-channel.ts";

export interface Proposed {
  /** 16 bytes: where it is signed. */
  readonly session: Uint8Array;
  readonly proposal: Proposal;
}

/**
 * Says to the other holders what is proposed for as long as somebody is missing. A note reaches those who listen, and
 * whoever comes finds the session if somebody is connected in it: so it is said when the session is there, or one who
 * came between the note and the session would wait for ever; and again and again, because a relay that was restarted has
 * those who listen back before those who propose.
 */
export class Proposing {
  private readonly channel: Pick<KeyChannel, "propose">;
  private readonly proposed: Proposed;
  private readonly next = new Deadline();
  private state: "not yet" | "waiting" | "over" = "not yet";

  constructor(channel: Pick<KeyChannel, "propose">, proposed: Proposed) {
    this.channel = channel;
    this.proposed = proposed;
  }

  get isOver(): boolean {
    return this.state === "over";
  }

  /** The session is there. */
  begin(): void {
    if (this.state !== "not yet") return;
    this.state = "waiting";
    void this.say();
  }

  /** All who are to sign are there, or it came to nothing. */
  end(): void {
    this.state = "over";
    this.next.clear();
  }

  private async say(): Promise<void> {
    const { session, proposal } = this.proposed;
    // What does not get through now, the next one does; that the relay is lost, the session tells.
    await this.channel.propose(session, proposal).catch(() => undefined);
    if (this.state === "waiting") this.next.set(limits.proposeAgain, () => void this.say());
  }
}

import { equalBytes, UsageError } from "@countersign/wire";
import type { Channel } from "./channel.ts";
import { PREVIOUS_LIFE } from "./limits.ts";
import { type ChannelAction, type ChannelEvent, channelTransitions } from "./transitions.ts";

/** The channels of one peer: at most one is live, at most one is the previous one. */
export class Channels {
  private channels: readonly Channel[] = [];

  get live(): Channel | undefined {
    return this.channels.find(({ state }) => state === "live");
  }

  /** When the next keys are to be erased. */
  get wipeAt(): number | undefined {
    return this.channels.find(({ state }) => state === "previous")?.wipeAt;
  }

  byToken(token: Uint8Array): Channel | undefined {
    return this.channels.find(({ receiveToken }) => equalBytes(receiveToken, token));
  }

  byId(id: number): Channel | undefined {
    return this.channels.find((channel) => channel.id === id);
  }

  /** Adds a channel. Throws `UsageError` where its id or its token is taken. */
  add(channel: Channel): void {
    if (this.byId(channel.id) ?? this.byToken(channel.receiveToken)) {
      throw new UsageError("usage.duplicate", "an exchange that is installed already");
    }
    this.channels = [...this.channels, channel];
  }

  /** Executes one cell of the table; returns its actions, of which the conversation has its own share to do. */
  fire(channel: Channel, event: ChannelEvent, now: number): readonly ChannelAction[] {
    const { next, actions } = channelTransitions[channel.state][event];
    channel.state = next;
    for (const action of actions) {
      if (action === "take-over") this.replaceOthers(channel, now);
      else if (action === "start-clock") channel.wipeAt = now + PREVIOUS_LIFE;
      else if (action === "wipe") channel.wipe();
    }
    this.channels = this.channels.filter(({ state }) => state !== "gone");
    return actions;
  }

  /** Erases what has outlived its time. */
  expire(now: number): void {
    for (const channel of this.channels) {
      if (channel.wipeAt !== undefined && channel.wipeAt <= now) this.fire(channel, "expired", now);
    }
  }

  /** Ends all of them. */
  end(now: number): void {
    for (const channel of this.channels) this.fire(channel, "ended", now);
  }

  private replaceOthers(channel: Channel, now: number): void {
    for (const other of this.channels) if (other !== channel) this.fire(other, "replaced", now);
  }
}

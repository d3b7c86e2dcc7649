import type { Answer, RpcSocket } from "./rpc-socket.ts";

/** What a member says last: it has finished, or aborts with a reason. Said on each connection until there is an answer. */
export class Farewell {
  private readonly session: string;
  private readonly abortReason: string | undefined;
  private said = false;

  constructor(session: string, abortReason: string | undefined) {
    this.session = session;
    this.abortReason = abortReason;
  }

  say(socket: RpcSocket, answer: Answer<"Session.finish" | "Session.abort">): void {
    if (this.said) return;
    this.said = true;
    const { session, abortReason } = this;
    if (abortReason === undefined) socket.request("Session.finish", { session }, answer);
    else socket.request("Session.abort", { session, reason: abortReason }, answer);
  }

  /** The connection is gone, and with it what is not known to have been heard. */
  detach(): void {
    this.said = false;
  }
}

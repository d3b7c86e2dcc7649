import { ExitStatus } from "../exit-status.ts";
import type { OutgoingFile } from "../files/outgoing-file.ts";
import { limits } from "../limits.ts";
import type { Screen } from "../screens/screen.ts";
import type { Conversation } from "../session/conversation.ts";
import type { Timings } from "../timings.ts";
import { Sender, type SenderOutput } from "./sender.ts";
import { broken, Verdict } from "./verdict.ts";

export interface SendFileOptions {
  readonly file: OutgoingFile;
  readonly peer: string;
  readonly screen: Screen;
  readonly timings: Timings;
}

/** Offers a file and, if it is wanted, sends it; resolves when the other side has it. Throws `CommandError`. */
export async function sendFile(conversation: Conversation, options: SendFileOptions): Promise<void> {
  await new Transmission(conversation, options).run();
}

/** The sender's machine with a user, a file and the other side around it. */
class Transmission {
  private readonly conversation: Conversation;
  private readonly options: SendFileOptions;
  private readonly sender: Sender;
  private patience: number = limits.person;
  private stored = false;

  constructor(conversation: Conversation, options: SendFileOptions) {
    this.conversation = conversation;
    this.options = options;
    this.sender = new Sender(options.file.offer);
  }

  async run(): Promise<void> {
    const { file, peer, screen } = this.options;
    screen.show({ event: "offer", direction: "out", peer, ...file.offer });
    const queue = [...this.sender.step({ type: "start" })];
    while (!this.stored) {
      const output = queue.shift();
      if (output !== undefined) queue.push(...(await this.act(output)));
      else queue.push(...this.sender.step({ type: "message", bytes: await this.conversation.next(this.patience) }));
    }
  }

  private async act(output: SenderOutput): Promise<readonly SenderOutput[]> {
    switch (output.type) {
      case "send":
        this.conversation.send(output.bytes);
        return [];
      case "accepted":
        this.options.timings.end("decide");
        this.options.screen.show({ event: "accepted" });
        this.patience = limits.machine;
        return [];
      case "read":
        return await this.read(output.offset, output.length);
      case "stored":
        this.options.timings.end("transfer");
        this.stored = true;
        return [];
      case "declined":
        throw declined(this.options.peer, output.reason);
      case "not-stored":
        throw output.reason === "hash-differs" ? this.options.file.changed() : notWritten(this.options.peer);
      case "failed":
        throw broken(output.detail);
    }
  }

  private async read(offset: number, length: number): Promise<readonly SenderOutput[]> {
    const { file, screen } = this.options;
    const bytes = await file.read(offset, length);
    screen.show({ event: "progress", bytes: offset + length, size: file.offer.size });
    return this.sender.step({ type: "part", bytes });
  }
}

function declined(peer: string, reason: "declined" | "no-room"): Verdict {
  const message =
    reason === "declined"
      ? `${peer} declined the file; nothing of it was sent. Ask ${peer} why.`
      : `${peer} has no place to write the file; nothing of it was sent.`;
  return new Verdict(ExitStatus.refused, "peer.declined", message);
}

function notWritten(peer: string): Verdict {
  const message = `${peer} could not write the file to the end and kept nothing. Send it again when there is room.`;
  return new Verdict(ExitStatus.error, "peer.not-written", message);
}

import { ExitStatus } from "../exit-status.ts";
import { type Destination, IncomingFile } from "../files/incoming-file.ts";
import { safeName } from "../files/safe-name.ts";
import { limits } from "../limits.ts";
import type { Screen } from "../screens/screen.ts";
import { askYesNo } from "../screens/yes-no.ts";
import type { Conversation } from "../session/conversation.ts";
import { tooSlow } from "../session/endings.ts";
import type { Timings } from "../timings.ts";
import type { Offer } from "./messages.ts";
import { Receiver, type ReceiverOutput } from "./receiver.ts";
import { broken, Verdict } from "./verdict.ts";

export interface ReceiveFileOptions {
  readonly destination: Destination;
  readonly peer: string;
  /** Accept without asking: a contact only. */
  readonly accept: boolean;
  readonly screen: Screen;
  readonly timings: Timings;
  /** The file that a process before this one has kept already, as the last thing that it did. */
  readonly kept: string | undefined;
  /** Tells a process after this one which files there are. */
  readonly remember: (files: { readonly partial?: string; readonly kept?: string }) => Promise<void>;
}

export interface ReceivedFile {
  readonly path: string;
  readonly offer: Offer;
}

/** Shows what is offered and, if the user wants it, receives it. Throws `CommandError`; then nothing is left behind. */
export async function receiveFile(conversation: Conversation, options: ReceiveFileOptions): Promise<ReceivedFile> {
  const reception = new Reception(conversation, options);
  try {
    return await reception.run();
  } finally {
    await reception.discard();
  }
}

/** The receiver's machine with a user, a file and the other side around it. */
class Reception {
  private readonly conversation: Conversation;
  private readonly options: ReceiveFileOptions;
  private readonly receiver = new Receiver();
  private file: IncomingFile | undefined;
  private offer: Offer | undefined;
  private path: string | undefined;
  private fault: unknown;

  constructor(conversation: Conversation, options: ReceiveFileOptions) {
    this.conversation = conversation;
    this.options = options;
  }

  async run(): Promise<ReceivedFile> {
    const queue: ReceiverOutput[] = [];
    while (this.path === undefined || this.offer === undefined || queue.length > 0) {
      const output = queue.shift();
      if (output !== undefined) queue.push(...(await this.act(output)));
      else queue.push(...this.receiver.step({ type: "message", bytes: await this.conversation.next(limits.machine) }));
    }
    return { path: this.path, offer: this.offer };
  }

  async discard(): Promise<void> {
    if (this.path === undefined || this.options.kept !== undefined) await this.file?.discard();
  }

  private async act(output: ReceiverOutput): Promise<readonly ReceiverOutput[]> {
    switch (output.type) {
      case "send":
        this.conversation.send(output.bytes);
        return [];
      case "ask":
        return await this.decide(output.offer);
      case "write":
        return await this.write(output.bytes, output.received);
      case "complete":
        return this.receiver.step({ type: "digest", sha256: this.file?.digest() ?? "" });
      case "keep":
        return await this.keep();
      case "done":
        this.options.timings.end("transfer");
        return [];
      case "declined":
        throw this.fault === undefined ? declined() : this.notWritten();
      case "hash-differs":
        throw hashDiffers();
      case "not-written":
        throw this.notWritten();
      case "failed":
        throw broken(output.detail);
    }
  }

  private async decide(offer: Offer): Promise<readonly ReceiverOutput[]> {
    const { accept, destination, peer, screen, timings } = this.options;
    this.offer = offer;
    screen.show({ event: "offer", direction: "in", peer, ...offer, name: safeName(offer.name) });
    const wanted = accept || (await this.ask());
    timings.end("decide");
    if (!wanted) return this.receiver.step({ type: "answer", accept: false });
    try {
      this.file = await IncomingFile.create(destination.directory);
      await this.options.remember({ partial: this.file.partial });
    } catch (error) {
      this.fault = error;
      return this.receiver.step({ type: "answer", accept: false, reason: "no-room" });
    }
    return this.receiver.step({ type: "answer", accept: true });
  }

  private async ask(): Promise<boolean> {
    const limit = AbortSignal.timeout(limits.person);
    const signal = AbortSignal.any([this.conversation.signal, limit]);
    try {
      return await askYesNo(this.options.screen, { about: "offer", text: "Accept it? (yes/no)" }, signal);
    } catch (error) {
      throw limit.aborted ? tooSlow("The decision") : error;
    }
  }

  private async write(bytes: Uint8Array, received: number): Promise<readonly ReceiverOutput[]> {
    try {
      await this.file?.write(bytes);
    } catch (error) {
      this.fault = error;
      return this.receiver.step({ type: "kept", ok: false });
    }
    this.options.screen.show({ event: "progress", bytes: received, size: this.offer?.size ?? 0 });
    return [];
  }

  private async keep(): Promise<readonly ReceiverOutput[]> {
    const { destination, kept, remember } = this.options;
    try {
      this.path = kept ?? (await this.file?.keepAs(destination.name ?? safeName(this.offer?.name ?? "")));
      if (kept === undefined && this.path !== undefined) await remember({ kept: this.path });
    } catch (error) {
      this.fault = error;
    }
    return this.receiver.step({ type: "kept", ok: this.path !== undefined });
  }

  private notWritten(): Verdict {
    const why = this.fault instanceof Error ? this.fault.message : "unknown error";
    const message = `The file cannot be written (${why}); nothing of it was kept. Make room or choose another --out.`;
    return new Verdict(ExitStatus.error, "file.not-written", message, { cause: this.fault });
  }
}

function declined(): Verdict {
  return new Verdict(ExitStatus.refused, "user.declined", "You declined the file; nothing of it was received.");
}

function hashDiffers(): Verdict {
  const message = "What arrived is not the file that was offered (its SHA-256 differs), so it was not kept. Ask again.";
  return new Verdict(ExitStatus.error, "file.hash-differs", message);
}

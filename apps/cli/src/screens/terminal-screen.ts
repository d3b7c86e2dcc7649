import { intro, log, note, outro, password, text } from "@clack/prompts";
import { sayDuration } from "./amounts.ts";
import { writeData } from "./lines-screen.ts";
import { LiveBlock } from "./live-block.ts";
import { qrLines } from "./qr.ts";
import { sasLines } from "./sas-lines.ts";
import type { Question, Screen, ScreenEvent } from "./screen.ts";
import { percent, sentences } from "./sentences.ts";
import { spellOutEvent, spellOutLines } from "./spell-out.ts";
import { ceremonyLine, progressLines } from "./stand-lines.ts";
import { paint, painting } from "./style.ts";

const output = process.stderr;

export interface TerminalScreenOptions {
  readonly title: string;
  readonly qr: boolean;
  /** Ctrl-C while a question is open, when the terminal sends no signal. */
  readonly interrupt: () => void;
}

/** A person at a terminal: everything on stderr; on stdout only what goes into a pipe or a file. */
export class TerminalScreen implements Screen {
  readonly interactive = true;
  private readonly options: TerminalScreenOptions;
  private drawing = false;
  private asking = false;
  /** What happened while a question was open, which must not be drawn into it. */
  private readonly held: ScreenEvent[] = [];
  private readonly table = new LiveBlock(output);

  constructor(options: TerminalScreenOptions) {
    this.options = options;
    intro(paint("inverse", ` ${options.title} `), { output });
  }

  show(event: ScreenEvent): void {
    if (this.asking) {
      this.held.push(event);
      return;
    }
    if (event.event === "progress") return this.progress(event.bytes, event.size);
    this.endProgress();
    if (event.event === "ceremony") return this.ceremony(spellOutEvent(event));
    this.table.leave();
    this.draw(spellOutEvent(event));
    if (!process.stdout.isTTY || event.event === "done") writeData(event);
  }

  async ask(question: Question, signal: AbortSignal): Promise<string | undefined> {
    const { text: message, initial } = question;
    const prompt = (ended: AbortSignal) =>
      text({
        message: spellOutLines(message).replaceAll("\n", `\n${paint("gray", "│")}  `),
        ...(initial === undefined ? {} : { initialValue: initial }),
        validate: (value) => spelledOut(question.check(value ?? "")),
        signal: ended,
        output,
      });
    return await this.prompt(prompt, signal);
  }

  async askSecret(question: string, signal: AbortSignal): Promise<string | undefined> {
    const prompt = (ended: AbortSignal) => password({ message: spellOutLines(question), signal: ended, output });
    return await this.prompt(prompt, signal);
  }

  close(): void {
    this.endProgress();
  }

  private async prompt(
    ask: (ended: AbortSignal) => Promise<string | symbol>,
    signal: AbortSignal,
  ): Promise<string | undefined> {
    this.endProgress();
    this.table.leave();
    this.asking = true;
    // A prompt listens to its signal for ever, and breaks a line when that is aborted long after the answer.
    const own = new AbortController();
    const abort = () => own.abort();
    signal.addEventListener("abort", abort);
    const answer = await ask(own.signal);
    signal.removeEventListener("abort", abort);
    this.asking = false;
    for (const event of this.held.splice(0)) this.show(event);
    signal.throwIfAborted();
    if (typeof answer === "string") return answer;
    this.options.interrupt();
    signal.throwIfAborted();
    return undefined;
  }

  private draw(event: ScreenEvent): void {
    switch (event.event) {
      case "code":
        return this.code(event);
      case "sas":
        if (!event.verified)
          note(sasLines(event).join("\n"), "The words to compare", { output, format: (line) => line });
        return;
      case "review":
      case "key-made":
        return this.box(event);
      case "confirmed":
      case "gathered":
      case "signed":
        return log.success(sentences(event).join("\n"), { output });
      case "late":
      case "peer-offline":
      case "relay-lost":
      case "notice":
        return log.warn(wrapped(sentences(event).join("\n")), { output });
      case "done": {
        const [done = "", ...details] = sentences(event);
        log.info(wrapped(details.join("\n")), { output });
        return outro(paint("green", done), { output });
      }
      case "record":
      case "backup":
      case "restored":
        return outro(paint("green", wrapped(sentences(event).join("\n"))), { output });
      case "error":
        log.error(wrapped(event.message), { output });
        output.write(`${paint("gray", "└")}\n`);
        return;
      default: {
        const lines = sentences(event);
        if (lines.length > 0) log.step(lines.join("\n"), { output });
      }
    }
  }

  /** What a person should look at before anything else: the first line heads it. */
  private box(event: ScreenEvent): void {
    const [title = "", ...lines] = sentences(event);
    note(lines.map((line) => line.replace(/^ {3}/, "")).join("\n"), title.replace(/:$/, ""), {
      output,
      format: (line) => line,
    });
  }

  private code(event: Extract<ScreenEvent, { event: "code" }>): void {
    if (this.options.qr) {
      const dark = painting();
      const lines = qrLines(event.link, dark);
      output.write(
        `${lines.map((line) => `   ${dark ? paint(["black", "bgWhiteBright"], line) : line}`).join("\n")}\n`,
      );
    }
    const lines = [
      paint(["bold", "cyan"], event.code),
      "",
      `On the other ${event.joiners === 1 ? "side" : "machines"}, run:  ${paint("bold", event.command)}`,
      `It asks for the code. ${event.joiners === 1 ? "One pairing" : `${event.joiners} pairings`}, within ${sayDuration(event.life_seconds)}.`,
    ];
    const whom = event.joiners === 1 ? "the other side" : `the ${event.joiners} others`;
    note(lines.join("\n"), `Say this code to ${whom}`, { output, format: (line) => line });
  }

  private ceremony(event: ScreenEvent): void {
    if (event.event !== "ceremony") return;
    const bar = paint("gray", "│");
    const parties = progressLines(event).map((line, index) => {
      const { online, self, waited } = event.parties[index] ?? {};
      return waited && !self ? paint("yellow", line) : online || self ? line : paint("dim", line);
    });
    this.table.draw([
      bar,
      `${paint("green", "◇")}  ${ceremonyLine(event)}`,
      ...parties.map((line) => `${bar}  ${line}`),
    ]);
  }

  private progress(bytes: number, size: number): void {
    if (!this.drawing && bytes === size) return;
    output.write(`${this.drawing ? "\r" : `${paint("gray", "│")}\n`}${paint("gray", "│")}  ${percent(bytes, size)} `);
    this.drawing = true;
  }

  private endProgress(): void {
    if (this.drawing) output.write("\n");
    this.drawing = false;
  }
}

function spelledOut(text: string | undefined): string | undefined {
  return text === undefined ? undefined : spellOutLines(text);
}

/** Breaks lines between words, so that they fit beside the bar. */
function wrapped(text: string): string {
  const width = Math.max(20, output.columns - 4);
  return text.replace(new RegExp(`(?![^\\n]{1,${width}}$)([^\\n]{1,${width}})\\s`, "g"), "$1\n");
}

import { LineReader } from "./line-reader.ts";
import type { Question, Screen, ScreenEvent } from "./screen.ts";
import { sentences } from "./sentences.ts";
import { spellOut, spellOutEvent, spellOutLines } from "./spell-out.ts";
import { ceremonyLine } from "./stand-lines.ts";

/** Plain lines for pipes and logs: talk on stderr, data on stdout, answers by line. */
export class LinesScreen implements Screen {
  readonly interactive = false;
  private readonly input = new LineReader(process.stdin);
  private tenths = 0;
  private stand = "";

  show(event: ScreenEvent): void {
    if (event.event === "progress" && !this.worthALine(event.bytes / event.size)) return;
    if (event.event === "ceremony" && !this.isNews(ceremonyLine(event))) return;
    for (const line of sentences(spellOutEvent(event))) process.stderr.write(`${line}\n`);
    writeData(event);
  }

  async ask(question: Question, signal: AbortSignal): Promise<string | undefined> {
    for (;;) {
      process.stderr.write(`${spellOutLines(question.text)}\n`);
      const answer = await this.input.next(signal);
      const wrong = answer === undefined ? undefined : question.check(answer);
      if (wrong === undefined) return answer;
      process.stderr.write(`${spellOutLines(wrong)}\n`);
    }
  }

  async askSecret(): Promise<undefined> {
    return undefined;
  }

  close(): void {
    this.input.close();
  }

  /** Who is online and how far is for a table; a log wants the rounds, and for whom they wait. */
  private isNews(stand: string): boolean {
    const before = this.stand;
    this.stand = stand;
    return stand !== before;
  }

  /** A log wants a line for every tenth, and none for a file that comes all at once. */
  private worthALine(share: number): boolean {
    const before = this.tenths;
    this.tenths = Math.floor(share * 10);
    return this.tenths > before && !(before === 0 && this.tenths === 10);
  }
}

/** What a script wants to have: the code, the key, what was signed, a line that `sha256sum --check` understands. */
export function writeData(event: ScreenEvent): void {
  const data = dataOf(event);
  if (data !== undefined) process.stdout.write(`${data}\n`);
}

function dataOf(event: ScreenEvent): string | undefined {
  switch (event.event) {
    case "code":
      return event.code;
    case "key-made":
      return event.address ?? event.public_key;
    case "signed":
      return event.transaction ?? event.signature ?? (event.file === undefined ? undefined : nameFor(event.file));
    case "done":
      return `${event.sha256}  ${nameFor(event.file)}`;
    default:
      return undefined;
  }
}

/** A script needs the name as it is; a terminal would obey what is in it. */
function nameFor(file: string): string {
  return process.stdout.isTTY ? spellOut(file) : file;
}

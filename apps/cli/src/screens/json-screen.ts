import { LineReader } from "./line-reader.ts";
import type { Question, Screen, ScreenEvent } from "./screen.ts";
import { spellOut, spellOutLines } from "./spell-out.ts";

/** One JSON object a line on stdout for everything that happens; answers are lines of stdin. */
export class JsonScreen implements Screen {
  readonly interactive = false;
  private readonly input = new LineReader(process.stdin);

  show(event: ScreenEvent): void {
    process.stdout.write(`${spellOut(JSON.stringify(event))}\n`);
    if (event.event === "error") process.stderr.write(`countersign: ${spellOutLines(event.message)}\n`);
  }

  async ask(question: Question, signal: AbortSignal): Promise<string | undefined> {
    const { about, text, digest } = question;
    for (;;) {
      this.show({ event: "question", about, text, ...(digest === undefined ? {} : { digest }) });
      const answer = await this.input.next(signal);
      const wrong = answer === undefined ? undefined : question.check(answer);
      if (wrong === undefined) return answer;
      this.show({ event: "notice", text: wrong });
    }
  }

  async askSecret(): Promise<undefined> {
    return undefined;
  }

  close(): void {
    this.input.close();
  }
}

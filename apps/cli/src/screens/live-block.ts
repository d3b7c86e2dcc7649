import { stripVTControlCharacters } from "node:util";

/** The part of a terminal that a block uses. */
interface Sink {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** Lines that are drawn again in their place when they change; where there is no terminal, below each other. */
export class LiveBlock {
  private readonly output: Sink;
  private height = 0;
  private shown = "";

  constructor(output: Sink) {
    this.output = output;
  }

  draw(lines: readonly string[]): void {
    const { isTTY = false, columns = 80 } = this.output;
    // A line that breaks would make the block higher than it is known to be.
    const text = lines.map((line) => `${isTTY ? fitting(line, columns - 1) : line}\n`).join("");
    if (text === this.shown) return;
    if (isTTY && this.height > 0) this.output.write(`\u001b[${this.height}A\u001b[0J`);
    this.output.write(text);
    this.shown = text;
    this.height = lines.length;
  }

  /** What is written from now on stands below; the next drawing begins a new block. */
  leave(): void {
    this.height = 0;
    this.shown = "";
  }
}

/** Cuts what is too long; with its colours, because they end behind the cut. */
function fitting(line: string, width: number): string {
  const plain = stripVTControlCharacters(line);
  return plain.length <= width ? line : `${[...plain].slice(0, width - 1).join("")}…`;
}

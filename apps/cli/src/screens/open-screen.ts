import { JsonScreen } from "./json-screen.ts";
import { LinesScreen } from "./lines-screen.ts";
import type { Screen } from "./screen.ts";

export interface ScreenOptions {
  readonly title: string | undefined;
  readonly json: boolean;
  /** Whether to show a QR code where a person can see it. */
  readonly qr: boolean;
  readonly interrupt: () => void;
}

/** Picks the screen for whoever is there: a program, a pipe, or a person. */
export async function openScreen({ title, json, qr, interrupt }: ScreenOptions): Promise<Screen> {
  if (json) return new JsonScreen();
  if (title === undefined || !process.stdin.isTTY || !process.stderr.isTTY) return new LinesScreen();
  const { TerminalScreen } = await import("./terminal-screen.ts");
  return new TerminalScreen({ title, qr, interrupt });
}

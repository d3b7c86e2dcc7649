import { styleText } from "node:util";

type Format = Parameters<typeof styleText>[0];

/** Styles text for stderr, where all talk goes; plain when that is no terminal or NO_COLOR is set. */
export function paint(format: Format, text: string): string {
  return styleText(format, text, { stream: process.stderr });
}

/** Whether `paint` paints at all. */
export function painting(): boolean {
  return paint("bold", "x") !== "x";
}

import type { Method } from "../method.ts";

/** How calls are written so that they reach this very daemon when they are copied. No secret stands in it. */
export interface ExampleForms {
  /** `countersign rpc`, with the options that lead here. */
  readonly command: string;
  /** `curl` with whatever shows who calls. */
  readonly curl: string;
  readonly url: string;
}

/** Every example of a method as a command line, and as a request. */
export function exampleLines({ name, examples }: Method, { command, curl, url }: ExampleForms): readonly string[] {
  return examples.flatMap(({ title, arguments: values }) => {
    const request = JSON.stringify({ jsonrpc: "2.0", id: "help", method: name, params: values });
    return [
      ...(title === undefined ? [] : [`\n${title}`]),
      `> ${[command, name, ...values.map(asWord)].join(" ")}`,
      `> ${curl} --data-binary ${quote(request)} -H 'content-type: application/json' ${url}`,
    ];
  });
}

/** A value as a word of a shell. */
function asWord(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  if (/^[\w.:@%+,/=-]+$/.test(text)) return typeof value === "string" ? `"${text}"` : text;
  return quote(text);
}

/** A text as a word of a shell that stays as it is. */
export function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

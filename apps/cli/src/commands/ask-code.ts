import type { ParseCodeResult, ParsedCode } from "@countersign/handshake";
import { usageError } from "../command-error.ts";
import type { Context } from "../context.ts";

const MOST_SUGGESTIONS = 6;

/**
 * Gets the code: from the command line if it is there and sound, else by asking, as often as it takes. Nothing here
 * costs a guess: what cannot be a code is found before anybody is told. `maker` is the command that shows codes. Throws `CommandError`.
 */
export async function askCode(
  typed: string | undefined,
  { screen, interruption }: Context,
  maker: string,
): Promise<ParsedCode> {
  const { parseCode } = await import("@countersign/handshake");
  const wrong = (text: string) => explain(parseCode(text));
  if (typed !== undefined) {
    const parsed = parseCode(typed);
    if (parsed.ok) return parsed.code;
    const explanation = explain(parsed) ?? "";
    if (!screen.interactive) throw usageError("usage.code", explanation);
    screen.show({ event: "notice", text: explanation });
  }
  const question = { about: "code", text: "The code from the other side, or its link", check: wrong } as const;
  const answer = await screen.ask(typed === undefined ? question : { ...question, initial: typed }, interruption);
  if (answer === undefined) {
    throw usageError("usage.code", `No code was given. "${maker}" on the other side shows one.`);
  }
  const parsed = parseCode(answer);
  if (!parsed.ok) throw usageError("usage.code", parsed.detail);
  return parsed.code;
}

function explain(result: ParseCodeResult): string | undefined {
  if (result.ok) return undefined;
  const { detail, suggestions } = result;
  if (suggestions.length === 0) return detail;
  const some = suggestions.slice(0, MOST_SUGGESTIONS).join(", ");
  return `${detail} Did you mean ${some}${suggestions.length > MOST_SUGGESTIONS ? ", …" : ""}?`;
}

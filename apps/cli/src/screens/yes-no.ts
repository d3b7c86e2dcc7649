import type { QuestionAbout, Screen } from "./screen.ts";

const ANSWERS: Readonly<Record<string, boolean>> = { y: true, yes: true, n: false, no: false };

/** Asks for a yes or a no in so many letters: there is no default, and the end of the input is a no. */
export async function askYesNo(
  screen: Screen,
  question: { readonly about: QuestionAbout; readonly text: string },
  signal: AbortSignal,
): Promise<boolean> {
  const answer = await screen.ask(
    { ...question, check: (text) => (readYesNo(text) === undefined ? HINT : undefined) },
    signal,
  );
  return answer !== undefined && readYesNo(answer) === true;
}

const HINT = 'Please type "yes" or "no".';

/** What an answer says; undefined if it is neither. */
export function readYesNo(answer: string): boolean | undefined {
  const key = answer.trim().toLowerCase();
  return Object.hasOwn(ANSWERS, key) ? ANSWERS[key] : undefined;
}

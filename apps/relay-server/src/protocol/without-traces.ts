/**
 * Calls what may make errors that nobody will look at, without noting where they were made: that is most of what a text
 * costs that is no JSON, and anybody can send such texts.
 */
export function withoutTraces<Result>(run: (text: string) => Result, text: string): Result {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    return run(text);
  } finally {
    Error.stackTraceLimit = limit;
  }
}

/**
 * What the words of a command line are to the daemon. All of them are sent as text: the daemon knows the types of its
 * arguments, and takes text for what it says. With `isNamed`, words are NAME=VALUE, and those without `=` go first.
 */
export function parametersOf(words: readonly string[], isNamed: boolean): readonly string[] | object {
  if (!isNamed) return words;
  const named = new Map<string, string | readonly string[]>();
  const leading: string[] = [];
  for (const word of words) {
    const end = word.indexOf("=");
    if (end === -1) leading.push(word);
    else named.set(word.slice(0, end), word.slice(end + 1));
  }
  if (leading.length > 0) named.set("args", leading);
  return Object.fromEntries(named);
}

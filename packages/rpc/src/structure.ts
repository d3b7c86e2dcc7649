const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/**
 * Looks at JSON text before it is parsed and says what is wrong with its structure: nesting beyond `maxDepth`, or an
 * object that has the same name twice, of which parsers keep different ones. Strings are skipped with a native search,
 * so a long body costs next to nothing. Malformed text is left to the parser.
 */
export function structureFault(text: string, maxDepth: number): string | undefined {
  // The names of each object that is open; an array has none.
  const open: (Set<string> | undefined)[] = [];
  let nameIsNext = false;
  for (let i = 0; i < text.length; i++) {
    switch (text.charCodeAt(i)) {
      case QUOTE: {
        const end = endOfString(text, i);
        if (end === -1) return undefined;
        const names = open.at(-1);
        if (nameIsNext && names !== undefined) {
          const name = readName(text.slice(i, end + 1));
          if (names.has(name)) return "an object has the same name twice";
          names.add(name);
          nameIsNext = false;
        }
        i = end;
        break;
      }
      case OPEN_OBJECT:
      case OPEN_ARRAY:
        if (open.length === maxDepth) return `nests deeper than ${maxDepth}`;
        nameIsNext = text.charCodeAt(i) === OPEN_OBJECT;
        open.push(nameIsNext ? new Set() : undefined);
        break;
      case CLOSE_OBJECT:
      case CLOSE_ARRAY:
        open.pop();
        nameIsNext = false;
        break;
      case COMMA:
        nameIsNext = open.at(-1) !== undefined;
        break;
    }
  }
  return undefined;
}

/** The position of the quote that closes the string opened at `start`, -1 if none does. */
export function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end !== -1) {
    let before = end - 1;
    while (text.charCodeAt(before) === BACKSLASH) before--;
    if ((end - before) % 2 === 1) return end;
    end = text.indexOf('"', end + 1);
  }
  return -1;
}

/** A name without its escapes, because `"a"` and `"\u0061"` are the same one. */
export function readName(quoted: string): string {
  if (!quoted.includes("\\")) return quoted.slice(1, -1);
  try {
    return JSON.parse(quoted) as string;
  } catch {
    return quoted;
  }
}

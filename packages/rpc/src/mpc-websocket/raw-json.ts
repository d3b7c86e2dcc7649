import { endOfString, readName } from "../structure.ts";

/**
 * The text of one JSON value as its sender wrote it. What members say to each other travels on in this form, so that
 * a number which JavaScript cannot hold arrives as it was sent.
 */
export type RawJson = string;

/** The elements of an array, undefined for another value. The text must be JSON. */
export function rawElements(text: RawJson): readonly RawJson[] | undefined {
  return text.startsWith("[") ? parts(text) : undefined;
}

/** The members of an object by their names, undefined for another value. The text must be JSON without a name twice. */
export function rawMembers(text: RawJson): ReadonlyMap<string, RawJson> | undefined {
  if (!text.startsWith("{")) return undefined;
  return new Map(
    parts(text).map((part) => {
      const end = endOfString(part, 0) + 1;
      return [readName(part.slice(0, end)), part.slice(part.indexOf(":", end) + 1).trim()] as const;
    }),
  );
}

/** What stands between the commas of an array or object. */
function parts(text: RawJson): RawJson[] {
  const found: RawJson[] = [];
  let depth = 0;
  let start = 1;
  for (let i = 1; i < text.length - 1; i++) {
    switch (text[i]) {
      case '"':
        i = endOfString(text, i);
        break;
      case "[":
      case "{":
        depth++;
        break;
      case "]":
      case "}":
        depth--;
        break;
      case ",":
        if (depth > 0) break;
        found.push(text.slice(start, i).trim());
        start = i + 1;
        break;
    }
  }
  const last = text.slice(start, -1).trim();
  return last === "" ? found : [...found, last];
}

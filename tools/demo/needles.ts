/** Something that a relay must not know, in every form in which its database might hold it. */
export interface Secret {
  readonly name: string;
  readonly needles: readonly Buffer[];
}

/** A text: as it is, in hex, and inside of any base64. */
export function secretText(name: string, text: string): Secret {
  return { name, needles: encodings(Buffer.from(text)) };
}

/** Words: any two that stand side by side give the text away; one alone may be chance. */
export function secretWords(name: string, words: string): Secret {
  const list = words.split("-");
  const pairs = list.slice(1).map((word, index) => `${list[index]}-${word}`);
  return { name, needles: pairs.flatMap((pair) => encodings(Buffer.from(pair))) };
}

const WINDOW = 12;
/** A window of fewer different bytes than this may turn up by chance: zeros are everywhere. */
const LEAST_VARIETY = 8;

/** A file: every twelve bytes of it that are not found just anywhere. */
export function secretFile(name: string, bytes: Uint8Array): Secret {
  const windows = Array.from({ length: Math.floor(bytes.length / WINDOW) }, (_, index) =>
    bytes.subarray(index * WINDOW, (index + 1) * WINDOW),
  ).filter((window) => new Set(window).size >= LEAST_VARIETY);
  return { name, needles: windows.flatMap(encodings) };
}

/** Whether any form of a secret occurs in a pile of bytes. */
export function occurs({ needles }: Secret, haystack: Buffer): boolean {
  return needles.some((needle) => haystack.includes(needle));
}

function encodings(bytes: Uint8Array): readonly Buffer[] {
  const hex = Buffer.from(bytes).toString("hex");
  const texts = [hex, hex.toUpperCase(), ...base64Forms(bytes, "base64"), ...base64Forms(bytes, "base64url")];
  return [Buffer.from(bytes), ...texts.map((text) => Buffer.from(text))];
}

/** The characters that stand for these bytes alone, wherever in a longer base64 text they begin. */
function base64Forms(bytes: Uint8Array, encoding: "base64" | "base64url"): readonly string[] {
  return [0, 1, 2].map((before) => {
    const text = Buffer.concat([new Uint8Array(before), bytes]).toString(encoding);
    return text.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6));
  });
}

const LONGEST = 200;
// What a terminal obeys or does not show (controls, bidirectional marks), what file systems or shells stumble over.
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cn}\p{Cs}<>:"|?*]/gu;
const RESERVED = /^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)/i;

/**
 * Makes a file name of what the other side called its file: the last part of the path, nothing hidden, nothing that a
 * terminal or a file system would take for something else, at most 200 bytes with its extension kept.
 */
export function safeName(offered: string): string {
  const last = offered.split(/[/\\]/).at(-1) ?? "";
  const cleaned = last
    .normalize("NFC")
    .replace(UNSAFE, "_")
    .replace(/^[.\s~-]+/, "")
    .replace(/[.\s]+$/, "");
  if (cleaned === "") return "received";
  return shorten(RESERVED.test(cleaned) ? `_${cleaned}` : cleaned);
}

/** The name with a number before its extension: `payment (2).psbt`. */
export function numberedName(name: string, number: number): string {
  const { stem, extension } = split(name);
  return `${stem} (${number})${extension}`;
}

function shorten(name: string): string {
  const { stem, extension } = split(name);
  let short = stem;
  while (Buffer.byteLength(short + extension) > LONGEST) short = [...short].slice(0, -1).join("");
  return short + extension;
}

/** What a file is stands at the end of its name; of a record, in two parts. */
function split(name: string): { stem: string; extension: string } {
  const extension = /(\.record)?\.[^.]{1,15}$/.exec(name)?.[0] ?? "";
  return { stem: name.slice(0, name.length - extension.length), extension };
}

/** Puts a part's text between its marks in a document; a part that has none yet comes last. */
export function writeSection(document: string, name: string, text: string): string {
  const section = `${begin(name)}\n\n${text}\n\n${end(name)}`;
  const start = document.indexOf(begin(name));
  const stop = document.indexOf(end(name));
  if (start === -1 || stop === -1) return `${document.trimEnd()}\n\n## ${name}\n\n${section}\n`;
  return document.slice(0, start) + section + document.slice(stop + end(name).length);
}

/** The text of a part, or none where the document has no such part. */
export function sectionOf(document: string, name: string): string {
  const [, after = ""] = document.split(begin(name));
  return after.split(end(name))[0]?.trim() ?? "";
}

function begin(name: string): string {
  return `<!-- bench:${name} -->`;
}

function end(name: string): string {
  return `<!-- /bench:${name} -->`;
}

/** Puts a part's text between its marks in a document; a part that has none yet comes last. */
export function writeSection(document: string, name: string, text: string): string {
  const begin = `<!-- bench:${name} -->`;
  const end = `<!-- /bench:${name} -->`;
  const section = `${begin}\n\n${text}\n\n${end}`;
  const start = document.indexOf(begin);
  const stop = document.indexOf(end);
  if (start === -1 || stop === -1) return `${document.trimEnd()}\n\n## ${name}\n\n${section}\n`;
  return document.slice(0, start) + section + document.slice(stop + end.length);
}

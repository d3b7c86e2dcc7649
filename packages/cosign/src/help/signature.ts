import type { Method } from "../method.ts";

/** A method and its arguments in one line: texts in quotes, what may be left out in parentheses. */
export function signatureOf(method: Method): string {
  let isOpen = false;
  const words = [method.name];
  for (const [name, { type, isRequired }] of Object.entries(method.arguments)) {
    if (!isRequired && !isOpen) words.push("(");
    if (isRequired && isOpen) words.push(")");
    isOpen = !isRequired;
    words.push(type === "string" ? `"${name}"` : name);
  }
  if (isOpen) words.push(")");
  return words.join(" ");
}

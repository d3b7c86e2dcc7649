/** A label as a file name: letters and digits as they are, all that a path could mean something by in percent form. */
export function nameOf(label: string): string {
  return encodeURIComponent(label).replace(/[.*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** The label of which `nameOf` has made the name. */
export function labelOf(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

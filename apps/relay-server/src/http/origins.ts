/** Whether a browser would write it like this in `Origin`. `null` stands for pages without one, such as local files. */
export function isOrigin(text: string): boolean {
  return text === "null" || (URL.canParse(text) && new URL(text).origin === text);
}

/** Throws `RangeError` for what no browser would ever send: nobody would get in. */
export function checkOrigins(origins: readonly string[] | undefined): readonly string[] | undefined {
  const wrong = origins?.find((one) => !isOrigin(one));
  if (wrong !== undefined) throw new RangeError(`${wrong} is no origin of pages, like https://example.org`);
  return origins;
}

/** What a user may call: undefined for everything. */
export interface Whitelists {
  of(user: string): ReadonlySet<string> | undefined;
}

const NOTHING: ReadonlySet<string> = new Set();

/**
 * Reads `USER:METHOD,METHOD`. A user who is named several times may call what all of these allow; one who is not named
 * may call nothing, unless `isDefault` is false.
 */
export function createWhitelists(listed: readonly string[], isDefault = listed.length > 0): Whitelists {
  const methodsOf = new Map<string, ReadonlySet<string>>();
  for (const text of listed) {
    const [, user = text, methods = ""] = /^([^:]*):([\s\S]*)$/.exec(text) ?? [];
    const now = new Set(methods.split(/[, ]+/).filter((method) => method !== ""));
    const before = methodsOf.get(user);
    methodsOf.set(user, before === undefined ? now : new Set([...now].filter((method) => before.has(method))));
  }
  return { of: (user) => methodsOf.get(user) ?? (isDefault ? NOTHING : undefined) };
}

import { findOption } from "./options.ts";

/** What somebody wrote for options, in the order in which it was written. `false`: turned off. */
export type Given = ReadonlyMap<string, readonly (string | false)[]>;

/** The options cannot be used: a sentence that says why, without any value that might be a secret. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

/** What may stand for on and off; a name alone is on. */
const SWITCH = new Map([
  ["", "1"],
  ["1", "1"],
  ["true", "1"],
  ["0", "0"],
  ["false", "0"],
]);

/** Collects options by name. */
export class GivenBuilder {
  readonly #given = new Map<string, (string | false)[]>();

  /** Adds one as it was written, `value` undefined if it had none. Throws `ConfigError`; `source` says where that was. */
  add(written: string, value: string | undefined, source: string): void {
    const positive = written.startsWith("no") && findOption(written) === undefined ? written.slice(2) : written;
    const option = findOption(positive);
    const isOff = positive !== written;
    if (option === undefined || (isOff && option.kind !== "switch" && !option.canBeOff)) {
      throw new ConfigError(`${source}: there is no option ${shown(written)}`);
    }
    this.#push(positive, this.#valueOf({ name: positive, kind: option.kind, value, isOff }, source));
  }

  get given(): Given {
    return this.#given;
  }

  #valueOf(one: { name: string; kind: string; value: string | undefined; isOff: boolean }, source: string) {
    const { name, kind, value, isOff } = one;
    if (kind === "switch") {
      const text = SWITCH.get(value ?? "");
      if (text === undefined) throw new ConfigError(`${source}: ${name} is 0 or 1`);
      return isOff ? (text === "1" ? "0" : "1") : text;
    }
    if (isOff) return false;
    if (value === undefined || value === "") throw new ConfigError(`${source}: ${name} wants a value, ${name}=…`);
    return value;
  }

  #push(name: string, value: string | false): void {
    const before = this.#given.get(name);
    if (before === undefined) this.#given.set(name, [value]);
    else before.push(value);
  }
}

/** The name of an option that does not exist: only if it looks like one, because it may be a password in its place. */
function shown(written: string): string {
  return /^[a-z][a-z-]{0,30}$/.test(written) ? `"${written}"` : "of that name";
}

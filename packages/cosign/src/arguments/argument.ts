/** What an argument is in JSON. */
export type ArgumentType = keyof TypeOf;

interface TypeOf {
  readonly string: string;
  readonly number: number;
  readonly boolean: boolean;
  readonly object: { readonly [name: string]: unknown };
  readonly array: readonly unknown[];
  /** Whatever is not null. */
  readonly any: unknown;
}

/** One argument of a method. `Value` is what the method gets. */
export interface Argument<Value = unknown> {
  readonly type: ArgumentType;
  /** A phrase, as it stands in the help. */
  readonly description: string;
  readonly isRequired: boolean;
  /** What stands for an argument that was left out or null. */
  readonly fallback: Value | undefined;
  /** How the help says what happens without it, where that is no value. */
  readonly hint: string | undefined;
  /** Further names. */
  readonly aliases: readonly string[];
}

/** The arguments of a method by name, in the order of their positions. */
export type Arguments = Readonly<Record<string, Argument>>;

/** What a method gets for them. */
export type ValuesOf<Of extends Arguments> = {
  readonly [Name in keyof Of]: Of[Name] extends Argument<infer Value> ? Value : never;
};

interface Options {
  readonly aliases?: readonly string[];
  /** "all methods", "the other side's choice". */
  readonly hint?: string;
}

/** An argument that has to be given. */
export function required<Type extends ArgumentType>(
  type: Type,
  description: string,
  { aliases = [] }: Pick<Options, "aliases"> = {},
): Argument<TypeOf[Type]> {
  return { type, description, isRequired: true, fallback: undefined, hint: undefined, aliases };
}

/** An argument that may be left out, and what stands for it then. */
export function withDefault<Type extends ArgumentType>(
  type: Type,
  description: string,
  { fallback, aliases = [] }: Pick<Options, "aliases"> & { readonly fallback: TypeOf[Type] },
): Argument<TypeOf[Type]> {
  return { type, description, isRequired: false, fallback, hint: undefined, aliases };
}

/** An argument that may be left out. */
export function optional<Type extends ArgumentType>(
  type: Type,
  description: string,
  { aliases = [], hint }: Options = {},
): Argument<TypeOf[Type] | undefined> {
  return { type, description, isRequired: false, fallback: undefined, hint, aliases };
}

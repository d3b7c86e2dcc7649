/** What a method answers. */
export interface Result {
  /** When, if a method answers in different forms. */
  readonly condition?: string;
  readonly shape: Shape;
}

/** A JSON value, described. */
export type Shape = Leaf | Members | Items;

/** A value that is not looked into. */
export interface Leaf extends Described {
  readonly type: "string" | "number" | "boolean" | "any";
}

/** An object with these members, and in this order. */
export interface Members extends Described {
  readonly type: "object";
  readonly members: Readonly<Record<string, Shape>>;
}

/** An array of any length. */
export interface Items extends Described {
  readonly type: "array";
  readonly items: Shape;
}

interface Described {
  readonly description: string;
  /** Whether it may be missing from its object. */
  readonly isOptional?: boolean;
}

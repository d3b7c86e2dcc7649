import { required } from "../../arguments/argument.ts";
import type { Leaf, Members, Shape } from "../../result.ts";

/** The id of a session that no help text means. */
export const EXAMPLE_ID = "0f8fad5bd9cb469fa16570867728950e";

/** Packets of nobody. */
export const EXAMPLE_PACKETS = "43534801";

/** The argument that names a session. */
export const sessionId = required("string", "The session_id that cosign.init or cosign.join has answered");

export function text(description: string): Leaf {
  return { type: "string", description };
}

export function numeric(description: string): Leaf {
  return { type: "number", description };
}

export function boolean(description: string): Leaf {
  return { type: "boolean", description };
}

export function anything(description: string): Leaf {
  return { type: "any", description };
}

/** A member that is not always there. */
export function maybe<Of extends Shape>(shape: Of): Of {
  return { ...shape, isOptional: true };
}

export function members(members: Members["members"], description = ""): Members {
  return { type: "object", description, members };
}

export function list(description: string, items: Shape): Shape {
  return { type: "array", description, items };
}

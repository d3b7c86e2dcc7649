/** One thing that is not as the rules want it. */
export interface Finding {
  readonly level: "error" | "warning";
  /** Path below the workspace's root, and a line where there is one. */
  readonly place: string;
  readonly message: string;
}

export function error(place: string, message: string): Finding {
  return { level: "error", place, message };
}

export function warning(place: string, message: string): Finding {
  return { level: "warning", place, message };
}

/** Something that has to hold before a ceremony begins. */
export interface Finding {
  readonly name: string;
  readonly ok: boolean;
  /** What was found. */
  readonly found: string;
  /** What to do where it does not hold. */
  readonly remedy?: string;
}

export function good(name: string, found: string): Finding {
  return { name, ok: true, found };
}

export function bad(name: string, found: string, remedy: string): Finding {
  return { name, ok: false, found, remedy };
}

/** The short name of a fault of the system, or what the fault says of itself. */
export function reasonOf(fault: unknown): string {
  if (!(fault instanceof Error)) return "unknown error";
  return "code" in fault ? String(fault.code) : fault.message;
}

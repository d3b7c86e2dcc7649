import type { GroupOutput } from "./output.ts";
import type { Refusal } from "./refusal.ts";
import type { Session } from "./session-state.ts";

/** The outputs of an entry that was taken, as far as its sender is concerned. */
export function accept(session: Session, number: number, seq = session.seq): GroupOutput[] {
  return [{ type: "answer", answer: { ok: true, session: session.id, number, seq } }];
}

/** The outputs of an entry that changed nothing. */
export function deny(refusal: Refusal): GroupOutput[] {
  return [{ type: "answer", answer: refusal }];
}

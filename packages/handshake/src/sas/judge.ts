import { equalBytes, FrameKind, UsageError } from "@countersign/wire";
import type { Instant } from "../machine.ts";
import type { SasInput } from "./group-sas-types.ts";
import type { Memory } from "./memory.ts";
import { commitment } from "./openings.ts";
import { confirmation } from "./short-string.ts";
import type { SasEvent } from "./transitions.ts";

/** An event, with what its actions need. */
export interface Happening {
  readonly event: SasEvent;
  /** The party that caused it; 0 where no single one did. */
  readonly from: number;
  /** What a message said, or is to say. */
  readonly content: Uint8Array;
  /** For failures: whom to name, and a sentence. */
  readonly culprits: readonly number[];
  readonly detail: string;
}

type Message = Extract<SasInput, { type: "message" }>;

/** Judges an input by what is known; changes nothing. `undefined`: nothing happened. Throws for a number of no party. */
export function judge(memory: Memory, input: SasInput, now: Instant): Happening | undefined {
  // From the deadline on time is up, whatever comes first: what is late or the wake.
  if (memory.deadline !== undefined && now.ms >= memory.deadline) return judgeTime(memory);
  switch (input.type) {
    case "start":
      if (memory.opened !== undefined) return happening("reopen");
      return happening(memory.restarted ? "restart" : "start");
    case "message":
      expectPeer(memory, input.from);
      return judgeMessage(memory, input);
    case "confirm":
      return input.same ? judgeYes(memory) : happening("no", [], "the user says that the strings differ");
    case "lost":
      expectPeer(memory, input.number);
      return judgeLoss(memory, input.number, input.differs === true);
    case "time":
      return undefined;
  }
}

/** What follows by itself from what is known, or nothing. */
export function judgeProgress(memory: Memory): Happening | undefined {
  const { state, numbers, commitments, nonces, oks } = memory;
  const all = numbers.length;
  if (state === "committing" && commitments.size === all) return happening("all-committed");
  if (state === "opening" && nonces.size === all) return happening("all-opened");
  if (state === "comparing" && memory.agreed) return happening("was-agreed");
  if (state === "comparing") return memory.verified ? happening("all-pinned") : judgeEarlyOk(memory);
  if (state === "agreed" && oks.size === all - 1) return happening("all-confirmed");
  return undefined;
}

function judgeMessage(memory: Memory, { kind, from, content }: Message): Happening {
  if (content.length !== 32) return fault("breach", from, "sent a SAS message that does not have 32 bytes");
  switch (kind) {
    case FrameKind.SAS_COMMIT:
      return judgeRepeat(memory.commitments, from, content) ?? heard("commitment", from, content);
    case FrameKind.SAS_REVEAL:
      return judgeRepeat(memory.nonces, from, content) ?? judgeReveal(memory, from, content);
    case FrameKind.SAS_OK:
      if (memory.verified) return heard("unasked", from, content);
      return (
        judgeRepeat(memory.earlyOks, from, content) ??
        judgeRepeat(memory.oks, from, content) ??
        judgeOk(memory, from, content)
      );
  }
}

function judgeReveal({ transcript, commitments }: Memory, from: number, content: Uint8Array): Happening {
  const committed = commitments.get(from);
  if (committed === undefined) return fault("breach", from, "revealed a nonce without a commitment");
  if (!equalBytes(committed, commitment(transcript, from, content))) {
    return fault("mismatch", from, "revealed a nonce that does not open its commitment to the group as we see it");
  }
  return heard("reveal", from, content);
}

function judgeOk({ transcript, nonces, short }: Memory, from: number, content: Uint8Array): Happening {
  // A channel keeps its order: what a party says last cannot come before what it says first.
  if (!nonces.has(from)) return fault("breach", from, "confirmed a string before it revealed its nonce");
  if (short !== undefined && !equalBytes(content, confirmation(transcript, short.bytes, from))) {
    return fault("mismatch", from, "confirmed another string than ours");
  }
  return heard("ok", from, content);
}

function judgeEarlyOk(memory: Memory): Happening | undefined {
  for (const [from, content] of memory.earlyOks) return judgeOk(memory, from, content);
  return undefined;
}

function judgeRepeat(said: ReadonlyMap<number, Uint8Array>, from: number, content: Uint8Array): Happening | undefined {
  const before = said.get(from);
  if (before === undefined) return undefined;
  if (equalBytes(before, content)) return heard("repeat", from, content);
  return fault("breach", from, "said two different things where only one can be said");
}

function judgeYes({ self, transcript, short }: Memory): Happening {
  return short === undefined ? happening("yes") : heard("yes", self, confirmation(transcript, short.bytes, self));
}

function judgeLoss({ state, oks }: Memory, from: number, differs: boolean): Happening | undefined {
  if (differs) return fault("mismatch", from, "says that the strings differ");
  // Whoever has everybody's yes is done, and may leave in order before the others' last messages have reached us.
  if (state === "agreed" && oks.has(from)) return undefined;
  return fault("abort", from, "left before the SAS was complete");
}

function judgeTime({ state, numbers, commitments, nonces }: Memory): Happening {
  const [what, said] = state === "committing" ? (["commitment", commitments] as const) : (["reveal", nonces] as const);
  const missing = numbers.filter((number) => !said.has(number));
  return happening("abort", missing, `no ${what} in time from party ${missing.join(", ")}`);
}

function expectPeer({ self, numbers }: Memory, number: number): void {
  if (number === self || !numbers.includes(number)) {
    throw new UsageError("usage.unknown-party", `${number} is not the number of another party`);
  }
}

function happening(event: SasEvent, culprits: readonly number[] = [], detail = ""): Happening {
  return { event, from: 0, content: new Uint8Array(0), culprits, detail };
}

function heard(event: SasEvent, from: number, content: Uint8Array): Happening {
  return { event, from, content, culprits: [], detail: "" };
}

function fault(event: SasEvent, from: number, detail: string): Happening {
  return { event, from, content: new Uint8Array(0), culprits: [from], detail: `party ${from} ${detail}` };
}

import {
  accepted,
  concat,
  type Decoded,
  decodeHandshakeHeader,
  encodeHandshakeHeader,
  HEADER_LENGTH,
  refused,
  Step,
} from "@countersign/wire";
import type { Role } from "../exchange/at.ts";
import type { Incoming } from "../exchange/cipher-set.ts";

/** A handshake body of cipher set 0x43 with its header read. */
export interface Incoming43 extends Incoming {
  readonly step: Step;
  /** What is behind the header. */
  readonly content: Uint8Array;
}

const PAYLOADS = [256, 1_024];
const exactly = (length: number) => (content: number) => content === length;
const withPayload = (overhead: number) => (content: number) => PAYLOADS.includes(content - overhead);

/** Length of what is behind the header, for each step (spec 0003, sections 5 and 7; spec 0012). */
const contentFits: Readonly<Record<Step, (length: number) => boolean>> = {
  [Step.P1]: exactly(65),
  [Step.P2]: exactly(65),
  [Step.P3]: withPayload(32 + 32 + 16),
  [Step.P4]: withPayload(32 + 32 + 48 + 16),
  [Step.P5]: withPayload(48 + 16),
  [Step.K1]: withPayload(32 + 16),
  [Step.K2]: withPayload(32 + 16),
  [Step.G1]: exactly(32),
};

const initiatorSteps: ReadonlySet<Step> = new Set([Step.P1, Step.P3, Step.P5, Step.K1]);
const openingSteps: ReadonlySet<Step> = new Set([Step.P1, Step.K1]);

/** Reads the header of a body and checks its length to the byte, before anything is computed. */
export function readBody(body: Uint8Array): Decoded<Incoming43> {
  const header = decodeHandshakeHeader(body);
  if (!header.ok) return header;
  const { exch, step, at } = header.value;
  const content = body.subarray(HEADER_LENGTH);
  if (!contentFits[step](content.length)) return refused("wire.malformed", "a handshake of a length its step has not");
  return accepted({
    exch,
    at,
    step,
    opening: openingSteps.has(step),
    sender: senderOf(step),
    authentic: false,
    body,
    content,
  });
}

/** Which end sends it; a group link has neither initiator nor responder. */
function senderOf(step: Step): Role | undefined {
  if (step === Step.G1) return undefined;
  return initiatorSteps.has(step) ? "initiator" : "responder";
}

/** Writes a body: `EXCH(16) ‖ 01 ‖ STEP(1) ‖ at(8)` and the step's own. */
export function writeBody(header: { exch: Uint8Array; step: Step; at: bigint }, ...content: Uint8Array[]): Uint8Array {
  return concat(encodeHandshakeHeader(header), ...content);
}

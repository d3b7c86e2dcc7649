import { optional, required, withDefault } from "../../arguments/argument.ts";
import { defineMethod, type Method } from "../../method.ts";
import type { CosignService } from "../../session/cosign-service.ts";
import { faults } from "../../session/faults.ts";
import { limits } from "../../session/limits.ts";
import { anything, boolean, EXAMPLE_ID, list, members, numeric, sessionId } from "./shapes.ts";
import { whileCalled } from "./waiting.ts";

const EXAMPLE_PAYLOAD = { type: "psbt", psbt: "cHNidP8BAAoCAAAAAAAAAAAAAA==" };

/** cosign.send: sends a message. */
export function send(service: CosignService): Method {
  return defineMethod({
    name: "cosign.send",
    category: "Cosign",
    description:
      "Sends a message to the other parties, encrypted from end to end.\nIt arrives once, and in order, also if a party or the relay is away for some time.",
    arguments: {
      session_id: sessionId,
      payload: required("object", "The message"),
      idempotency_key: optional("string", "1 to 128 characters; called again with the same one, nothing is sent again"),
      to: withDefault("number", "The number of the party that it is for; 0: all others", { fallback: 0 }),
    },
    results: [
      { shape: members({ ok: boolean("True"), seq: numeric("The number of the message among those sent, from 1") }) },
    ],
    examples: [{ arguments: [EXAMPLE_ID, EXAMPLE_PAYLOAD] }, { arguments: [EXAMPLE_ID, EXAMPLE_PAYLOAD, "psbt-1"] }],
    async run({ session_id, payload, idempotency_key: key, to }) {
      return { ok: true, seq: await service.find(session_id).session.traffic.send({ payload, to, key }) };
    },
  });
}

/** cosign.recv: waits for a message. */
export function recv(service: CosignService): Method {
  return defineMethod({
    name: "cosign.recv",
    category: "Cosign",
    description:
      "Answers the next message that has not been answered yet, and waits for it.\nIf an answer was lost, give the seq of the last one that was not as after.",
    arguments: {
      session_id: sessionId,
      timeout_ms: withDefault("number", "Milliseconds to wait, at most 600000", { fallback: limits.recv }),
      after: optional("number", "Answers the first message behind this seq, whether it was answered before or not", {
        hint: "the next one",
      }),
    },
    results: [
      {
        condition: "for a message",
        shape: members({
          payload: anything("The message"),
          from: numeric("The number of the party that sent it"),
          seq: numeric("The number of the message among those received, from 1"),
        }),
      },
      { condition: "if none came in time", shape: members({ timeout: boolean("True") }) },
    ],
    examples: [{ arguments: [EXAMPLE_ID] }, { arguments: [EXAMPLE_ID, 5000, 12] }],
    waits: true,
    async run({ session_id, timeout_ms, after }, caller) {
      const { session } = service.find(session_id);
      if (after !== undefined && !isSeq(after)) throw faults.after();
      const message = await whileCalled(timeout_ms, caller, (patience) => session.traffic.receive(patience, after));
      if (message === undefined) return { timeout: true };
      const { payload, from, seq } = message;
      return { payload, from, seq };
    },
  });
}

/** cosign.resume: what somebody has missed. */
export function resume(service: CosignService): Method {
  return defineMethod({
    name: "cosign.resume",
    category: "Cosign",
    description: `Answers the messages behind a seq that are kept: all that cosign.recv has not answered, and of the others the last ${limits.resume.messages} or 5 MiB for 20 minutes.`,
    arguments: {
      session_id: sessionId,
      from_seq: withDefault("number", "The seq of the last message that was not missed", { fallback: 0 }),
    },
    results: [
      {
        shape: members({
          missed_messages: list(
            "In the order in which they came",
            members({
              seq: numeric("The number of the message"),
              timestamp: numeric("When it came, in seconds since 1970"),
              payload: anything("The message"),
              from: numeric("The number of the party that sent it"),
            }),
          ),
          current_seq: numeric("The seq of the last message that came, 0 if there was none"),
          buffer_size: numeric("How many messages are kept"),
          recoverable: boolean("Whether none behind from_seq is missing"),
        }),
      },
    ],
    examples: [{ arguments: [EXAMPLE_ID] }, { arguments: [EXAMPLE_ID, 12] }],
    run({ session_id, from_seq }) {
      if (!isSeq(from_seq)) throw faults.after();
      const { current, isComplete, kept, messages } = service.find(session_id).session.traffic.since(from_seq);
      return {
        missed_messages: messages.map(({ from, payload, seq, timestamp }) => ({ seq, timestamp, payload, from })),
        current_seq: current,
        buffer_size: kept,
        recoverable: isComplete,
      };
    },
  });
}

function isSeq(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

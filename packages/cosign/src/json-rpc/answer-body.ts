import type { Caller } from "../caller.ts";
import { type ErrorObject, errorCodes } from "../error.ts";
import { parseBody } from "./parse-body.ts";
import { type Outcome, replyText, statusOf } from "./reply.ts";
import {
  type Address,
  isNotification,
  isObject,
  isReadable,
  type Request,
  readRequest,
  type Unreadable,
  unknownAddress,
} from "./request.ts";

/** Requests in one batch: more would make a small body into an answer that no memory holds. */
export const MAX_BATCH = 1_000;
/** Characters of the answers to one batch, from which on no further request of it is carried out. */
const MAX_ANSWERS = 64 * 1024 * 1024;

/** What goes back over HTTP. A body is JSON and ends with a line feed. */
export interface HttpAnswer {
  readonly status: number;
  readonly body?: string;
}

/** Carries out one request that could be read. Never rejects. */
export type Execute = (request: Request, caller: Caller) => Promise<Outcome>;

const NOT_ALLOWED: HttpAnswer = { status: 403 };
const NOTHING_TO_SAY: HttpAnswer = { status: 204 };
const TOO_MUCH: Outcome = {
  error: { code: errorCodes.misc, message: "Not carried out: the answers in front of it have 64 MiB" },
};

/**
 * Answers the body of a POST as a Bitcoin node does: one request, or a batch, whose requests are carried out one after
 * the other. Never rejects.
 */
export async function answerBody(bytes: Uint8Array, execute: Execute, caller: Caller): Promise<HttpAnswer> {
  const body = parseBody(bytes);
  if (body === undefined) return fail(unknownAddress, { code: errorCodes.parse, message: "Parse error" });
  const { value } = body;
  if (Array.isArray(value))
    return answerBatch(
      value.map((one) => readRequest(one, body.idOf)),
      execute,
      caller,
    );
  if (!isObject(value)) {
    return fail(unknownAddress, { code: errorCodes.parse, message: "Top-level object parse error" });
  }
  return answerOne(readRequest(value, body.idOf), execute, caller);
}

async function answerOne(request: Request | Unreadable, execute: Execute, caller: Caller): Promise<HttpAnswer> {
  if (!isReadable(request)) return fail(request, request.error);
  if (isDenied(request, caller)) return NOT_ALLOWED;
  const outcome = await execute(request, caller);
  if (isNotification(request)) return NOTHING_TO_SAY;
  if (request.version === "legacy" && "error" in outcome) return fail(request, outcome.error);
  return { status: 200, body: `${replyText(request, outcome)}\n` };
}

async function answerBatch(
  requests: readonly (Request | Unreadable)[],
  execute: Execute,
  caller: Caller,
): Promise<HttpAnswer> {
  if (requests.length > MAX_BATCH) {
    const message = `A batch has at most ${MAX_BATCH} requests`;
    return fail(unknownAddress, { code: errorCodes.invalidRequest, message });
  }
  // All or nothing: of a batch with one call that is not allowed, none is carried out.
  if (requests.some((request) => isReadable(request) && isDenied(request, caller))) return NOT_ALLOWED;
  const replies: string[] = [];
  let length = 0;
  for (const request of requests) {
    const outcome = await outcomeOf(request, length);
    if (isNotification(request)) continue;
    const text = replyText(request, outcome);
    length += text.length;
    replies.push(text);
  }
  return replies.length === 0 && requests.length > 0
    ? NOTHING_TO_SAY
    : { status: 200, body: `[${replies.join(",")}]\n` };

  async function outcomeOf(request: Request | Unreadable, before: number): Promise<Outcome> {
    if (!isReadable(request)) return { error: request.error };
    return before < MAX_ANSWERS ? await execute(request, caller) : TOO_MUCH;
  }
}

function isDenied({ method }: Request, { mayCall }: Caller): boolean {
  return mayCall !== undefined && !mayCall(method);
}

/** An error that the status of HTTP tells, too. */
function fail(address: Address, error: ErrorObject): HttpAnswer {
  return { status: statusOf(error), body: `${replyText(address, { error })}\n` };
}

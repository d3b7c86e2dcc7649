import { CountersignError } from "@countersign/wire";

/**
 * The relay refused a call or cannot be reached. `code` is what the relay said (`relay.session-full`, …) or one of the
 * client's own: `relay.unreachable`, `relay.closed` (by this side), `relay.protocol` (an answer that is none).
 */
export class RelayError extends CountersignError {
  override readonly name = "RelayError";
  declare readonly code: `relay.${string}`;
  /** Whether the same call can succeed later without anything else changing. */
  readonly retryable: boolean;
  /** What the relay added to its refusal, such as `ended` or `expected`; not trusted. */
  readonly data: Readonly<Record<string, unknown>>;

  constructor(code: `relay.${string}`, message: string, details: RelayErrorDetails = {}) {
    super(code, message, details.cause === undefined ? undefined : { cause: details.cause });
    this.retryable = details.retryable ?? false;
    this.data = details.data ?? {};
  }
}

export interface RelayErrorDetails {
  readonly retryable?: boolean;
  readonly data?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

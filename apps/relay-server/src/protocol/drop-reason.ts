import type { DropReason } from "../observe/meter.ts";

const reasons: Readonly<Record<string, DropReason>> = {
  WS_ERR_INVALID_UTF8: "not-utf8",
  WS_ERR_UNSUPPORTED_MESSAGE_LENGTH: "too-large",
  WS_ERR_TOO_MANY_BUFFERED_PARTS: "fragments",
};

/** Why a WebSocket could not go on reading; undefined for a socket that was lost. */
export function dropReasonOf(error: Error): DropReason | undefined {
  const { code = "" } = error as NodeJS.ErrnoException;
  return code.startsWith("WS_ERR_") ? (reasons[code] ?? "bad-frame") : undefined;
}

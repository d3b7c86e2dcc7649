import type { Clock } from "./clock.ts";
import { CloseCode } from "./protocol/close-code.ts";
import type { Connection } from "./protocol/connection.ts";

/** Milliseconds that a client may take to close its side before it is cut. */
const PATIENCE = 2_000;

/** Closes connections one after the other over so many seconds, so that their clients do not all come back at once. */
export async function closeAll(
  connections: ReadonlySet<Connection>,
  { clock, seconds }: { readonly clock: Clock; readonly seconds: number },
): Promise<void> {
  const each = (seconds * 1_000) / connections.size;
  const closing = [...connections].map(async (connection, i) => {
    if (i * each > 0) await later(clock, i * each);
    await closeOne(connection);
  });
  await Promise.all(closing);
}

async function closeOne(connection: Connection): Promise<void> {
  const cut = setTimeout(() => connection.terminate(), PATIENCE);
  await connection.finish(CloseCode.serviceRestart, "the relay restarts");
  clearTimeout(cut);
}

function later(clock: Clock, milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    clock.after(milliseconds, resolve);
  });
}

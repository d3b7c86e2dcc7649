import { type RunningRelay, startRelay } from "@countersign/relay-server";
import { afterEach } from "vitest";

/** What a test ends when it is over, the last first. */
export const leftOver: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of leftOver.splice(0).reverse()) await end();
});

/** A real relay, for as long as the test. */
export async function serve(options: Parameters<typeof startRelay>[0] = {}): Promise<RunningRelay> {
  const relay = await startRelay(options);
  leftOver.push(() => relay.close());
  return relay;
}

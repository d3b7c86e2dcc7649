import { type RunningRelay, startRelay } from "@countersign/relay-server";
import { afterEach, beforeEach } from "vitest";
import { TestDaemon } from "./daemons.ts";

type More = ConstructorParameters<typeof TestDaemon> extends [unknown, ...infer Rest] ? Rest : never;

/** Each test has a real relay, on real sockets, and whatever daemons it starts; all of it is gone behind it. */
export function daemonsForEachTest(): {
  readonly relay: () => RunningRelay;
  readonly start: (...more: More) => TestDaemon;
} {
  let relay: RunningRelay;
  let daemons: TestDaemon[];
  beforeEach(async () => {
    relay = await startRelay();
    daemons = [];
  });
  afterEach(async () => {
    await Promise.all(daemons.map((daemon) => daemon.stop()));
    await relay.close();
  });
  return {
    relay: () => relay,
    start(...more) {
      const daemon = new TestDaemon(relay.url, ...more);
      daemons.push(daemon);
      return daemon;
    },
  };
}

import { RelayConnection, type RelayConnectionOptions, type RelayError } from "@countersign/client";
import { AlarmClock } from "./alarm-clock.ts";
import { FakeTransport } from "./fake-transport.ts";

/** A connection to a relay that says what the test says, at the times of the test. */
export function setUp(options: Partial<RelayConnectionOptions> = {}) {
  const transport = new FakeTransport();
  const clock = new AlarmClock();
  // The longest delays that the back-off allows, so that its schedule can be seen.
  const randomBytes = (length: number) => new Uint8Array(length).fill(0xff);
  const relay = new RelayConnection({ url: "ws://relay.example", transport, clock, randomBytes, ...options });
  return { relay, transport, clock };
}

/** What is claimed by `claim`. */
export const claimed = {
  group: "00000000-0000-4000-8000-000000000001",
  session: "00000000-0000-4000-8000-000000000002",
  kind: "exchange",
  parties: 2,
  threshold: 2,
} as const;
export const claim = { nameplate: "7", claim: "A".repeat(22) };

/** A call whose end the test looks at later. */
export function outcome<T>(promise: Promise<T>) {
  const seen: { result?: T; error?: RelayError } = {};
  promise.then(
    (result) => {
      seen.result = result;
    },
    (error) => {
      seen.error = error;
    },
  );
  return seen;
}

import { type RunningRelay, startRelay } from "@countersign/relay-server";
import { afterEach, beforeEach } from "vitest";
import { Client, type ClientOptions } from "./client.ts";

type Options = Parameters<typeof startRelay>[0];

/** A relay of its own for each test of a file, and the clients that connect to it, closed before it. */
export function relayForEachTest(options: () => Options = () => undefined) {
  let relay: RunningRelay;
  const clients: Client[] = [];
  beforeEach(async () => {
    relay = await startRelay(options());
  });
  afterEach(async () => {
    await Promise.all(clients.splice(0).map((client) => client.close()));
    await relay.close();
  });
  return {
    get relay(): RunningRelay {
      return relay;
    },
    clients,
    /** Another relay in the place of the one that the test has found. */
    async replace(other: Options): Promise<void> {
      await relay.close();
      relay = await startRelay(other);
    },
    async connect(options: ClientOptions = {}): Promise<Client> {
      const client = await Client.connect(relay.url, options);
      clients.push(client);
      return client;
    },
  };
}

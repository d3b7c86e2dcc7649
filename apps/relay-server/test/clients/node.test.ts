import { expect, it } from "vitest";
import { relayForEachTest } from "../relay-for-each-test.ts";
import { seen, talk } from "./platform-client.ts";

const each = relayForEachTest();

it("Node's own WebSocket talks in both dialects", async () => {
  expect(await talk(each.relay.url)).toEqual(seen);
});

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { readAccessToken } from "../src/commands/access-token.ts";

const directory = mkdtempSync(join(tmpdir(), "countersign-"));
afterAll(() => rmSync(directory, { recursive: true }));
const file = join(directory, "token");
writeFileSync(file, "of-the-file\n");

const mine = "wss://mine.example";
const environment = { COUNTERSIGN_RELAY: mine, COUNTERSIGN_RELAY_TOKEN: "of-the-environment" };

it("the relay of the user is shown the token of the file, else that of the environment", async () => {
  expect(await readAccessToken({}, { relay: mine, environment })).toBe("of-the-environment");
  expect(await readAccessToken({ relayTokenFile: file }, { relay: mine, environment })).toBe("of-the-file");
  expect(await readAccessToken({}, { relay: mine, environment: { COUNTERSIGN_RELAY: mine } })).toBeUndefined();
});

it.each([
  [{}, "wss://mine.example/"],
  [{}, "wss://mine.example/v1"],
  [{}, "WSS://Mine.example:443/v1/"],
  [{ relay: "ws://127.0.0.1:1" }, "ws://127.0.0.1:1"],
])("with %j the user has chosen %s", async (flags, relay) => {
  expect(await readAccessToken(flags, { relay, environment })).toBe("of-the-environment");
});

it("all nodes of the relay of the user are shown the token, and none that it has not named", async () => {
  const nodes = { COUNTERSIGN_RELAY: `${mine},wss://other.example`, COUNTERSIGN_RELAY_TOKEN: "of-the-environment" };
  const tokenFor = (relay: string) => readAccessToken({}, { relay, environment: nodes });
  expect(await tokenFor(`wss://other.example/v1,${mine}`)).toBe("of-the-environment");
  expect(await tokenFor("wss://other.example")).toBe("of-the-environment");
  expect(await tokenFor(`${mine},wss://evil.example`)).toBeUndefined();
});

it.each([
  "wss://evil.example",
  "ws://mine.example",
  "wss://mine.example:444",
  "wss://mine.example/other",
  "wss://mine.example.evil.example",
])("a link or a contact that names %s gets no token", async (relay) => {
  expect(await readAccessToken({}, { relay, environment })).toBeUndefined();
  const asked = readAccessToken({ relayTokenFile: file }, { relay, environment });
  await expect(asked).rejects.toMatchObject({ code: "usage.relay-token", exit: 2 });
});

it("what is no token is refused without being repeated", async () => {
  const two = "first second";
  const asked = readAccessToken({}, { relay: mine, environment: { ...environment, COUNTERSIGN_RELAY_TOKEN: two } });
  await expect(asked).rejects.toMatchObject({ code: "usage.relay-token" });
  await expect(asked).rejects.not.toThrow(/first|second/);
  const absent = readAccessToken({ relayTokenFile: join(directory, "none") }, { relay: mine, environment });
  await expect(absent).rejects.toMatchObject({ code: "relay.no-token", exit: 1 });
});

import { createRequire } from "node:module";
import { Ajv } from "ajv";
import { expect, it } from "vitest";
import type { Client } from "./client.ts";
import { relayForEachTest } from "./relay-for-each-test.ts";

interface Value {
  readonly name: string;
  readonly value: unknown;
}

interface Method {
  readonly name: string;
  readonly result: { readonly schema: object };
  readonly examples: readonly { readonly params: readonly Value[]; readonly result: Value }[];
}

interface Document {
  readonly methods: readonly Method[];
  readonly components: object;
}

const { connect } = relayForEachTest();

/** In an order in which each finds what it needs: the invitation and the group are two stories. */
const order = [
  "rpc.discover",
  "Relay.info",
  "Invitation.create",
  "Invitation.claim",
  "Session.open",
  "Session.message",
  "Session.resume",
  "Session.ack",
  "Session.participant",
  "Session.finish",
  "Group.create",
  "Group.join",
  "Session.create",
  "Session.join",
  "Session.signup",
  "Session.load",
  "Notify.proposal",
  "Notify.signed",
  "Session.abort",
];

it("rpc.discover answers a document whose every example works, and whose schemas fit what is answered", async () => {
  const client = await connect();
  const document = (await client.call("rpc.discover", {})) as unknown as Document;
  expect(document.methods.map(({ name }) => name).sort()).toEqual([...order].sort());

  const ajv = new Ajv({ strict: true, keywords: ["components"] });
  const actual = new Actual();
  for (const name of order) {
    const method = document.methods.find((one) => one.name === name);
    for (const { params, result } of method?.examples ?? []) {
      // Of the example's two members the second one is on a connection of its own, which is in the group.
      const caller = name === "Session.load" ? await joined(connect, actual) : client;
      const named = Object.fromEntries(params.map((param) => [param.name, actual.of(param.value)]));
      const answered: unknown = await caller.call(name as "Relay.info", named).catch((error: Error) => error.message);
      const validate = ajv.compile({ ...method?.result.schema, components: document.components });
      expect([name, validate(answered), validate.errors]).toEqual([name, true, null]);
      expect([name, shapeOf(answered)]).toEqual([
        name,
        name === "rpc.discover" ? expect.anything() : shapeOf(result.value),
      ]);
      actual.learn(result.value, answered);
    }
    expect(method?.examples.length).toBeGreaterThan(0);
  }
});

it("rpc.discover answers what the package holds", async () => {
  const client = await connect();
  const held = createRequire(import.meta.url)("@countersign/rpc/openrpc.json");
  expect(await client.call("rpc.discover", {})).toEqual(held);
  expect(client.texts.at(-1)?.length).toBeLessThan(64 * 1024);
});

/** What the relay has drawn in the place of what the examples say: ids and nameplates. */
class Actual {
  readonly #texts = new Map<unknown, unknown>();

  of(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((one) => this.of(one));
    if (typeof value !== "object" || value === null) return this.#texts.get(value) ?? value;
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, this.of(member)]));
  }

  /** Notes what stands in an answer where the example has another text. */
  learn(example: unknown, answered: unknown): void {
    if (typeof example === "string" && typeof answered === "string") this.#texts.set(example, answered);
    if (typeof example !== "object" || typeof answered !== "object" || example === null || answered === null) return;
    for (const [name, member] of Object.entries(example)) {
      this.learn(member, (answered as { readonly [name: string]: unknown })[name]);
    }
  }
}

async function joined(connect: () => Promise<Client>, actual: Actual): Promise<Client> {
  const client = await connect();
  await client.call("Group.join", { group: actual.of("7c9f2d10-4f43-4d7a-9a59-0b6f0a5f2e44") as string });
  return client;
}

/** The names in a value, all the way down. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shapeOf);
  if (typeof value !== "object" || value === null) return typeof value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, shapeOf(member)]));
}

import { describe, expect, it } from "vitest";
import { DEFAULT_PORT } from "../../src/daemon/config/options.ts";
import type { Response } from "./http.ts";
import { httpRows } from "./http-rows.ts";
import { jsonRpcRows } from "./json-rpc-rows.ts";
import { legacy } from "./row.ts";
import { serving, servingMethods } from "./serving.ts";

const rows = [...httpRows, ...jsonRpcRows];

describe.each([...new Set(rows.map(({ topic }) => topic))])("%s", (topic) => {
  it.each(rows.filter((row) => row.topic === topic))(
    "$title",
    async ({ args = [], sent, status, body, headers = {} }) => {
      const one = await serving(...args);
      const response = await one.send(typeof sent === "function" ? sent(one) : sent);
      expect({ status: response.status, body: bodyOf(response) }).toEqual({ status, body });
      for (const [name, value] of Object.entries(headers))
        expect([name, response.headers[name]]).toEqual([name, value]);
    },
  );
});

/** JSON ends with a line feed; an empty body is none. */
function bodyOf({ text, headers }: Response): unknown {
  if (text === "") return undefined;
  if (headers["content-type"] !== "application/json") return text;
  expect(text.endsWith("}\n") || text.endsWith("]\n")).toBe(true);
  return JSON.parse(text);
}

describe("warm-up", () => {
  it("every method answers how far it is", async () => {
    const { send } = await servingMethods([], { phase: { state: "starting", status: "Opening sessions" } });
    const { status, text } = await send({ id: 1, method: "none" });
    expect([status, JSON.parse(text)]).toEqual([500, legacy({ code: -28, message: "Opening sessions" }, 1)]);
  });
});

describe("ports", () => {
  it("8339, so that a node may have its own", () => expect(DEFAULT_PORT).toBe(8339));
});

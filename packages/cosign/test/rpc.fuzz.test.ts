import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Asking } from "./asking.ts";
import { broken, echo, refusing, silent } from "./methods.ts";

const asking = new Asking([echo, silent, refusing, broken]);
const statuses = [200, 204, 400, 404, 500];

/** The answer, which must be one whatever was asked. */
async function ask(sent: Uint8Array | string): Promise<unknown> {
  const { status, body } = await asking.raw(sent);
  if (!statuses.includes(status) || (body === undefined) !== (status === 204)) throw new Error(`status ${status}`);
  if (body === undefined) return undefined;
  const answer: unknown = JSON.parse(body);
  if (!body.endsWith("\n") || ![answer].flat().every(isReply)) throw new Error(body);
  return answer;
}

const forms = new Set(["error,id,result", "error,result", "id,jsonrpc,result", "error,id,jsonrpc"]);

function isReply(one: unknown): boolean {
  return typeof one === "object" && one !== null && forms.has(Object.keys(one).sort().join());
}

async function check(sent: Uint8Array | string): Promise<void> {
  await ask(sent);
}

const pieces = fc.oneof(
  fc.constantFrom("silent", "echo", "refusing", "broken", "none", "2.0", "1.0", "__proto__", "args", "text", "number"),
  fc.jsonValue(),
);
const request = fc.dictionary(
  fc.constantFrom("jsonrpc", "id", "method", "params", "result", "__proto__", "constructor"),
  fc.oneof(
    pieces,
    fc.array(pieces, { maxLength: 6 }),
    fc.dictionary(fc.constantFrom("text", "number", "count", "flag", "args", "toString", "__proto__"), pieces),
  ),
);

describe("whatever comes", () => {
  it("as bytes is answered", async () => {
    await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 64 }), check), { numRuns: 2_000 });
  });

  it("as text is answered", async () => {
    await fc.assert(fc.asyncProperty(fc.string({ unit: "binary", maxLength: 64 }), check), { numRuns: 2_000 });
  });

  it("as JSON is answered", async () => {
    await fc.assert(fc.asyncProperty(fc.json(), check), { numRuns: 2_000 });
  });

  it("as something like requests, or batches of them, is answered, with the id that it had", async () => {
    const like = fc.oneof(request, fc.array(request, { maxLength: 4 }));
    await fc.assert(
      fc.asyncProperty(like, async (value) => {
        const answer = (await ask(JSON.stringify(value))) as { readonly id?: unknown } | undefined;
        if (Array.isArray(value) || answer === undefined || !Object.hasOwn(value, "id")) return;
        expect(answer.id).toEqual(JSON.parse(JSON.stringify(value["id"])));
      }),
      { numRuns: 2_000 },
    );
  });
});

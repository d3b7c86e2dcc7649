import {
  decodeMpc,
  encodeMpcEvent,
  encodeMpcSuccess,
  type MpcMethodName,
  mpcMethods,
  readMpcParams,
} from "@countersign/rpc";
import fc from "fast-check";
import { expect, it } from "vitest";

const runs = { numRuns: 10_000 };
const names = Object.keys(mpcMethods) as MpcMethodName[];
const uuid = "0f8fad5b-d9cb-469f-a165-70867728950e";
const fragments = fc.constantFrom(
  ...'{}[]",:\\ \n0-e.tfn',
  '"jsonrpc":"2.0"',
  '"method":"Session.message"',
  '"id":1',
  '"params":',
  '"__proto__"',
  `"${uuid}"`,
  "\\u0000",
  "\ud800",
);

it("never throws on text", () => {
  const text = fc.oneof(
    fc.string(),
    fc.array(fragments, { maxLength: 40 }).map((parts) => parts.join("")),
    fc
      .array(fragments, { maxLength: 20 })
      .map((parts) => `{"jsonrpc":"2.0","method":"m","params":[${parts.join("")}]}`),
  );
  fc.assert(
    fc.property(text, fc.constantFrom(...names), (sent, name) => {
      const decoded = decodeMpc(sent);
      if (decoded.ok) expect(readMpcParams(name, decoded.request.params)).toHaveProperty("ok");
    }),
    runs,
  );
});

it("never throws on arguments", () => {
  const argument = fc.oneof(
    fc.constantFrom<unknown>(uuid, "keygen", 1, 0xffff, { round: 1, sender: 1, uuid, body: {} }),
    fc.jsonValue(),
  );
  fc.assert(
    fc.property(fc.constantFrom(...names), fc.oneof(fc.array(argument, { maxLength: 5 }), argument), (name, params) => {
      const read = readMpcParams(name, JSON.stringify(params));
      if (!read.ok) expect(JSON.stringify(read.error).length).toBeLessThan(300);
    }),
    runs,
  );
});

it("passes bodies, values and ids on as they were written", () => {
  const json = fc.jsonValue({ maxDepth: 4 }).map((value) => JSON.stringify(value, null, 1));
  fc.assert(
    fc.property(json, json, (body, id) => {
      const sent = `{"round":1,"sender":2,"uuid":"${uuid}","body":${body}}`;
      const params = `["${uuid}","${uuid}","sign",${sent}]`;
      const decoded = decodeMpc(`{"jsonrpc":"2.0","id":${id},"method":"Session.message","params":${params}}`);
      if (!decoded.ok) throw new Error(decoded.reason);
      expect(decoded.request.id).toBe(id === "null" ? undefined : id);
      const read = readMpcParams("Session.message", decoded.request.params);
      if (!read.ok) throw new Error("refused");
      expect(read.value.message.body).toBe(body);
      const event = JSON.parse(encodeMpcEvent({ name: "sessionMessage", message: read.value.message }));
      expect(event.result[1].body).toEqual(JSON.parse(body));
      expect(JSON.parse(encodeMpcSuccess(id, undefined)).id).toEqual(JSON.parse(id));
    }),
    runs,
  );
});

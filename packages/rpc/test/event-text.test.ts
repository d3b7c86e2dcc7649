import { decodeRpc, encodeNotification, readEvent, readMessageEvent } from "@countersign/rpc";
import { encodeBase64url } from "@countersign/wire";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

const session = "01890a5d-ac96-774b-bcce-b302099a8057";
const params = { session, seq: 7, previous: 5, from: 3, bodies: ["AAAA", "", "-_8"] };
const text = encodeNotification("message", params);

/** What is read by way of JSON. */
function slowly(given: string) {
  const [message] = decodeRpc(given).messages;
  if (message?.type !== "notification") return undefined;
  const event = readEvent(message.method, message.params);
  return event.ok ? event.value : undefined;
}

describe("an event read without JSON", () => {
  it("is what is read by way of it", () => {
    expect(readMessageEvent(text)).toEqual({ name: "message", params });
    expect(slowly(text)).toEqual({ name: "message", params });
  });

  it.each([
    ["a body that is not canonical", text.replace("-_8", "-_9")],
    ["a body of another alphabet", text.replace("-_8", "+/8")],
    ["a body with an escape", text.replace("AAAA", "AA\\u0041A")],
    ["no body", text.replace(/\[.*\]/, "[]")],
    ["a body that is no text", text.replace('"AAAA"', "1")],
    ["a number above all", text.replace('"from":3', '"from":256')],
    ["a number of nobody", text.replace('"from":3', '"from":0')],
    ["no seq", text.replace('"seq":7', '"seq":0')],
    ["a seq that no double holds", text.replace('"seq":7', '"seq":9007199254740993')],
    ["a leading zero", text.replace('"seq":7', '"seq":07')],
    ["another order", encodeNotification("message", Object.fromEntries(Object.entries(params).reverse()))],
    ["something more", text.replace('"seq"', '"more":1,"seq"')],
    ["something behind it", `${text} `],
    ["an end that is the beginning", text.slice(0, text.indexOf('"AAAA"') + 1)],
    ["nothing between beginning and end", `${text.slice(0, text.indexOf('"AAAA"') + 1)}]}}`],
    ["another event", text.replace('"message"', '"memberLeft"')],
    ["a session in capitals", text.replace("ac96", "AC96")],
  ])("leaves it to JSON where there is %s", (_, other) => {
    expect(readMessageEvent(other)).toBeUndefined();
  });

  it("is never another one, however it is bent", () => {
    const characters = `${text}0129azAZ-_"\\,:[]{} `;
    const bent = fc
      .tuple(fc.nat(text.length - 1), fc.nat(characters.length - 1), fc.nat(1))
      .map(([at, which, left]) => text.slice(0, at) + characters.charAt(which) + text.slice(at + left));
    let read = 0;
    const check = (given: string) => {
      const quickly = readMessageEvent(given);
      if (quickly === undefined) return;
      read += 1;
      expect(quickly).toEqual(slowly(given));
    };
    fc.assert(fc.property(bent, check), { numRuns: 20_000, seed: 8 });
    expect(read).toBeGreaterThan(500);
  });

  it("holds whatever bodies there are", () => {
    const bodies = fc.array(fc.uint8Array({ maxLength: 300 }).map(encodeBase64url), { minLength: 1, maxLength: 5 });
    const check = (given: readonly string[]) => {
      const event = encodeNotification("message", { ...params, bodies: given });
      expect(readMessageEvent(event)).toEqual(slowly(event));
      expect(readMessageEvent(event)?.params.bodies).toEqual(given);
    };
    fc.assert(fc.property(bodies, check), { numRuns: 300 });
  });
});

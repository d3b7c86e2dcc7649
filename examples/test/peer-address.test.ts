import { decodeBase32 } from "@countersign/handshake/e3x";
import { expect, it } from "vitest";
import { addressOf, formatLinkJson, formatLinkUri, parseLinkJson, parseLinkUri } from "../src/peer-address.ts";

// The example of the document on hashnames.
const text1a = "vgjz3yjb6cevxjomdleilmzasbj6lcc7";
const text3a = "hp6yglmmqwcbw5hno37uauh6fn6dx5oj7s5vtapaifrur2jv6zha";
const hashname = "jvdoio6kjvf3yqnxfvck43twaibbg4pmb7y3mqnvxafb26rqllwa";
const bytesOf = (text: string) => {
  const decoded = decodeBase32(text);
  return decoded.ok ? decoded.value : new Uint8Array(0);
};
const keys = new Map([
  [0x1a, bytesOf(text1a)],
  [0x3a, bytesOf(text3a)],
]);
const paths = [
  { type: "udp4", ip: "192.0.2.1", port: 42_424 },
  { type: "tcp6", ip: "2001:db8::1", port: 1 },
] as const;
const address = addressOf(keys, paths);

it("says who somebody is and where as telehash does: in JSON", () => {
  const json = formatLinkJson(address);
  expect(JSON.parse(json)).toEqual({ hashname, keys: { "1a": text1a, "3a": text3a }, paths });
  expect(parseLinkJson(json)).toEqual(address);
  const foreign = { keys: { "1a": text1a, "3a": text3a }, paths: [{ type: "http", url: "http://x" }, ...paths] };
  expect(parseLinkJson(JSON.stringify(foreign))).toEqual(address);
});

it("and in a URI", () => {
  const uri = formatLinkUri(address);
  expect(uri).toBe(`link://192.0.2.1:42424/?cs1a=${text1a}&cs3a=${text3a}`);
  expect(parseLinkUri(uri)).toEqual({ host: "192.0.2.1", port: 42_424, keys });
  expect(parseLinkUri(formatLinkUri(addressOf(keys, paths.slice(1))))).toMatchObject({ host: "2001:db8::1", port: 1 });
  expect(parseLinkUri(`link://example.com?cs3a=${text3a}&token=x`)).toEqual({
    host: "example.com",
    port: 42_424,
    keys: new Map([[0x3a, keys.get(0x3a)]]),
  });
});

it.each([
  "",
  "http://192.0.2.1/",
  "link:///?cs3a=aa",
  "link://192.0.2.1:1/",
  "link://192.0.2.1:1/?cs3a=1",
  `link://h:99999/?cs3a=${text3a}`,
])("%j is no URI", (text) => {
  expect(() => parseLinkUri(text)).toThrow(/\.$/);
});

it.each([
  "",
  "[]",
  '{"keys":{}}',
  `{"keys":{"3a":"${text3a.toUpperCase()}"}}`,
  '{"keys":{"3A":"aa"}}',
  `{"hashname":"${hashname}","keys":{"3a":"${text3a}"}}`,
])("%j is no link", (text) => {
  expect(() => parseLinkJson(text)).toThrow(/\.$/);
});

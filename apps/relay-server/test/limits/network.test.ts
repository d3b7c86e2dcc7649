import { expect, it } from "vitest";
import { networkOf } from "../../src/limits/network.ts";

it.each([
  ["192.0.2.1", "192.0.2.1"],
  ["192.0.2.1", "::ffff:192.0.2.1"],
  ["192.0.2.1", "::FFFF:c000:201"],
  ["2001:db8::1", "2001:db8::2"],
  ["2001:db8::1", "2001:0DB8:0:0:ffff::3"],
  ["fe80::1%eth0", "fe80::2"],
  ["", "unknown"],
])("%s and %s are one", (a, b) => {
  expect(networkOf(a)).toBe(networkOf(b));
});

it.each([
  ["192.0.2.1", "192.0.2.2"],
  ["2001:db8::1", "2001:db8:0:1::1"],
  ["::1", "::1:0:0:0:1"],
  ["::1", "0.0.0.1"],
  ["192.0.2.1", "nonsense"],
  ["1.5", "1.0.0.5"],
])("%s and %s are two", (a, b) => {
  expect(networkOf(a)).not.toBe(networkOf(b));
});

import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { readRpcAuth, Users } from "../../src/daemon/http/users.ts";

const hmac = (salt: string, password: string) => createHmac("sha256", salt).update(password).digest("hex");
const basic = (shown: string) => `Basic ${Buffer.from(shown).toString("base64")}`;

const users = new Users(
  ["alice:secret", ":alone"],
  [
    readRpcAuth(`bob:s1$${hmac("s1", "hunter2")}`),
    readRpcAuth(`bob:s2$${hmac("s2", "other")}`),
    readRpcAuth(`carol:s3$${hmac("s3", "pä:ss")}`),
  ],
);

describe("whoever shows", () => {
  it.each<[shown: string, user: string | undefined]>([
    ["alice:secret", "alice"],
    [":alone", ""],
    ["bob:hunter2", "bob"],
    ["bob:other", "bob"],
    ["carol:pä:ss", "carol"],
    ["alice:hunter2", undefined],
    ["carol:hunter2", undefined],
    ["eve:hunter2", undefined],
    ["bob:secret", undefined],
    ["bob:", undefined],
    ["bob", undefined],
    ["alice:secret ", undefined],
    ["Alice:secret", undefined],
    [":", undefined],
    ["", undefined],
  ])("%j is %j", (shown, user) => {
    expect(users.authorize(basic(shown))).toBe(user);
  });

  it("nothing of the kind is nobody", () => {
    for (const header of ["", "Basic", "Bearer YWxpY2U6c2VjcmV0", "YWxpY2U6c2VjcmV0", `${basic("alice:secret")} x`]) {
      expect([header, users.authorize(header)]).toEqual([header, undefined]);
    }
  });
});

import { describe, expect, it } from "vitest";
import { uuid } from "../client.ts";
import { MpcSocket } from "../mpc/mpc-socket.ts";
import { relayForEachTest } from "../relay-for-each-test.ts";
import { createSession, groupOfThree } from "./group-of-three.ts";

const site = relayForEachTest();
const { connect } = site;

describe("what is proposed and signed", () => {
  it("is told to the others in the group, in order and as it was written", async () => {
    const { group, clients } = await groupOfThree(connect);
    const [a, b, c] = clients;
    const message = { hash: "00ff", outputs: [{ to: "bc1q", amount: 1 }] };
    for (const proposal of ["first", "second"]) {
      expect(await a.call("Notify.proposal", { group, session: uuid(5), proposal, message })).toEqual({});
    }
    for (const other of [b, c]) {
      await other.until((events) => events.length === 2);
      const about = { group, session: uuid(5), message };
      expect(other.events.map(({ name, params }) => [name, params])).toEqual([
        ["proposal", { ...about, proposal: "first" }],
        ["proposal", { ...about, proposal: "second" }],
      ]);
    }
    expect(a.events).toEqual([]);
  });

  it("comes as it was written from a client of mpc-websocket, and is its session's value as well", async () => {
    const { group, clients } = await groupOfThree(connect, 2);
    const [a] = clients;
    const mpc = await MpcSocket.connect(site.relay.url);
    await mpc.result("Group.join", group);
    const value = '{ "n" : 18446744073709551615, "deep": [[[1e2]]] }';
    const call = (method: string, params: string) =>
      mpc.send(`{"jsonrpc":"2.0","id":1,"method":"${method}","params":${params}}`);
    call("Session.create", `["${group}","keygen",${value}]`);
    const session = JSON.parse(await mpc.next()).result.uuid;
    call("Notify.proposal", `["${group}","${session}","p",${value}]`);
    call("Notify.signed", `["${group}","${session}",${value}]`);
    await a.event("signed");
    await a.call("Session.join", { group, session });
    const written = a.texts.filter((one) => one.includes(value)).map((one) => JSON.parse(one).method ?? "answer");
    expect(written).toEqual(["sessionCreated", "proposal", "signed", "answer"]);
    await mpc.close();
  });

  it("is told of a session that there is", async () => {
    const { group, clients } = await groupOfThree(connect);
    const [a, b] = clients;
    const { session } = await createSession(a, group, "sign");
    expect(await a.call("Notify.signed", { group, session, value: { signature: "00" } })).toEqual({});
    expect(await b.event("signed")).toEqual({ group, session, value: { signature: "00" } });
    await expect(a.call("Notify.signed", { group, session: uuid(9), value: 1 })).rejects.toThrow(
      "relay.unknown-session",
    );
  });

  it("fits up to the limit, and one byte more does not", async () => {
    const { group, clients } = await groupOfThree(connect);
    const [a, b] = clients;
    const most = "a".repeat(48 * 1024 - 2);
    const { session } = await a.call("Session.create", { group, kind: "keygen", value: most });
    expect((await b.event("sessionCreated"))["value"]).toBe(most);
    await a.call("Notify.signed", { group, session, value: most });
    await a.call("Notify.proposal", { group, session, proposal: "p".repeat(256), message: most });
    expect((await b.event("proposal"))["message"]).toBe(most);
    expect((await b.event("signed"))["value"]).toBe(most);
    expect(Math.max(...b.texts.map((one) => Buffer.byteLength(one)))).toBeLessThanOrEqual(64 * 1024);
    const more = `${most}a`;
    for (const call of [
      a.call("Session.create", { group, kind: "keygen", value: more }),
      a.call("Notify.signed", { group, session, value: more }),
      a.call("Notify.proposal", { group, session, proposal: "p", message: more }),
      a.call("Notify.proposal", { group, session, proposal: "p".repeat(257), message: 1 }),
    ]) {
      await expect(call).rejects.toThrow("-32602");
    }
  });
});

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type RunningRelay, startRelay } from "@countersign/relay-server";
import { describe, expect, it } from "vitest";
import { confirmAll, eventually, gather, TestDaemon } from "./daemons.ts";
import { leftOver, serve } from "./left-over.ts";

function start(relay: RunningRelay): TestDaemon {
  const daemon = new TestDaemon(relay.url);
  leftOver.push(() => daemon.stop());
  return daemon;
}

describe("a handshake that does not complete in time says who is missing:", () => {
  const timeout = (detail: string) => ({ code: -1, message: `COSIGN_HANDSHAKE_TIMEOUT: ${detail}` });

  it("who has not joined", async () => {
    const relay = await serve();
    const [alice, bob] = [start(relay), start(relay)];
    const made = await alice.named("init", { parties: 3, label: "alice" });
    const id = made["session_id"];
    expect(await alice.error("handshake_auto", id, true, 0)).toEqual(
      timeout("party 2 has not joined; party 3 has not joined"),
    );
    await bob.named("join", { invite_link: made["invite_code"], label: "bob" });
    await eventually(() => alice.error("handshake_auto", id, true, 10)).toEqual(timeout("party 3 has not joined"));
  });

  it("who has left", async () => {
    const relay = await serve();
    const [alice, bob, carol] = [start(relay), start(relay), start(relay)];
    const made = await alice.named("init", { parties: 4 });
    await bob.call("join", made["invite_code"]);
    await carol.named("join", { invite_link: made["invite_code"], label: "carol" });
    // Carol's process is gone from one moment to the next.
    const id = String(made["session_id"]);
    await eventually(() => alice.call("status", id)).toMatchObject({
      parties: [{}, {}, { label: "carol", online: true }, { label: null }],
    });
    const { session } = carol.service.find(id) as unknown as { session: { options: { relay: { close(): void } } } };
    session.options.relay.close();
    await eventually(() => alice.error("handshake_auto", id, true, 10)).toEqual(
      timeout("carol is not connected; party 4 has not joined"),
    );
  });
});

describe("a handshake", () => {
  it("may be waited for before anybody joins, and goes on where it was after a time-out", async () => {
    const relay = await serve();
    const [alice, bob] = [start(relay), start(relay)];
    const { invite_code, session_id } = await alice.call("init");
    expect(await alice.error("handshake_auto", session_id, null, 0)).toMatchObject({ code: -1 });
    const waiting = alice.call("handshake_auto", session_id, false);
    await bob.call("join", invite_code);
    expect(await waiting).toEqual(await bob.call("handshake_auto", session_id, false));
  });

  it.each([
    ["true", true],
    ["false", false],
  ])("completes when both sides say %s of the initiator", async (_, said) => {
    const relay = await serve();
    const [alice, bob] = [start(relay), start(relay)];
    const id = await gather([alice, bob]);
    const [one, two] = await Promise.all([
      alice.call("handshake_auto", id, said),
      bob.call("handshake_auto", id, said),
    ]);
    expect(one).toEqual(two);
  });

  it("completes across a restart of the relay", async () => {
    const data = await mkdtemp(join(tmpdir(), "countersign-cosign-"));
    leftOver.push(() => rm(data, { recursive: true }));
    let relay = await startRelay({ data });
    const first = relay;
    leftOver.push(() => relay.close());
    const port = Number(new URL(first.url).port);
    const [alice, bob] = [start(first), start(first)];
    const { invite_code, session_id } = await alice.call("init");
    const id = String(session_id);
    const waiting = alice.call("handshake_auto", id);
    await bob.call("join", invite_code);
    await first.close();
    relay = await startRelay({ data, port });
    const [one, two] = await Promise.all([waiting, bob.call("handshake_auto", id)]);
    expect(one).toEqual(two);
    await confirmAll(id, [alice, bob]);
    await bob.call("send", id, { n: 1 });
    expect(await alice.call("recv", id)).toMatchObject({ payload: { n: 1 } });
    expect(await alice.call("metrics")).toMatchObject({ bridge_health: { health_state: "healthy" } });
  });

  it("refuses to be confirmed before there is a SAS, and by what is none", async () => {
    const relay = await serve();
    const [alice, bob] = [start(relay), start(relay)];
    const made = await alice.call("init");
    expect(await alice.error("confirm_sas", made["session_id"], true)).toMatchObject({ code: -8 });
    await bob.call("join", made["invite_code"]);
    const { sas } = await alice.call("handshake_auto", made["session_id"]);
    expect(await alice.error("confirm_sas", made["session_id"], [sas])).toMatchObject({ code: -3 });
    expect(await alice.error("confirm_sas", made["session_id"], {})).toMatchObject({ code: -3 });
    expect(await alice.error("confirm_sas", made["session_id"], "123")).toMatchObject({ code: -25 });
    const spoken = String(sas).toUpperCase().replaceAll("-", " ");
    expect(await alice.call("confirm_sas", made["session_id"], spoken)).toMatchObject({ confirmed: true });
  });
});

import { createMemoryStore } from "@countersign/relay";
import { type CloseReason, closeReasons } from "../../src/observe/meter.ts";
import { member } from "../client.ts";
import { team } from "../mpc/mpc-socket.ts";
import { unpaced } from "../unpaced.ts";
import { beginToClose, connect, connectMpc, MPC, provokeEach, raw, type Stage, sockets, V1 } from "./provocation.ts";

const ofMpc: readonly CloseReason[] = ["no-pong", "expired", "refused"];
const line = (reason: CloseReason) =>
  `connections_closed_total{dialect="${ofMpc.includes(reason) ? MPC : V1}",reason="${reason}"}`;

provokeEach(
  { what: "closes", reasons: closeReasons, line },
  {
    client: { provoke: async ({ url }) => (await connect(url)).close() },
    silent: {
      async provoke({ url, clock }) {
        const client = await connect(url);
        clock.pass(10);
        await client.closed();
      },
    },
    stalled: {
      options: { limits: unpaced },
      async provoke(stage) {
        await fillUp(stage);
        stage.clock.pass(30);
      },
    },
    "no-pong": {
      async provoke({ url, clock, moved }) {
        await raw(url, "/mpc");
        await moved(`connections_opened_total{dialect="${MPC}"}`);
        clock.pass(40);
      },
    },
    restart: {
      async provoke(stage) {
        const end = await beginToClose(stage);
        stage.clock.pass(1);
        return end;
      },
    },
    expired: {
      options: { sessionLife: 60, pingInterval: 3_600 },
      async provoke({ url, clock }) {
        const { group, members } = await team(url, { size: 2 });
        sockets.push(...members.map(({ webSocket }) => webSocket));
        const { uuid } = (await members[0]?.result<{ uuid: string }>("Session.create", [group, "keygen"])) ?? {};
        await members[0]?.result("Session.signup", [group, uuid, "keygen"]);
        clock.pass(60);
      },
    },
    protocol: { provoke: async ({ url }) => (await raw(url)).frame(Uint8Array.of(0x20), { opcode: 3 }) },
    refused: {
      async provoke({ url }) {
        const { group, members } = await team(url, { size: 2 });
        const third = await connectMpc(url);
        third.send(JSON.stringify({ jsonrpc: "2.0", id: 1, method: "Group.join", params: group }));
        await third.closed();
        for (const { webSocket } of members) webSocket.terminate();
      },
    },
    failed: {
      options: {
        limits: unpaced,
        store: { ...createMemoryStore(), read: () => Promise.reject(new Error("unreadable")) },
      },
      async provoke({ url }) {
        const sender = await connect(url);
        await sender.call("Session.open", member(1));
        const session = member(1).session ?? "";
        // More than the relay keeps in memory, so that who comes later is told from the store.
        for (let cseq = 1; cseq <= 150; cseq++) {
          await sender.call("Session.message", { session, cseq, envelopes: [{ to: 0, body: "A".repeat(60_000) }] });
        }
        const late = await connect(url);
        await late.call("Session.open", member(2));
        await late.closed();
      },
    },
  },
);

/** A member that takes nothing, and another one that sends until something waits for it. */
async function fillUp({ url, clock, metric }: Stage): Promise<void> {
  const [sender, slow] = [await connect(url), await connect(url)];
  await sender.call("Session.open", member(1));
  await slow.call("Session.open", member(2));
  slow.webSocket.pause();
  const session = member(1).session ?? "";
  for (let cseq = 1; ((await metric("waiting_bytes")) ?? 0) < 200_000; cseq++) {
    await sender.call("Session.message", { session, cseq, envelopes: [{ to: 0, body: "A".repeat(60_000) }] });
    // The waiting bytes are counted now and then.
    if (cseq % 25 === 0) clock.pass(0.5);
  }
}

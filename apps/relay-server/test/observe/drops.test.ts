import { once } from "node:events";
import { dropReasons } from "../../src/observe/meter.ts";
import { beginToClose, MPC, type Provocation, provokeEach, raw, V1 } from "./provocation.ts";

const drops: { readonly [reason in (typeof dropReasons)[number]]: Provocation } = {
  "not-utf8": { provoke: async ({ url, path }) => (await raw(url, path)).frame(Uint8Array.of(0xc3, 0x28)) },
  "too-large": { provoke: async ({ url, path }) => (await raw(url, path)).frame(new Uint8Array(65_537).fill(0x20)) },
  binary: { provoke: async ({ url, path }) => (await raw(url, path)).frame(Uint8Array.of(1, 2, 3), { opcode: 2 }) },
  invalid: { provoke: async ({ url, path }) => (await raw(url, path)).text('{"jsonrpc":"2.0","id":1') },
  "unknown-method": {
    provoke: async ({ url, path }) => (await raw(url, path)).text('{"jsonrpc":"2.0","id":1,"method":"Relay.x"}'),
  },
  fragments: {
    async provoke({ url, path }) {
      const socket = await raw(url, path);
      socket.frame(Uint8Array.of(0x20), { fin: false });
      for (let i = 0; i < 64; i++) socket.frame(Uint8Array.of(0x20), { opcode: 0, fin: false });
    },
  },
  "bad-frame": { provoke: async ({ url, path }) => (await raw(url, path)).frame(Uint8Array.of(0x20), { opcode: 3 }) },
  closing: {
    async provoke(stage) {
      const client = await raw(stage.url, stage.path);
      const asked = once(client.socket, "data");
      const end = await beginToClose(stage);
      stage.clock.pass(1);
      await asked;
      client.text("{}");
      return end;
    },
  },
};

for (const dialect of [V1, MPC]) {
  const line = (reason: string) => `dropped_messages_total{dialect="${dialect}",reason="${reason}"}`;
  provokeEach({ what: `drops what comes by ${dialect}`, reasons: dropReasons, line }, drops);
}

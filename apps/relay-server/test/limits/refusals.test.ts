import { createMemoryStore } from "@countersign/relay";
import { expect, it } from "vitest";
import { StoreError } from "../../src/failure.ts";
import { member, uuid } from "../client.ts";
import { ManualClock } from "../manual-clock.ts";
import { connect, MPC, raw, start, V1 } from "../observe/provocation.ts";
import type { RawSocket } from "../observe/raw-socket.ts";
import { lineOf } from "../observe/watched.ts";

const ANSWER = '"id":"last"';
/** A call that is always answered, with a result or an error. */
const last = {
  "/v1": '{"jsonrpc":"2.0","id":"last","method":"Relay.info"}',
  "/mpc": '{"jsonrpc":"2.0","id":"last","method":"?"}',
};

type Path = keyof typeof last;
const binary = (socket: RawSocket) => socket.frame(Uint8Array.of(1, 2, 3), { opcode: 2 });
const says = (text: string) => (socket: RawSocket) => socket.text(text);
const calls = (method: string, params: unknown, id: number | undefined = 1) =>
  says(JSON.stringify({ jsonrpc: "2.0", id, method, params }));
const message = { session: uuid(2), cseq: 1, envelopes: [{ to: 0, body: "AAAA" }] };
const ping = '{"jsonrpc":"2.0","id":1,"method":"?"}';

it.each<[string, Path, (socket: RawSocket) => void, number]>([
  ["a text that is no JSON", "/v1", says("]"), 31],
  ["JSON that is too deep", "/v1", says("[".repeat(33) + "]".repeat(33)), 31],
  ["JSON that is no call", "/v1", says("{}"), 31],
  ["an answer to nothing", "/v1", says('{"jsonrpc":"2.0","id":1,"result":1}'), 31],
  ["a frame that is not text", "/v1", binary, 31],
  ["a method that does not exist", "/v1", calls("Session.massage", message), 31],
  ["parameters that do not fit", "/v1", calls("Session.open", {}), 31],
  ["a message for no session", "/v1", calls("Session.message", message), 31],
  ["a call for no session", "/v1", calls("Session.resume", { session: uuid(2), token: member(1).token }), 31],
  ["a call that wants no answer", "/v1", says('{"jsonrpc":"2.0","method":"?"}'), 31],
  ["a batch of ten", "/v1", says(`[${Array(10).fill(ping)}]`), 4],
  ["a batch that is too long", "/v1", says(`[${Array(21).fill(ping)}]`), 31],
  ["a text that is no JSON", "/mpc", says("]"), 31],
  ["a frame that is not text", "/mpc", binary, 31],
  ["a method that does not exist", "/mpc", calls("Group.jion", uuid(1)), 31],
  ["parameters that do not fit", "/mpc", calls("Group.create", ["team"]), 31],
  ["a rule that is violated", "/mpc", calls("Session.participant", [uuid(1), uuid(2), 1]), 31],
])(
  "%s at %s counts as refused, and half a minute's worth of it delays what is behind it",
  async (_, path, say, times) => {
    const clock = new ManualClock();
    const { url, metricsUrl } = await start({
      clock,
      limits: { refusalsPerSecond: 1, silenceGrace: 3_600 },
      pingInterval: 3_600,
    });
    const socket = await raw(url, path);
    let heard = "";
    socket.socket.on("data", (chunk) => {
      heard += chunk;
    });
    const pauses = async () =>
      lineOf(await (await fetch(`${metricsUrl}`)).text(), 'countersign_relay_pauses_total{scope="refusals"}');
    for (let i = 0; i < times - 1; i++) say(socket);
    socket.text(last[path].replaceAll("last", "first"));
    await expect.poll(() => heard).toContain('"id":"first"');
    expect(await pauses()).toBe(0);

    for (let i = 0; i < 2; i++) say(socket);
    socket.text(last[path]);
    await expect.poll(pauses).toBe(1);
    expect(heard).not.toContain(ANSWER);
    clock.pass(120);
    await expect.poll(() => heard).toContain(ANSWER);
  },
);

it.each<[string, Path, (socket: RawSocket) => void]>([
  [V1, "/v1", calls("Session.open", member(1))],
  [MPC, "/mpc", calls("Group.create", ["team", { parties: 3, threshold: 1 }])],
])("what the relay of %s cannot do itself is nobody's fault", async (_, path, say) => {
  const store = createMemoryStore();
  const append: typeof store.append = (_log, _entry, waiter) =>
    setImmediate(() => waiter.failed(new StoreError("full")));
  const { url } = await start({
    clock: new ManualClock(),
    limits: { refusalsPerSecond: 1 },
    store: { ...store, append },
  });
  const socket = await raw(url, path);
  let heard = "";
  socket.socket.on("data", (chunk) => {
    heard += chunk;
  });
  for (let i = 0; i < 50; i++) say(socket);
  socket.text(last[path]);
  await expect.poll(() => heard).toContain(ANSWER);
  expect(heard.split('"error"').length - 1).toBeGreaterThanOrEqual(50);
});

it("who is refused now and then is not held back, whatever others of its address send", async () => {
  const clock = new ManualClock();
  const { url } = await start({ clock, limits: { addressRefusalsPerSecond: 1 } });
  const flood = await raw(url);
  for (let i = 0; i < 90; i++) flood.text("]");
  const [honest, other] = [await connect(url), await connect(url)];
  await honest.call("Session.open", member(1));
  await other.call("Session.open", member(2));
  for (let cseq = 1; cseq <= 50; cseq++) await honest.call("Session.message", { ...message, cseq });
  await other.until(() => other.bodies().length === 50);
  // For what it is refused it pays as others do, and no longer.
  await expect(honest.call("Session.message", { ...message, cseq: 77 })).rejects.toThrow("relay.out-of-order");
  const next = honest.call("Session.message", { ...message, cseq: 51 });
  clock.pass(30);
  expect(await next).toEqual({ seq: 53 });
});

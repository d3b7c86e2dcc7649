import { base64, hex } from "@scure/base";
import { beforeEach, describe, expect, it } from "vitest";
import { aliceKey, bobKey, psbtOf } from "../adaptor/two-party-psbt.ts";
import { spy } from "./adaptor-wire.ts";
import { confirmAll, eventually, gather, TestDaemon } from "./daemons.ts";
import { daemonsForEachTest } from "./daemons-for-each-test.ts";
import { Disk } from "./disk.ts";

const { relay, start } = daemonsForEachTest();
const psbt = base64.encode(psbtOf());
const keys = (key: Uint8Array) => ({ coinKeys: async () => [key.slice()] });

let alice: TestDaemon;
let bob: TestDaemon;
let disk: Disk;
let id: string;

beforeEach(async () => {
  disk = new Disk();
  alice = start(keys(aliceKey));
  // Killed in some tests, and so stopped in none: what is left over ends with the relay.
  bob = new TestDaemon(relay().url, { ...keys(bobKey), store: disk });
  id = await gather([alice, bob]);
  await confirmAll(id, [alice, bob]);
});

const begin = (secret?: string) => alice.call("adaptor_roundtrip", id, psbt, true, secret);
const answer = () => bob.call("adaptor_roundtrip", id, psbt, false);
const again = (daemon = bob) =>
  daemon.named("adaptor_roundtrip", { session_id: id, psbt, is_initiator: false, again: true });

/** Another process of the responder, from what is on the disk. */
async function reborn(survives: Disk): Promise<TestDaemon> {
  const daemon = start({ ...keys(bobKey), store: survives });
  await daemon.service.restore();
  await eventually(() => daemon.call("status", id).catch(() => ({}))).toHaveProperty("state");
  return daemon;
}

describe("a responder whose answer is lost", () => {
  it("has it again, and learns the secret", async () => {
    const [made, answered] = await Promise.all([begin(), answer()]);
    expect(await again()).toEqual(answered);
    expect(await bob.call("adaptor_extract", (await again())["psbt"], made["psbt"])).toMatchObject({
      adaptor_secret: made["adaptor_secret"],
    });
    await alice.call("close", id);
    await eventually(() => bob.call("status", id)).toMatchObject({ state: "closed" });
    expect(await again()).toEqual(answered);
  });

  it("has it in the process after the one that was killed", async () => {
    const [made, answered] = await Promise.all([begin(), answer()]);
    const after = await reborn(disk.kill());
    const kept = await again(after);
    expect(kept).toEqual(answered);
    expect(await after.call("adaptor_extract", kept["psbt"], made["psbt"])).toMatchObject({
      adaptor_secret: made["adaptor_secret"],
    });
  });

  it("has it on the disk before it gives anything", async () => {
    const said = spy(bob, id);
    const { push } = said;
    const killed = new Promise<Disk>((resolve) => {
      said.push = (...messages) => {
        if (messages.some(({ type }) => type === "adaptor_partials")) resolve(disk.kill());
        return push.apply(said, messages);
      };
    });
    const calls = [begin(), answer()];
    for (const call of calls) call.catch(() => undefined);
    const after = await reborn(await killed);
    expect(await again(after)).toMatchObject({ complete: false, messages_sent: 2, messages_received: 2 });
  });

  it("learns of every round which of them was completed", async () => {
    const rounds = [await Promise.all([begin(), answer()]), await Promise.all([begin(), answer()])];
    const { psbt: kept } = await again();
    for (const [made] of rounds) {
      const { adaptor_secret } = made;
      expect(await bob.call("adaptor_extract", kept, made["psbt"])).toMatchObject({ adaptor_secret });
    }
  });

  it("begins another round unless it says so, and has nothing where nothing was answered", async () => {
    const none = { code: -8, message: expect.stringContaining("COSIGN_ADAPTOR_NONE") };
    await expect(again()).rejects.toEqual(none);
    await Promise.all([begin(hex.encode(new Uint8Array(32).fill(9))), answer()]);
    await expect(again(alice)).rejects.toEqual(none);
    const wrong = { session_id: id, psbt, is_initiator: true, again: true };
    await expect(alice.named("adaptor_roundtrip", wrong)).rejects.toMatchObject({ code: -8 });
    expect(await bob.error("adaptor_roundtrip", id, psbt, false, null, 10)).toMatchObject({ code: -1 });
  });
});

import { base64 } from "@scure/base";
import { beforeEach } from "vitest";
import { aliceKey, bobKey, carolKey, psbtOf } from "../adaptor/two-party-psbt.ts";
import { confirmAll, gather, type TestDaemon } from "./daemons.ts";
import { daemonsForEachTest } from "./daemons-for-each-test.ts";

// Importing this gives each test of a file two daemons that have confirmed each other, and the keys of one PSBT.

export const { start } = daemonsForEachTest();
export const withKeys = (...keys: Uint8Array[]) => start({ coinKeys: async () => keys.map((key) => key.slice()) });
export const psbt = base64.encode(psbtOf());

export let alice: TestDaemon;
export let bob: TestDaemon;
export let id: string;

beforeEach(async () => {
  [alice, bob] = [withKeys(aliceKey), withKeys(carolKey, bobKey)];
  id = await gather([alice, bob]);
  await confirmAll(id, [alice, bob]);
});

/** Both call, the first one as the initiator. */
export const together = (given = psbt, session = id) =>
  Promise.all([
    alice.call("adaptor_roundtrip", session, given, true),
    bob.call("adaptor_roundtrip", session, given, false),
  ]);

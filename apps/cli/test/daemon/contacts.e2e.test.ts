import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type RunningRelay, startRelay } from "@countersign/relay-server";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DaemonProcess, run } from "./daemon-process.ts";
import { folder } from "./serving.ts";

const MAIN = new URL("../../dist/main.js", import.meta.url).pathname;
/** Spends Taproot outputs of two keys, 32 bytes of 01 and of 02. */
const PSBT =
  "cHNidP8BAHsCAAAAAgEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAAAAAAD/////AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAAAAAAP////8BMHUAAAAAAAAWABRBfUvpDTU2Mme48q+vyVMREcQa5AAAAAAAAQErIE4AAAAAAAAiUSCMXbf3lxltbtxN199gSPTqa4g6avavAyNCCI9DZUN5DwEXIBuExVZ7EmRAmV0+1aq6BWXXHhg0YEgZ/5wX9enV3QePAAEBK0CcAAAAAAAAIlEgpnTCsVKjgxJrHio6BoPrB6TWVomDpz37Jt7Cp6n7BkMBFyBNS2zRNhAyypvSrrnZAKpNRdnq2ArJQjN0xFGnJU0HZgAA";

let relay: RunningRelay;
beforeEach(async () => {
  relay = await startRelay();
});
afterEach(() => relay.close());

type Result = Readonly<Record<string, unknown>>;

/** Named arguments, as words of a command line. */
async function ask(daemon: DaemonProcess, method: string, ...words: readonly string[]): Promise<Result> {
  const { status, stdout, stderr } = await daemon.rpc("-named", `cosign.${method}`, ...words);
  expect([stderr, status]).toEqual(["", 0]);
  return JSON.parse(stdout);
}

/** A daemon with a key of coins. */
async function serving(key: string): Promise<DaemonProcess> {
  const datadir = folder();
  const path = join(datadir, "coins");
  writeFileSync(path, key.repeat(32));
  chmodSync(path, 0o600);
  return await DaemonProcess.serving([`-relay=${relay.url}`, "-adaptorkeys=coins"], datadir);
}

async function again(daemon: DaemonProcess): Promise<DaemonProcess> {
  daemon.program.kill("SIGKILL");
  await daemon.program.exit;
  return await DaemonProcess.serving([`-relay=${relay.url}`, "-adaptorkeys=coins"], daemon.datadir);
}

describe("two daemons that know each other", () => {
  it("meet again after kill -9 of both, without a code or a question, and pre-sign a transaction", async () => {
    const before = [await serving("01"), await serving("02")] as const;
    const made = await ask(before[0], "init");
    const id = `session_id=${made["session_id"]}`;
    await ask(before[1], "join", `invite_link=${made["invite_code"]}`);
    const kept = await Promise.all(
      before.map(async (daemon, i) => {
        await ask(daemon, "handshake_auto", id);
        return await ask(daemon, "confirm_sas", id, "sas=true", "timeout_ms=20000", `contact=${["bob", "alice"][i]}`);
      }),
    );
    expect(kept).toMatchObject([{ contact_kept: true }, { contact_kept: true }]);
    const env = { COUNTERSIGN_HOME: before[0].datadir };
    expect((await run(process.execPath, [MAIN, "contacts", "list"], { env })).stdout).toContain("bob");

    const [alice, bob] = [await again(before[0]), await again(before[1])];
    const [one, two] = await Promise.all([ask(alice, "init", "contact=bob"), ask(bob, "init", "contact=alice")]);
    expect(one["session_id"]).toBe(two["session_id"]);
    const met = `session_id=${one["session_id"]}`;
    for (const daemon of [alice, bob]) {
      expect(await ask(daemon, "handshake_auto", met)).toMatchObject({
        message: expect.stringContaining("nothing to compare"),
      });
    }
    await expect.poll(() => ask(alice, "status", met), { timeout: 30_000 }).toMatchObject({ state: "active" });
    await expect.poll(() => ask(bob, "status", met), { timeout: 30_000 }).toMatchObject({ state: "active" });

    const [signed, preSigned] = await Promise.all([
      ask(alice, "adaptor_roundtrip", met, `psbt=${PSBT}`, "is_initiator=true"),
      ask(bob, "adaptor_roundtrip", met, `psbt=${PSBT}`, "is_initiator=false"),
    ]);
    expect([signed["complete"], preSigned["complete"]]).toEqual([true, false]);
    expect(await ask(bob, "adaptor_extract", `psbt=${preSigned["psbt"]}`, `signed=${signed["psbt"]}`)).toMatchObject({
      adaptor_secret: signed["adaptor_secret"],
      complete: true,
    });
  });
});

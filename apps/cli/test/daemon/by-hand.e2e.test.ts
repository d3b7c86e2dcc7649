import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { DaemonProcess, rpc } from "./daemon-process.ts";
import { http } from "./http.ts";

type Result = Readonly<Record<string, unknown>>;

/** Over HTTP, since there is much to carry. */
async function ask({ datadir, port }: DaemonProcess, method: string, ...params: readonly string[]): Promise<Result> {
  const user = readFileSync(join(datadir, ".cookie"), "utf8");
  const body = JSON.stringify({ method: `cosign.${method}`, params, id: 1 });
  const { error, result } = JSON.parse((await http(`http://127.0.0.1:${port}/`, { user, body })).text);
  expect(error).toBe(null);
  return result;
}

/** What came as a line of stdin, as it would come out of a file: it may be too long for a command line. */
async function giveByFile({ datadir, port }: DaemonProcess, id: string, packets: unknown): Promise<Result> {
  const args = [`-datadir=${datadir}`, `-rpcport=${port}`, "-stdin", "cosign.handshake", id];
  const { status, stdout, stderr } = await rpc(args, String(packets));
  expect([stderr, status]).toEqual(["", 0]);
  return JSON.parse(stdout);
}

async function carryAll(from: DaemonProcess, to: DaemonProcess, id: string): Promise<readonly Result[]> {
  let said = await ask(from, "handshake", id);
  const both = [said, said];
  for (let way = 0; said["packets"] !== ""; way++) {
    expect(way).toBeLessThan(20);
    said = await ask(way % 2 === 0 ? to : from, "handshake", id, String(said["packets"]));
    both[(way + 1) % 2] = said;
  }
  return both;
}

describe("two daemons without a relay", () => {
  it("go through a ceremony by what somebody carries, and one of them is killed while the words are compared", async () => {
    let alice = await DaemonProcess.serving(["-norelay"]);
    const bob = await DaemonProcess.serving(["-norelay"]);
    const made = await ask(alice, "init");
    const id = String(made["session_id"]);
    await ask(bob, "join", String(made["invite_link"]));
    const { packets } = await ask(alice, "handshake", id);
    expect(await giveByFile(bob, id, packets)).toMatchObject({ handshake_complete: false, sas: null });
    const [one, other] = await carryAll(alice, bob, id);
    expect(one).toMatchObject({ handshake_complete: true, sas: other?.["sas"] });
    alice.program.kill("SIGKILL");
    await alice.program.exit;
    alice = await DaemonProcess.serving(["-norelay"], alice.datadir);
    const words = String(one?.["sas"]);
    await ask(alice, "confirm_sas", id, words);
    await ask(bob, "confirm_sas", id, words);
    await carryAll(alice, bob, id);
    await carryAll(bob, alice, id);
    await ask(alice, "send", id, '{"n":1}');
    await carryAll(alice, bob, id);
    expect(await ask(bob, "recv", id, "0")).toEqual({ payload: { n: 1 }, from: 1, seq: 1 });
  });
});

import { expect, it, vi } from "vitest";
import { codeOf, statuses } from "./cast.ts";
import { troupeForAllTests } from "./troupe.ts";

vi.setConfig({ testTimeout: 180_000 });

const troupe = troupeForAllTests();

/** What `status` says to Alice in another terminal. */
async function status(...more: readonly string[]): Promise<readonly string[]> {
  const looked = await troupe().stage.run("alice", "status", ...more);
  expect(await statuses(looked)).toEqual([0]);
  return looked.stdout.all;
}

it("tells who is here, and who has confirmed the words, before the first round", async () => {
  const [alice, bob] = await troupe().begin("treasury", "bob");
  if (alice === undefined || bob === undefined) throw new Error("nobody");
  await alice.stderr.find(/2 of 3 are here/);
  expect((await status())[0]).toBe("The key treasury: 2 of 3 are here");
  const [gathering] = (await status("--json")).map((line) => JSON.parse(line));
  expect(gathering).toMatchObject({ event: "ceremony", round: 0, rounds: 0, name: "gathering", expected: 3 });
  expect(gathering.parties).toMatchObject([{ label: "alice", self: true }, { number: 2 }]);

  const code = await codeOf(alice);
  const carol = await troupe().run("carol", "join", code, "--label", "treasury", "--name", "carol");
  for (const program of [alice, bob, carol]) await program.stderr.find(/Did you hear/);
  expect(await status()).toEqual([
    "The key treasury: waiting for you, bob and carol to confirm the words",
    "  1  alice (you)  ● online   not verified  waited for",
    "  2  bob          ● online   not verified  waited for",
    "  3  carol        ● online   not verified  waited for",
  ]);
  alice.say("yes", "yes");
  bob.say("yes", "yes");
  await alice.stderr.find(/Waiting for carol to confirm the words/);
  expect(await status()).toEqual([
    "The key treasury: waiting for carol to confirm the words",
    "  1  alice (you)  ● online   not verified  has confirmed",
    "  2  bob          ● online   not verified  has confirmed",
    "  3  carol        ● online   not verified  waited for",
  ]);
  alice.kill("SIGINT");
  await Promise.all([alice, bob, carol].map(({ exit }) => exit));
  expect(await status()).toEqual([]);
});

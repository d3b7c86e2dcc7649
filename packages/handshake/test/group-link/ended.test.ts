import { portableBackend } from "@countersign/noise";
import { Step } from "@countersign/wire";
import { expect, test } from "vitest";
import { introduce, session } from "../support/parties.ts";
import { pinnedParties } from "../support/pinned.ts";

test("a session that has failed answers no handshake, and its static key is not used once it is erased", () => {
  const erased = new Set<unknown>();
  const { dh } = portableBackend;
  const strict = {
    ...portableBackend,
    dh: {
      ...dh,
      destroyKeyPair: (pair: Parameters<typeof dh.destroyKeyPair>[0]) => {
        erased.add(pair);
        dh.destroyKeyPair(pair);
      },
      dh: (...[own, other]: Parameters<typeof dh.dh>) => {
        if (erased.has(own)) throw new Error("a key that was erased");
        return dh.dh(own, other);
      },
    },
  };
  const parties = pinnedParties(3, (number) => (number === 1 ? { backend: strict } : { groupLink: false }));
  const run = session(parties, (envelope) => [{ ...envelope, delayMs: 50 }]);
  introduce(run, parties);
  run.input(1, { type: "member", number: 200, eid: new Uint8Array(32), versions: Uint8Array.of(1) });
  expect(run.outputsOf(1, "failed")).toHaveLength(1);
  run.run({ limitMs: 5_000 });
  const said = run.sent.filter(({ from, bytes }) => from === 1 && bytes[1] === 1 && bytes[20] === Step.K2);
  expect(said).toEqual([]);
});

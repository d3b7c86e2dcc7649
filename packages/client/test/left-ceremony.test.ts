import { leftCeremony } from "@countersign/client";
import { expect, test } from "vitest";
import { Signer, Stage } from "./support/signers.ts";
import { sumProtocol } from "./support/sum-protocol.ts";

const three = [1, 2, 4];
const sum = (number: number) =>
  sumProtocol(
    number,
    three.filter((other) => other !== number),
  );

/** What the first of three has on its disk after a write, and what the others have by then. */
interface Moment {
  readonly record: ReturnType<Signer<number>["disk"]["read"]>;
  readonly checkpoint: Uint8Array;
  readonly othersAreComplete: boolean;
}

/** A ceremony to its end, and all moments of the first party from its first checkpoint on. */
async function ceremony() {
  const stage = new Stage({ seed: 7, parties: 3, protocol: sum });
  const signers = three.map((number) => new Signer(stage, number));
  const [first, ...others] = signers;
  if (first === undefined) throw new Error("nobody");
  const moments: Moment[] = [];
  first.disk.ends = () => {
    const { checkpoint } = first.disk;
    const othersAreComplete = others.some(({ disk }) => disk.result !== undefined);
    if (checkpoint !== undefined) moments.push({ record: first.disk.read(), checkpoint, othersAreComplete });
    return false;
  };
  const results = await stage.clock.until(Promise.all(signers.map((signer) => signer.live())));
  return { clock: stage.clock, moments, results };
}

test("a journal says at any moment whether the others may have what it lacks, and gives a result that is there", async () => {
  const { clock, moments, results } = await ceremony();
  const [own, theirs] = results;
  const types = moments.map((moment) => {
    const protocol = sum(1);
    const left = leftCeremony({ ...moment, protocol, clock });
    if (left.type === "open") expect(moment.othersAreComplete).toBe(false);
    if (left.type === "complete") expect(left.made).toEqual(own);
    // With the record of another party, whoever has sealed the outcome has it.
    const helped = leftCeremony({ ...moment, protocol, clock, otherRecord: theirs?.record ?? "" });
    expect(helped.type).toBe(left.type === "open" ? "open" : "complete");
    if (helped.type === "complete") expect(helped.made).toEqual(own);
    return left.type;
  });
  expect(types.filter((type, i) => type !== types[i - 1])).toEqual(["open", "sealed", "complete"]);
});

test("a record of another ceremony, one that was changed and what is none make nothing complete", async () => {
  const { clock, moments, results } = await ceremony();
  const sealed = moments.find((moment) => leftCeremony({ ...moment, protocol: sum(1), clock }).type === "sealed");
  if (sealed === undefined) throw new Error("never sealed");
  const stage = new Stage({ seed: 8, parties: 3, protocol: sum });
  const other = await stage.clock.until(Promise.all(three.map((number) => new Signer(stage, number).live())));
  const good = results[1]?.record ?? "";
  const changed = good.replace(/"signature": "../, (begin) => `${begin.slice(0, -2)}00`);
  expect(changed).not.toBe(good);
  for (const otherRecord of [other[1]?.record ?? "", changed, "no record", ""]) {
    expect(leftCeremony({ ...sealed, protocol: sum(1), clock, otherRecord }).type).toBe("sealed");
  }
});

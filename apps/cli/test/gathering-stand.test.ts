import type { SessionEvent } from "@countersign/client";
import { describe, expect, it } from "vitest";
import { GatheringStand } from "../src/ceremony/gathering-stand.ts";
import type { Stand } from "../src/ceremony/own-note.ts";
import { ceremonyLine, progressLines } from "../src/screens/stand-lines.ts";

const party = (number: number, label: string) => ({ number, label });
const all = [party(1, "alice"), party(2, "bob"), party(3, "carol")];
const joined = (number: number): SessionEvent => ({ type: "member-joined", number });
const sas = (verified: boolean): SessionEvent => ({
  type: "sas",
  words: "uncut-unicorn-crumpled-adviser-snapline",
  digits: "482913",
  parties: all,
  verified,
});
const ready: SessionEvent = { type: "ready", pins: [], transcript: new Uint8Array(32) };

/** What Alice's ceremony says of itself behind these events. */
async function after(events: readonly SessionEvent[], known: ReadonlyMap<number, string> = new Map()) {
  const stands: Stand[] = [];
  const stand = new GatheringStand({ self: party(1, "alice"), known, expected: 3, show: (now) => stands.push(now) });
  const seen: SessionEvent[] = [];
  const watched = stand.watched(
    (async function* () {
      yield* events;
    })(),
  );
  for (;;) {
    const { done, value } = await watched.next();
    if (done) break;
    seen.push(value);
  }
  // Nothing is kept from whoever gathers by them.
  expect(seen).toEqual(events);
  const last = stands.at(-1);
  if (last === undefined) throw new Error("nothing was said");
  const event = { event: "ceremony", about: "The key", ...last } as const;
  return [ceremonyLine(event, "all"), ...progressLines(event)];
}

describe("a ceremony before its first round", () => {
  it("says who is here, and who has lost the connection", async () => {
    expect(await after([])).toEqual(["The key: 1 of 3 are here", "  1  alice (you)  ● online   not verified"]);
    expect(await after([joined(2), joined(3), { type: "member-offline", number: 3 }])).toEqual([
      "The key: 3 of 3 are here",
      "  1  alice (you)  ● online   not verified",
      "  2  party 2      ● online   not verified",
      "  3  party 3      ○ offline  not verified",
    ]);
  });

  it("says who has confirmed the words, and for whom it waits", async () => {
    const compared = [joined(2), joined(3), sas(false), { type: "peer-confirmed", number: 2 }] as const;
    expect(await after(compared)).toEqual([
      "The key: waiting for carol to confirm the words",
      "  1  alice (you)  ● online   not verified  has confirmed",
      "  2  bob          ● online   not verified  has confirmed",
      "  3  carol        ● online   not verified  waited for",
    ]);
    expect((await after([...compared, ready]))[0]).toBe("The key: all have confirmed");
  });

  it("has no words to compare where all are pinned, and calls them by the labels that are known", async () => {
    const known = new Map(all.map(({ number, label }) => [number, label]));
    expect(await after([joined(2)], known)).toContain("  2  bob          ● online   not verified");
    expect(await after([joined(2), joined(3), sas(true), ready], known)).toEqual([
      "The key: 3 of 3 are here",
      "  1  alice (you)  ● online   verified",
      "  2  bob          ● online   verified",
      "  3  carol        ● online   verified",
    ]);
  });
});

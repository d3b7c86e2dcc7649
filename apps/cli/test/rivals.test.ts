import { describe, expect, it } from "vitest";
import type { Heard } from "../src/ceremony/heard.ts";
import { tellRivals } from "../src/commands/rivals.ts";
import type { Screen, ScreenEvent } from "../src/screens/screen.ts";
import type { KeyFacts } from "../src/store/group-key.ts";

const facts = { label: "treasury", parties: [{ number: 2, label: "bob" }] } as unknown as KeyFacts;
const own = new Uint8Array(16).fill(1);
const other = new Uint8Array(16).fill(2);
const proposal = (session: Uint8Array): Heard => ({
  type: "proposal",
  from: 2,
  session,
  proposal: { parties: 2, kind: "text" },
});

async function told(heard: readonly Heard[], isWaiting = () => true): Promise<readonly string[]> {
  const shown: ScreenEvent[] = [];
  const screen = { show: (event: ScreenEvent) => shown.push(event) } as unknown as Screen;
  const channel = {
    async *heard() {
      yield* heard;
    },
  };
  await tellRivals(channel, { facts, session: own, screen, isWaiting });
  return shown.flatMap((event) => (event.event === "notice" ? [event.text] : []));
}

describe("who proposes and waits", () => {
  it("is told who else proposes, once, and how to sign that instead", async () => {
    const texts = await told([proposal(other), proposal(other)]);
    expect(texts).toEqual([expect.stringMatching(/^bob proposes to sign with treasury, too\..*approve treasury/)]);
  });

  it("is told of a session that was open before, of which nobody says any more whose it is", async () => {
    const texts = await told([{ type: "open", session: other, parties: 2, joined: 1 }]);
    expect(texts).toEqual([expect.stringMatching(/^Somebody else proposes/)]);
  });

  it("is told nothing of its own session, nor when all are there", async () => {
    expect(await told([{ type: "open", session: own, parties: 2, joined: 1 }])).toEqual([]);
    expect(await told([proposal(other)], () => false)).toEqual([]);
  });
});

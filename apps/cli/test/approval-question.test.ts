import { describe, expect, it } from "vitest";
import { askApproval } from "../src/screens/approval.ts";
import type { Question, Screen } from "../src/screens/screen.ts";

const digest = "1a2b 3c4d 5e6f 7a8b";
const never = new AbortController().signal;

/** A screen whose user types this, until something counts. */
function typing(interactive: boolean, ...lines: readonly string[]) {
  const waiting = [...lines];
  const refused: string[] = [];
  const screen = {
    interactive,
    ask: async ({ check }: Question) => {
      for (;;) {
        const line = waiting.shift();
        const wrong = line === undefined ? undefined : check(line);
        if (wrong === undefined) return line;
        refused.push(line ?? "");
      }
    },
  } as unknown as Screen;
  return { screen, refused };
}

const ask = (screen: Screen, bound: boolean) => askApproval(screen, { text: "?", digest, bound }, never);

describe("a yes to a proposal", () => {
  it("names the digest where it comes through a pipe and there may be other proposals", async () => {
    const { screen, refused } = typing(false, "yes", "yes ffff 0000 1111 2222", "yes 1A2B3C4D5E6F7A8B");
    expect(await ask(screen, true)).toBe(true);
    expect(refused).toEqual(["yes", "yes ffff 0000 1111 2222"]);
  });

  it("needs none where this is the only question, or a person sees it; a wrong one is never passed by", async () => {
    expect(await ask(typing(false, "yes").screen, false)).toBe(true);
    expect(await ask(typing(true, "y").screen, true)).toBe(true);
    const { screen, refused } = typing(false, "yes ffff 0000 1111 2222", `yes ${digest}`);
    expect(await ask(screen, false)).toBe(true);
    expect(refused).toHaveLength(1);
  });

  it("is no no, for which no digest is needed, and not the end of the input", async () => {
    expect(await ask(typing(false, "no").screen, true)).toBe(false);
    expect(await ask(typing(false, `no ${digest}`).screen, true)).toBe(false);
    expect(await ask(typing(false).screen, true)).toBe(false);
    expect(await ask(typing(false, "maybe", "no").screen, false)).toBe(false);
  });
});

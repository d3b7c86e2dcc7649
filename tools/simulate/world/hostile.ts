import type { SeededRandom } from "@countersign/testkit";
import type { Between } from "./net.ts";

export interface HostileOptions {
  readonly random: SeededRandom;
  /** How often it does something, as long as it does. */
  readonly often: number;
  /** Whether it still does. */
  isActive(): boolean;
}

/** Makes what stands between one client and its relay; those of one world know each other. */
type Hostile = (options: HostileOptions) => () => Between;

/** Those who send nothing in anybody's name that this one has not said. */
export const forgeNothing: ReadonlySet<string> = new Set(["withholds", "is silent after some time"]);

/** Does one thing to some of the texts, in both directions. */
const meddling =
  (meddle: (text: string, before: readonly string[], random: SeededRandom) => readonly string[]): Hostile =>
  ({ random, often, isActive }) => {
    // Of all clients: what one was sent may be sent to another.
    const all: string[] = [];
    return () => {
      const pass = (text: string): readonly string[] => {
        if (all.length < 200) all.push(text);
        return isActive() && random.chance(often) ? meddle(text, all, random) : [text];
      };
      return { down: pass, up: pass };
    };
  };

/** All that a relay does here that is not honest, by name. */
export const hostiles: Readonly<Record<string, Hostile>> = {
  edits: meddling((text, _before, random) => [edited(text, random)]),
  "edits bodies": meddling((text, _before, random) => [
    text.replace(
      /"(body|bodies)":(\["?|")([A-Za-z0-9_-]{40,})/,
      (_, name, open, body) => `"${name}":${open}${flipped(body, random)}`,
    ),
  ]),
  replays: meddling((text, before, random) => [text, random.pick(before)]),
  swaps: meddling((text, before, random) => [random.pick(before) ?? text]),
  withholds: meddling(() => []),
  doubles: meddling((text) => [text, text]),
  renumbers: meddling((text, _before, random) => [
    text.replace(
      /"(from|number|seq|previous|cseq)":(\d+)/,
      (_, name, value) => `"${name}":${Math.max(1, Number(value) + random.pick([-1, 1]))}`,
    ),
  ]),
  reorders: (options) => {
    const { random, often, isActive } = options;
    return () => {
      const line = (): Between["down"] => {
        let held: string | undefined;
        return (text) => {
          if (held !== undefined) {
            const both = [text, held];
            held = undefined;
            return both;
          }
          if (!isActive() || !random.chance(often)) return [text];
          held = text;
          return [];
        };
      };
      return { down: line(), up: line() };
    };
  },
  "is silent after some time": ({ random }) => {
    let left = 20 + random.integer(200);
    return () => {
      const pass = (text: string) => (left-- > 0 ? [text] : []);
      return { down: pass, up: pass };
    };
  },
};

function edited(text: string, random: SeededRandom): string {
  const at = random.integer(text.length);
  return `${text.slice(0, at)}${random.pick([...'0aZ"}{,:'])}${text.slice(at + 1)}`;
}

function flipped(body: string, random: SeededRandom): string {
  const at = random.integer(body.length);
  return `${body.slice(0, at)}${body[at] === "A" ? "B" : "A"}${body.slice(at + 1)}`;
}

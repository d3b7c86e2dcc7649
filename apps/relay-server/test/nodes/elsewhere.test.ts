import type { SharedLogStore } from "@countersign/relay";
import { describe, expect, it } from "vitest";
import { type Coming, Elsewhere } from "../../src/core/nodes/elsewhere.ts";
import { ManualClock } from "../manual-clock.ts";

/** Nodes that have read the same log and hear all notices, in one order; and where the one member is. */
class Site {
  readonly clock = new ManualClock();
  readonly log = { id: "g", log: "g", position: 5 };
  readonly nodes: Node[] = [];
  private readonly notices: string[] = [];

  constructor(count: number) {
    for (let node = 1; node <= count; node++) this.nodes.push(new Node(this, node));
  }

  /** The nodes that have the member. */
  get where(): readonly number[] {
    return this.nodes.flatMap(({ here, number }) => (here === undefined ? [] : [number]));
  }

  come(number: number, waited = 0): void {
    this.nodes[number - 1]?.come(waited);
  }

  notify(text: string): void {
    if (this.notices.push(text) > 1) return;
    for (const notice of this.notices) for (const { elsewhere } of this.nodes) elsewhere.hear(notice);
    this.notices.length = 0;
  }
}

class Node {
  readonly number: number;
  readonly elsewhere: Elsewhere;
  here: Coming | undefined;
  private readonly site: Site;

  constructor(site: Site, number: number) {
    this.site = site;
    this.number = number;
    const facts = { say: async () => undefined, retract: async () => undefined };
    const store = { facts, notify: (_: string, text: string) => site.notify(text) };
    this.elsewhere = new Elsewhere({
      store: store as unknown as SharedLogStore,
      clock: site.clock,
      node: () => number,
      isAlive: () => true,
      watcher: {
        presence: () => undefined,
        moved: () => {
          this.here = undefined;
        },
        stays: () => this.say(true),
        cameHere: () => this.here,
      },
    });
  }

  /** The member comes, which asked for it so many ms ago. */
  come(waited: number): void {
    const { clock, log } = this.site;
    this.here = { at: log.position, ms: clock.now(), asked: clock.now() - waited };
    this.say(false);
  }

  private say(insists: boolean): void {
    const { asked = 0 } = this.here ?? {};
    this.elsewhere.came({ session: "s", number: 1, host: this.site.log }, { asked, insists });
  }
}

describe("a member that comes to another node", () => {
  it("is at that one, and not where it was", () => {
    const site = new Site(3);
    site.come(1);
    site.clock.pass(1);
    site.log.position = 6;
    site.come(2);
    expect(site.where).toEqual([2]);
    // And back, though the call has waited for as long as it takes to read a group.
    site.clock.pass(4);
    site.log.position = 7;
    site.come(1, 3_000);
    expect(site.where).toEqual([1]);
  });

  it.each([0, 4])(
    "stays there when the node before carries out late what it was asked (%i entries later)",
    (entries) => {
      const site = new Site(3);
      site.clock.pass(7.5);
      site.come(1);
      site.clock.pass(2.5);
      site.log.position += entries;
      // It was cut off, and was asked half a second before the member went to the first one.
      site.come(2, 3_000);
      expect(site.where).toEqual([1]);
    },
  );
});

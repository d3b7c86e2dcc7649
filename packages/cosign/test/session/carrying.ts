import type { TestDaemon } from "./daemons.ts";

/** One end of a session whose packets somebody carries. */
export class End {
  daemon: TestDaemon;
  readonly id: string;
  /** By which others come to it. */
  readonly link: string;
  /** What was answered last, for whoever has seen no more. */
  last: Awaited<ReturnType<TestDaemon["call"]>> = {};

  constructor(daemon: TestDaemon, id: unknown, link = "") {
    this.daemon = daemon;
    this.id = String(id);
    this.link = link;
  }

  /** Gives it packets; those that it has. */
  async give(packets?: string): Promise<string> {
    this.last = await this.daemon.call("handshake", this.id, packets);
    return String(this.last["packets"]);
  }

  async error(packets: string): Promise<unknown> {
    return await this.daemon.error("handshake", this.id, packets);
  }
}

/** Two ends of a session that no relay knows, with nothing carried yet. */
export async function meetByHand(
  [alice, bob]: readonly [TestDaemon, TestDaemon],
  invite: "invite_link" | "wrong code" = "invite_link",
): Promise<readonly [End, End]> {
  const made = await alice.named("init", { by_hand: true, label: "alice" });
  const link = String(made["invite_link"]);
  const given = invite === "wrong code" ? link.replace(/-[a-z]+$/, (word) => otherWord(word)) : link;
  const joined = await bob.named("join", { invite_link: given, label: "bob" });
  return [new End(alice, made["session_id"], link), new End(bob, joined["session_id"])];
}

/** Carries back and forth until nothing waits; how often somebody had to go. */
export async function carryAll([from, to]: readonly [End, End], packets?: string): Promise<number> {
  let carried = packets ?? (await from.give());
  let ways = 0;
  for (let [here, there] = [to, from]; carried !== ""; [here, there] = [there, here]) {
    ways += 1;
    if (ways > 20) throw new Error("it does not come to an end");
    carried = await here.give(carried);
  }
  return ways;
}

/** Both have compared the words, and each has heard that of the other. */
export async function confirmBoth(ends: readonly [End, End]): Promise<void> {
  for (const { daemon, id, last } of ends) await daemon.call("confirm_sas", id, last["sas"]);
  await carryAll(ends);
  await carryAll([ends[1], ends[0]]);
}

function otherWord(word: string): string {
  return word === "-acme" ? "-adult" : word === "-adviser" ? "-aggregate" : "-adviser";
}

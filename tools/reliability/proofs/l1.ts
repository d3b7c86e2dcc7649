import { allowConnections, crowd, forAll } from "../crowd.ts";
import type { Figure, Proof } from "../proof.ts";
import { Relay, temporaryFolder } from "../relay.ts";
import { sleep } from "../wait.ts";

const LANES = 64;

/** Members come, and then nobody says anything for long. */
export const l1: Proof = {
  id: "l1",
  title: "idle connections of members",
  async run(scale, { progress }): Promise<readonly Figure[]> {
    const { sessions, seconds } = scale === "quick" ? { sessions: 300, seconds: 5 } : { sessions: 2_000, seconds: 600 };
    const { members, ledgers } = crowd({ sessions, size: 5 });
    const relay = new Relay({ data: temporaryFolder() });
    const { url } = await relay.ready();
    allowConnections(relay, members.length);
    let dropped = 0;
    let memory = 0;
    let isOver = false;
    await forAll(members, LANES, async (member) => {
      await member.connect(url);
      void member.closed().then(() => {
        if (!isOver) dropped++;
      });
    });
    for (let second = 0; second < seconds; second++) {
      memory = Math.max(memory, relay.residentMegabytes());
      progress(`${second} of ${seconds} s, ${dropped} dropped`);
      await sleep(1_000);
    }
    isOver = true;
    await relay.end("SIGKILL");
    const gaps = ledgers.reduce((sum, { faults }) => sum + faults.gaps + faults.reordered, 0);
    return [
      { name: "connections", value: members.length, unit: "" },
      { name: "idle for", value: seconds, unit: "s" },
      { name: "dropped", value: dropped, unit: "", target: { atMost: 0 } },
      { name: "events missed on the way in", value: gaps, unit: "", target: { atMost: 0 } },
      { name: "memory of the relay", value: memory, unit: "MB", target: { atMost: 300 } },
    ];
  },
};

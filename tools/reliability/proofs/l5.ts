import { unpaced } from "../../processes/unpaced.ts";
import { crowd } from "../crowd.ts";
import { total } from "../member.ts";
import type { Figure, Proof } from "../proof.ts";
import { Relay, temporaryFolder } from "../relay.ts";
import { sleep, timed, until } from "../wait.ts";

/** Messages that the sender has under way. */
const LANES = 200;
const BODY_BYTES = 150;
/** Seconds after which what has not come never will. */
const PATIENCE = 60;
/** Milliseconds between two looks at the relay's memory. */
const LOOK = 20;
/** A member is away while much is sent to it, and then takes it all. */
export const l5: Proof = {
  id: "l5",
  title: "a long queue for a member that was away",
  async run(scale, { progress }): Promise<readonly Figure[]> {
    const count = scale === "quick" ? 20_000 : 100_000;
    const { ledgers, members } = crowd({ sessions: 1, size: 2, bodyBytes: BODY_BYTES });
    const [sender, receiver] = members;
    if (sender === undefined || receiver === undefined) throw new Error("a session has two members");
    const relay = new Relay({ data: temporaryFolder(), args: unpaced });
    const { url } = await relay.ready();
    await sender.connect(url);
    await receiver.connect(url);
    receiver.cut();
    const empty = relay.residentMegabytes();
    progress(`${count} messages`);
    const lane = async () => {
      while (sender.said < count) await sender.sayNext();
    };
    await Promise.all(Array.from({ length: LANES }, lane));

    const before = relay.residentMegabytes();
    let peak = before;
    const looking = setInterval(() => {
      peak = Math.max(peak, relay.residentMegabytes());
    }, LOOK);
    progress("resume");
    const [seconds] = await timed(async () => {
      await receiver.connect(url);
      await until(() => total(ledgers, "delivered") >= sender.said, PATIENCE);
    });
    await sleep(LOOK);
    clearInterval(looking);
    await relay.end("SIGKILL");
    const faults = total(ledgers, "gaps") + total(ledgers, "lost") + total(ledgers, "duplicated");
    return [
      { name: "messages queued", value: sender.said, unit: "" },
      { name: "delivered", value: total(ledgers, "delivered"), unit: "", target: { atLeast: sender.said } },
      { name: "missed or doubled", value: faults, unit: "", target: { atMost: 0 } },
      { name: "drained", value: sender.said / seconds, unit: "1/s", target: { atLeast: 20_000 } },
      { name: "memory of the queue, with what its making left", value: before - empty, unit: "MB" },
      { name: "memory above that while it is drained", value: peak - before, unit: "MB", target: { atMost: 64 } },
    ];
  },
};

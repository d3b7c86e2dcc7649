import { allowConnections, crowd, forAll } from "../crowd.ts";
import { total } from "../member.ts";
import type { Figure, Proof } from "../proof.ts";
import { Relay, temporaryFolder } from "../relay.ts";
import { timed } from "../wait.ts";

/** Connections under way at once, all of which may come from one address: the wave that comes to a relay, and the whole of a storm. */
const LANES = 64;
const STORM = 1_000;

/** Everybody joins (TCP, upgrade, Session.open), loses the connection at one moment, and comes back with the token. */
export const l2: Proof = {
  id: "l2",
  title: "joining, and a storm of reconnects",
  async run(scale, { progress }): Promise<readonly Figure[]> {
    const { sessions } = scale === "quick" ? { sessions: 300 } : { sessions: 2_000 };
    const { members, ledgers } = crowd({ sessions, size: 5 });
    const relay = new Relay({ data: temporaryFolder(), args: ["--new-connections-per-second", `${STORM}`] });
    const { url } = await relay.ready();
    // Those that were lost may still be open in the relay when the first of them come back, a wave at a time.
    allowConnections(relay, members.length + 5 * STORM);
    progress("joining");
    const [joining] = await timed(() => forAll(members, LANES, (member) => member.connect(url)));
    for (const member of members) member.cut();
    progress("coming back");
    const [storm] = await timed(() => forAll(members, STORM, (member) => member.connect(url)));
    await relay.end("SIGKILL");
    const faults = total(ledgers, "gaps") + total(ledgers, "reordered") + total(ledgers, "duplicated");
    return [
      { name: "members", value: members.length, unit: "" },
      { name: "joins", value: members.length / joining, unit: "1/s", target: { atLeast: 1_000 } },
      { name: "all are back after", value: storm, unit: "s", target: { atMost: 30 } },
      { name: "events missed, doubled or in another order", value: faults, unit: "", target: { atMost: 0 } },
    ];
  },
};

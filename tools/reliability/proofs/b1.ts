import { crowd, quantile } from "../crowd.ts";
import { total } from "../member.ts";
import { sendEvenly } from "../pacing.ts";
import type { Figure, Proof } from "../proof.ts";
import { Relay, temporaryFolder } from "../relay.ts";
import { sleep, timed, until } from "../wait.ts";

const SIZE = 5;
/** Messages a second of all members together, of so many bytes: soon more than the buffers of the system hold. */
const RATE = 200;
const BODY_BYTES = 12_000;
/** Seconds that everybody may take in the end to have everything. */
const SETTLING = 30;
/** KiB of one member that may wait in the relay's memory: what there is room for, and the message that filled it. */
const WAITING = 256 + 64;
/** Milliseconds between two looks at the relay's metrics. */
const LOOK = 100;

/** One member of a busy session stops reading; the others do not feel it, and it misses nothing. */
export const b1: Proof = {
  id: "b1",
  title: "a member that takes nothing",
  async run(scale, { progress }): Promise<readonly Figure[]> {
    const isQuick = scale === "quick";
    const { calm, stopped, patience } = isQuick
      ? { calm: 2, stopped: 9, patience: 2 }
      : { calm: 20, stopped: 60, patience: 10 };
    const { ledgers, members } = crowd({ sessions: 1, size: SIZE, bodyBytes: BODY_BYTES });
    const [lazy, ...others] = members;
    if (lazy === undefined) throw new Error("a session has members");
    // What the one that is stopped does not take has to be kept all the time.
    const room = ["--bytes-per-session", `${1024 ** 3}`, "--bytes-per-address", `${1024 ** 3}`];
    const relay = new Relay({ data: temporaryFolder(), args: ["--stalled-after", `${patience}`, ...room] });
    const { url } = await relay.ready();
    await Promise.all(members.map((member) => member.connect(url)));

    const p99 = async (seconds: number) => quantile(await sendEvenly(others, { rate: RATE, seconds }), 0.99);

    progress("all take everything");
    await sendEvenly(others, { rate: RATE, seconds: 1 });
    // The relay is looked at in both parts, so that what this costs is no difference between them.
    const [before] = await Promise.all([p99(calm), watch(url, calm)]);
    progress("one takes nothing");
    lazy.stopReading();
    const [meanwhile, { most, cutAfter }] = await Promise.all([p99(stopped), watch(url, stopped)]);
    progress("it comes back");
    lazy.cut();
    const missing = () => members.reduce((sum, member) => sum + member.missing(members), 0);
    const [back] = await timed(async () => {
      await lazy.connect(url);
      await until(() => missing() === 0, SETTLING);
    });
    await relay.end("SIGKILL");
    const faults = total(ledgers, "gaps") + total(ledgers, "duplicated") + total(ledgers, "reordered");
    return [
      { name: "p99 of the others before", value: before, unit: "ms" },
      { name: "p99 of the others meanwhile", value: meanwhile, unit: "ms" },
      // A few hundred messages say too little about the hundredth part of them.
      { name: "ratio", value: meanwhile / before, unit: "", ...(isQuick ? {} : { target: { atMost: 1.2 } }) },
      { name: "most that waited in memory", value: most / 1_024, unit: "KiB", target: { atMost: WAITING } },
      { name: "cut after it took nothing for", value: cutAfter, unit: "s", target: { atMost: patience + 2 } },
      { name: "messages missed after its return", value: missing(), unit: "", target: { atMost: 0 } },
      { name: "missed, doubled or reordered on the way", value: faults, unit: "", target: { atMost: 0 } },
      { name: "has everything after", value: back, unit: "s" },
    ];
  },
};

/** What the relay says of itself meanwhile: the most that waits for sockets, and for how long until one is cut. */
async function watch(url: string, seconds: number): Promise<{ most: number; cutAfter: number }> {
  const end = performance.now() + seconds * 1_000;
  let most = 0;
  let since: number | undefined;
  let cutAfter = Number.NaN;
  while (performance.now() < end) {
    const text = await (await fetch(`${url.replace("ws:", "http:")}/metrics`)).text();
    const value = (name: string) => {
      const start = `countersign_relay_${name} `;
      const line = text.split("\n").find((one) => one.startsWith(start));
      return Number(line?.slice(start.length) ?? 0);
    };
    const waiting = value("waiting_bytes");
    most = Math.max(most, waiting);
    // Those that read have their bytes within a turn of the relay's event loop, never as many as that.
    if (waiting > 128 * 1_024) since ??= performance.now();
    if (value('connections_closed_total{dialect="countersign.v1",reason="stalled"}') > 0 && Number.isNaN(cutAfter)) {
      cutAfter = (performance.now() - (since ?? Number.NaN)) / 1_000;
    }
    await sleep(LOOK);
  }
  return { most, cutAfter };
}

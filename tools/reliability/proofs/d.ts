import { forAll, quantile } from "../crowd.ts";
import { Daemon } from "../daemon.ts";
import type { Figure, Proof } from "../proof.ts";
import { Relay, temporaryFolder } from "../relay.ts";
import { timed } from "../wait.ts";

/** Sessions that are made at a time: enough to keep both daemons busy, and few enough for each to be done in time. */
const LANES = 16;
const SESSIONS = 200;
/** Milliseconds that a call may wait: on a machine that does much else, too. */
const PATIENCE = 120_000;

/** What two callers see of one session. */
interface Talk {
  readonly id: string;
  readonly code: string;
}

/** What all receivers have together. */
interface Heard {
  delivered: number;
  /** Messages that are missing, come again, or are of another session. */
  faults: number;
  /** Milliseconds that each of them was waited for. */
  readonly waits: number[];
}

/** Many sessions at once through two daemons and one relay, driven as callers drive them. */
export const d: Proof = {
  id: "d",
  title: `${SESSIONS} sessions at once through one daemon`,
  async run(scale, { progress, note }): Promise<readonly Figure[]> {
    const messages = scale === "quick" ? 5 : 50;
    const began = performance.now();
    const relay = new Relay({ data: temporaryFolder() });
    const { url } = await relay.ready();
    const [alice, bob] = [new Daemon({ relay: url }), new Daemon({ relay: url })];
    // Both are there before anything is measured.
    await Promise.all([alice.call("ping"), bob.call("ping")]);
    const before = relay.openSockets();

    const talks: Talk[] = [];
    const [handshakes, verified] = await timed(async () => {
      await forAll(indices(SESSIONS), LANES, async (i) => {
        const made = await alice.call("init", { label: `alice-${i}` });
        const talk = { id: String(made["session_id"]), code: String(made["invite_code"]) };
        await bob.call("join", { invite_link: talk.code, label: `bob-${i}` });
        await agree(talk.id, [alice, bob]);
        talks.push(talk);
        progress(`${talks.length} sessions`);
      });
      // All are there, and none has ended: whatever they do from now on, they do beside each other.
      const done = await Promise.all(talks.map(({ id }) => confirm(id, [alice, bob])));
      return done.filter(Boolean).length;
    });
    const shaken = alice.processorSeconds() + bob.processorSeconds();
    const connections = relay.openSockets() - before;

    const heard: Heard = { delivered: 0, faults: 0, waits: [] };
    const [talking] = await timed(async () => {
      const both = ({ id }: Talk) => [
        tell(id, messages, { from: alice, to: bob, heard }),
        tell(id, messages, { from: bob, to: alice, heard }),
      ];
      await Promise.all(talks.flatMap(both));
    });
    const { delivered, faults } = heard;
    const metrics = await alice.call("metrics");
    const active = Number(metrics["active_sessions"]);
    const spoken = alice.processorSeconds() + bob.processorSeconds() - shaken;
    const memory = Math.max(alice.peakMegabytes(), bob.peakMegabytes());
    const [closing] = await timed(() =>
      forAll(talks, LANES, async ({ id }) => void (await alice.call("close", { session_id: id }))),
    );
    const statuses = await Promise.all([alice.stop(), bob.stop()]);
    const relayMemory = relay.peakMegabytes();
    await relay.end("SIGTERM");
    note(
      `Of a processor, both daemons used ${shaken.toFixed(1)} s for the handshakes, ${spoken.toFixed(1)} s for the messages.`,
    );
    note(`A message was waited for ${quantile(heard.waits, 0.5).toFixed(0)} ms (median), all receivers at once.`);
    const seconds = (performance.now() - began) / 1_000;
    return [
      { name: "all of it", value: seconds, unit: "s", target: { atMost: scale === "quick" ? 90 : 300 } },
      { name: "sessions at once", value: active, unit: "", target: { atLeast: SESSIONS, atMost: SESSIONS } },
      { name: "handshakes completed and confirmed", value: verified, unit: "", target: { atLeast: SESSIONS } },
      { name: "from the first call until all were", value: handshakes, unit: "s", target: { atMost: 40 } },
      { name: "messages that were sent, each way", value: SESSIONS * messages, unit: "" },
      {
        name: "messages delivered once and in order",
        value: delivered,
        unit: "",
        target: { atLeast: 2 * SESSIONS * messages },
      },
      { name: "messages lost, doubled, or of another session", value: faults, unit: "", target: { atMost: 0 } },
      {
        name: "all of them sent and received",
        value: talking,
        unit: "s",
        target: { atMost: scale === "quick" ? 30 : 180 },
      },
      { name: "messages a second", value: delivered / talking, unit: "1/s" },
      { name: "all sessions closed", value: closing, unit: "s", target: { atMost: 30 } },
      { name: "connections of both to the relay", value: connections, unit: "", target: { atMost: 32 } },
      { name: "memory of a daemon at its most", value: memory, unit: "MB", target: { atMost: 512 } },
      { name: "memory of the relay at its most", value: relayMemory, unit: "MB", target: { atMost: 300 } },
      {
        name: "daemons that did not stop in order",
        value: statuses.filter((status) => status !== 0).length,
        unit: "",
        target: { atMost: 0 },
      },
    ];
  },
};

/** Both wait for the handshake; the words that each of them has. */
async function agree(id: string, daemons: readonly Daemon[]): Promise<readonly unknown[]> {
  const said = { session_id: id, timeout_ms: PATIENCE };
  const done = await Promise.all(daemons.map((daemon) => daemon.call("handshake_auto", said)));
  return done.map(({ sas }) => sas);
}

/** Each confirms the words of the other one; whether messages may flow on both sides. */
async function confirm(id: string, daemons: readonly Daemon[]): Promise<boolean> {
  const words = [...(await agree(id, daemons))].reverse();
  const said = { session_id: id, timeout_ms: PATIENCE };
  const confirmed = await Promise.all(
    daemons.map((daemon, i) => daemon.call("confirm_sas", { ...said, sas: words[i] })),
  );
  return confirmed.every(({ peer_verified }) => peer_verified === true);
}

/** One sends numbered messages, the other one receives them: what came of it is counted. */
async function tell(
  id: string,
  messages: number,
  { from, to, heard }: { readonly from: Daemon; readonly to: Daemon; readonly heard: Heard },
): Promise<void> {
  const sending = send(from, id, messages);
  for (let n = 0; n < messages; n++) {
    const [wait, { payload }] = await timed(() => to.call("recv", { session_id: id, timeout_ms: PATIENCE }));
    heard.waits.push(1_000 * wait);
    const said = payload as { readonly id?: string; readonly n?: number } | undefined;
    if (said?.id === id && said.n === n) heard.delivered += 1;
    else heard.faults += 1;
  }
  await sending;
  const more = await to.call("recv", { session_id: id, timeout_ms: 0 });
  if (more["timeout"] !== true) heard.faults += 1;
}

/** Sends numbered messages, one behind the other. */
async function send(daemon: Daemon, id: string, messages: number): Promise<void> {
  for (let n = 0; n < messages; n++) await daemon.call("send", { session_id: id, payload: { id, n } });
}

function indices(count: number): readonly number[] {
  return Array.from({ length: count }, (_, i) => i);
}

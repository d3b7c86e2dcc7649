import { address, Client, secret, uuid } from "../client.ts";
import type { Conditions, Figure, Proof, Scale } from "../proof.ts";
import { Relay, temporaryFolder } from "../relay.ts";
import { Bystanders } from "../sockets/bystanders.ts";
import { conformance, type FrameCase } from "../sockets/conformance.ts";
import { floods, type Ground } from "../sockets/floods.ts";
import { RawSocket } from "../sockets/raw-socket.ts";
import { sieges } from "../sockets/sieges.ts";
import { upgrades } from "../sockets/upgrades.ts";
import { type Dialect, request } from "../texts/case.ts";
import { sleep, timed } from "../wait.ts";

const dialects: readonly Dialect[] = ["countersign.v1", "mpc-websocket"];
/** Seconds within which whoever does nothing wrong is served, whatever others do. */
const SERVED = 1;
/** Milliseconds after which nothing that is under way comes any more. */
const GIVEN_UP = 6_000;
/** Megabytes of memory, whatever others do, with the sessions that the floods have lawfully made. */
const MEMORY = 512;

/** What can be done to a relay with sockets alone, without a word that it would carry out. */
export const w: Proof = {
  id: "w",
  title: "WebSockets and connections, well and badly used",
  async run(scale: Scale, { progress, note }: Conditions): Promise<readonly Figure[]> {
    const relay = new Relay({ data: temporaryFolder() });
    const { url } = await relay.ready();
    const bystanders = await Bystanders.start(url);
    const ground: Ground = { url, relay, seconds: scale === "quick" ? 1 : 10 };
    const figures: Figure[] = [];
    let heard = 0;
    let lost = 0;
    let refused = 0;
    const attack = async (name: string, run: () => Promise<readonly Figure[]>) => {
      progress(name);
      await bystanders.report();
      const found = await run();
      const report = await bystanders.report();
      const [newcomer, refusal] = await timed(() => come(url).catch((error: Error) => error));
      if (refusal !== undefined) note(`no newcomer was served after ${name}: ${refusal.message} ${relay.complaint}`);
      heard += report.heard;
      ({ lost, refused } = report);
      note(`memory after ${name}: ${relay.residentMegabytes().toFixed(0)} MB`);
      figures.push(...found);
      figures.push({
        name: `${name}: others heard after`,
        value: report.slowest,
        unit: "s",
        target: { atMost: SERVED },
      });
      const served = refusal === undefined ? newcomer : Number.POSITIVE_INFINITY;
      figures.push({ name: `${name}: newcomers served after`, value: served, unit: "s", target: { atMost: SERVED } });
    };

    await attack("frames", async () => [
      ...(await tally(
        "RFC 6455, frames",
        dialects.flatMap((dialect) => conformance.map((one) => probe(url, { ...one, dialect }))),
        note,
      )),
      ...(await tally(
        "RFC 6455, openings",
        upgrades.map(async ({ name, lines, statuses }) => {
          const raw = new RawSocket(url, { from: nextAddress() });
          const status = await raw.ask(lines);
          raw.destroy();
          return statuses.includes(status) ? undefined : `${name}: answered ${status}`;
        }),
        note,
      )),
    ]);
    for (const { name, run } of floods) await attack(name, () => run(ground).then(() => []));
    for (const { name, run } of sieges) await attack(name, () => run(ground, scale));

    // What is only late has come by now.
    await sleep(GIVEN_UP);
    const { missing } = await bystanders.report();
    for (const message of missing) note(`never heard: ${message}`);
    await bystanders.stop();
    const memory = relay.peakMegabytes();
    const status = await relay.end("SIGTERM");
    return [
      ...figures,
      { name: "messages that others heard meanwhile", value: heard, unit: "", target: { atLeast: 1 } },
      { name: "messages of others that nobody heard", value: missing.length, unit: "", target: { atMost: 0 } },
      { name: "connections that others lost", value: lost, unit: "", target: { atMost: 0 } },
      { name: "messages of others that were refused", value: refused, unit: "", target: { atMost: 0 } },
      { name: "most memory", value: memory, unit: "MB", target: { atMost: MEMORY } },
      { name: "exit status afterwards", value: status, unit: "", target: { atMost: 0 } },
    ];
  },
};

let addresses = 10_000;
/** Each probe comes from another address, so that they are not counted together. */
const nextAddress = (): string => address(addresses++);

/** Somebody who was not there before takes a place in a session. */
async function come(url: string): Promise<undefined> {
  const client = await Client.connect(url, { from: nextAddress() });
  const place = {
    group: uuid(addresses),
    session: uuid(0xc0_0000 + addresses),
    kind: "exchange",
    parties: 2,
    threshold: 2,
  };
  await client.call("Session.open", { ...place, eid: secret(1), versions: "AQ", token: secret(2) });
  await client.close();
}

/** How many of the cases came out otherwise. */
async function tally(
  name: string,
  cases: readonly Promise<string | undefined>[],
  note: Conditions["note"],
): Promise<readonly Figure[]> {
  const wrong = (await Promise.all(cases)).filter((one) => one !== undefined);
  for (const one of wrong) note(`${name}: ${one}`);
  return [
    { name: `${name}: cases`, value: cases.length, unit: "", target: { atLeast: 1 } },
    { name: `${name}: otherwise than specified`, value: wrong.length, unit: "", target: { atMost: 0 } },
  ];
}

/** Sends the frames of a case; undefined if all is as it should be, else what was not. */
async function probe(
  url: string,
  { name, chunks, verdict, brings, dialect }: FrameCase & { dialect: Dialect },
): Promise<string | undefined> {
  const raw = await RawSocket.open(url, { dialect, from: nextAddress() });
  try {
    for (const chunk of chunks) raw.write(chunk);
    if (verdict !== "serves") {
      const code = await raw.closeCode();
      return code !== undefined && verdict.includes(code) ? undefined : `${dialect}, ${name}: closed with ${code}`;
    }
    const found = brings && (await raw.next(brings.opcode))?.payload.toString("latin1");
    if (brings !== undefined && !isWanted(found, brings.payload)) return `${dialect}, ${name}: brought ${found}`;
    raw.send({ payload: request("?", "[]", "8") });
    for (let frame = await raw.next(1); frame !== undefined; frame = await raw.next(1)) {
      if (frame.payload.includes('"id":8,')) return undefined;
    }
    return `${dialect}, ${name}: not served behind it`;
  } finally {
    raw.destroy();
  }
}

function isWanted(found: string | undefined, wanted: string | RegExp): boolean {
  if (found === undefined) return false;
  return typeof wanted === "string" ? found === Buffer.from(wanted).toString("latin1") : wanted.test(found);
}

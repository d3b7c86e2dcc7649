import { Prober } from "../prober.ts";
import type { Conditions, Figure, Proof, Scale } from "../proof.ts";
import { Relay, temporaryFolder } from "../relay.ts";
import { bytes } from "../texts/bytes.ts";
import type { Case, Dialect } from "../texts/case.ts";
import { duplicates } from "../texts/duplicates.ts";
import { examples } from "../texts/examples.ts";
import { grammar } from "../texts/grammar.ts";
import { limits } from "../texts/limits.ts";
import { ownNames } from "../texts/names.ts";
import { nesting } from "../texts/nesting.ts";
import type { LiveSetting } from "../texts/setting.ts";

/** What the cases are about; all of them are run at either scale. */
const subjects: readonly (readonly [
  name: string,
  cases: (live: Readonly<Record<Dialect, LiveSetting>>) => readonly Case[],
])[] = [
  ["F3, grammar of JSON", () => grammar],
  ["F4, nesting", () => nesting],
  ["F5, __proto__ and its like", (live) => ownNames(live["mpc-websocket"])],
  ["F6, UTF-8", () => bytes],
  ["F7, limits and one beyond", limits],
  ["F8, a name twice", () => duplicates],
  ["F9, examples of JSON-RPC 2.0", () => examples],
];

/** All cases come from few connections of one address; how fast and how many they may be is not what they are about. */
const unhurried = [
  ...["messages", "address-messages", "bytes", "address-bytes", "refusals", "address-refusals"].flatMap((what) => [
    `--${what}-per-second`,
    "1000000000",
  ]),
  ...["--new-connections-per-second", "1000000", "--groups-per-connection", "10000"],
];

/** Texts of all kinds, each with what it has to bring, in both dialects against a relay that serves. */
export const f: Proof = {
  id: "f",
  title: "F3 to F9, texts that are well formed, ill formed or in between",
  async run(_scale: Scale, { progress, note }: Conditions): Promise<readonly Figure[]> {
    const relay = new Relay({ data: temporaryFolder(), args: unhurried });
    const { url } = await relay.ready();
    const v1 = await Prober.connect(url, "countersign.v1");
    const mpc = await Prober.connect(url, "mpc-websocket");
    const probers: Readonly<Record<Dialect, Prober>> = { "countersign.v1": v1, "mpc-websocket": mpc };
    const live = { "countersign.v1": await v1.settle(), "mpc-websocket": await mpc.settle() };

    const figures: Figure[] = [];
    for (const [subject, cases] of subjects) {
      let wrong = 0;
      const all = cases(live);
      for (const [i, { name, dialect, sent, expected }] of all.entries()) {
        if (i % 20 === 0) progress(`${subject}, ${i} of ${all.length}`);
        const happened = await probers[dialect].probe(sent, expected);
        if (happened === undefined) continue;
        wrong++;
        note(`${subject}, ${dialect}, ${name}: ${happened}`);
      }
      figures.push({ name: `${subject}: cases`, value: all.length, unit: "", target: { atLeast: 1 } });
      figures.push({ name: `${subject}: otherwise than specified`, value: wrong, unit: "", target: { atMost: 0 } });
    }
    v1.close();
    mpc.close();
    const status = await relay.end("SIGTERM");
    return [...figures, { name: "exit status afterwards", value: status, unit: "", target: { atMost: 0 } }];
  },
};

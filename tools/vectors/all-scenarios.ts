import { fileURLToPath } from "node:url";
import { RANDOMNESS } from "./randomness.ts";
import type { Scenario } from "./scenario.ts";
import { ceremonies } from "./scenarios/ceremonies.ts";
import { frameCodecs } from "./scenarios/frame-codecs.ts";
import { frameRefusals } from "./scenarios/frame-refusals.ts";
import { frames } from "./scenarios/frames.ts";
import { frost } from "./scenarios/frost.ts";
import { groupLinks } from "./scenarios/group-links.ts";
import { groupSasFailures } from "./scenarios/group-sas-failures.ts";
import { messageCodecs } from "./scenarios/message-codecs.ts";
import { notes } from "./scenarios/notes.ts";
import { numbers } from "./scenarios/numbers.ts";
import { p1AndP2Refusals } from "./scenarios/p1-p2-refusals.ts";
import { p3Refusals } from "./scenarios/p3-refusals.ts";
import { p4AndP5Refusals } from "./scenarios/p4-p5-refusals.ts";
import { packetCodecs } from "./scenarios/packet-codecs.ts";
import { reLinkRefusals } from "./scenarios/re-link-refusals.ts";
import { sessions } from "./scenarios/sessions.ts";
import { textForms } from "./scenarios/text-forms.ts";

/** Where the files belong. */
export const folder = fileURLToPath(new URL("../../spec/vectors", import.meta.url));

/** Every scenario there is. */
function allScenarios(): readonly Scenario[] {
  const codecs = [...packetCodecs(), ...messageCodecs(), ...frameCodecs(), ...textForms()];
  const handshakes = [...sessions(), ...p1AndP2Refusals(), ...p3Refusals(), ...p4AndP5Refusals(), ...reLinkRefusals()];
  const all = [
    ...codecs,
    ...numbers(),
    ...handshakes,
    ...groupLinks(),
    ...groupSasFailures(),
    ...frames(),
    ...frameRefusals(),
    ...ceremonies(),
    ...frost(),
    ...notes(),
  ];
  const names = new Set(all.map(({ name }) => name));
  if (names.size !== all.length) throw new Error("two scenarios have one name");
  return all;
}

/** Every scenario's file, by its name. */
export function allFiles(): ReadonlyMap<string, string> {
  return new Map(allScenarios().map((scenario) => [`${scenario.name}.json`, textOf(scenario)]));
}

function textOf({ name, format, title, spec, content }: Scenario): string {
  return `${JSON.stringify({ scenario: name, format, title, spec, randomness: RANDOMNESS, ...content }, null, 2)}\n`;
}

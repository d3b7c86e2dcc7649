import {
  describe,
  describeFacts,
  describeFirstContact,
  describeParty,
  describeReLink,
  describeSas,
  type Json,
} from "../describe.ts";
import { text } from "../protocol/bytes.ts";
import { orderOf } from "../protocol/party.ts";
import { reLink } from "../protocol/re-link.ts";
import { groupSas, type Sas } from "../protocol/sas.ts";
import type { Scenario } from "../scenario.ts";
import { CODE, linkUp, meetByCode, meetByPins, type Setting } from "./meeting.ts";
import { BEGIN, type SessionScript } from "./session-script.ts";

/** All sessions: by code and by pins, with two and three parties, begun from either side. */
export function sessions(): readonly Scenario[] {
  const settings = [2, 3].flatMap((size) =>
    (["higher", "lower"] as const).map((caller) => ({ size, caller, suffix: `n${size}-${caller}-number-initiates` })),
  );
  return [
    ...settings.map(({ suffix, ...rest }) => byCode({ name: `pair-${suffix}`, ...rest })),
    ...settings.map(({ suffix, ...rest }) => byPins({ name: `link-${suffix}`, ...rest })),
    relinked(),
  ];
}

function byCode(setting: Setting): Scenario {
  const { name, size, caller } = setting;
  const { script, contacts, prk, salt } = meetByCode(setting);
  const sas = groupSas(script.facts, script.parties, name);
  script.compare(sas, true);
  script.say(1, 0, text("to all"));
  script.say(2, 1, text("to you"));
  script.close();
  return {
    name,
    format: "session",
    title: `${size} parties meet by a code, the ${caller} number of each pair being initiator, compare, talk and leave`,
    spec: ["0003", "0004"],
    content: {
      code: describe({ ...CODE, salt, prk }),
      ...contentOf(script, contacts.map(describeFirstContact), sas),
    },
  };
}

function byPins(setting: Setting): Scenario {
  const { name, size, caller } = setting;
  const { script, links } = meetByPins(setting);
  const sas = groupSas(script.facts, script.parties, name);
  script.compare(sas, false);
  script.say(1, 0, text("to all"));
  script.close();
  return {
    name,
    format: "session",
    title: `${size} pinned parties meet, the ${caller} number of each pair being initiator, see a verified SAS, talk and leave`,
    spec: ["0003, sections 2, 3, 6, 7 and 8", "0004"],
    content: contentOf(
      script,
      links.map((link) => describeReLink(link, link.linkPsk)),
      sas,
    ),
  };
}

/** A session in which a message is lost, and arrives through a new exchange. */
function relinked(): Scenario {
  const name = "relink-in-a-session";
  const { script, contacts, prk, salt } = meetByCode({ name, size: 2, caller: "higher" });
  const [contact] = contacts;
  if (contact === undefined) throw new Error("no contact");
  const sas = groupSas(script.facts, script.parties, name);
  script.compare(sas, true);
  const { linkPsk, roles } = contact;
  const { I, R } = roles;
  const content = script.say(R.number, I.number, text("lost and found"), { lost: true });
  const later = BigInt(BEGIN + 20);
  const at = (later & 1n) === orderOf(I, R) ? later : later + 1n;
  const next = { I: 3n, R: 3n };
  const link = reLink({ facts: script.facts, I, R, at, linkPsk, label: `${name}/again`, next });
  script.tell(I.number, "relink", { number: R.number, unixSeconds: BEGIN + 20 }, [link.ephemeral.I.privateKey]);
  linkUp(script, link, { from: next });
  script.frame(R.number, I.number, "APP", content);
  script.close();
  return {
    name,
    format: "session",
    title: "a new exchange within a session: next says what has arrived, and what was lost is sealed anew",
    spec: ["0003, section 7", "0004, sections 8 and 9"],
    content: {
      code: describe({ ...CODE, salt, prk }),
      ...contentOf(script, [describeFirstContact(contact), describeReLink(link, linkPsk)], sas),
    },
  };
}

function contentOf({ facts, parties, flow }: SessionScript, exchanges: readonly Json[], sas: Sas) {
  return {
    session: describeFacts(facts),
    parties: parties.map(describeParty),
    exchanges,
    sas: describeSas(sas),
    flow,
  };
}

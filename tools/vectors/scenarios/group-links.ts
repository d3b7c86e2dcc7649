import { describeFacts, describeGroupLink, describeParty, describeSas } from "../describe.ts";
import { text } from "../protocol/bytes.ts";
import { Direction } from "../protocol/direction.ts";
import { type GroupLink, g1, groupLink } from "../protocol/group-link.ts";
import { fixedUuid, makeParty } from "../protocol/party.ts";
import { groupSas } from "../protocol/sas.ts";
import { fixedRandom } from "../randomness.ts";
import type { Scenario } from "../scenario.ts";
import { SessionScript } from "./session-script.ts";
import { BODY, flip } from "./tamper.ts";

/** The party that is named as the sender has not sent it. */
const forged = true;
const LABELS = ["alice", "Bob", "Zoë"];

/** Sessions of three that link by one packet of each, spec 0012. */
export function groupLinks(): readonly Scenario[] {
  return [
    session("group-link-n3", "3 pinned parties link by a group link, see a verified SAS, talk and leave", () => {}),
    session(
      "group-link-refused",
      "the same beside what must be dropped: what is no G1, one's own, of small order, of an at; and what comes too late",
      (script, link) => forge(script, link),
    ),
  ];
}

function session(name: string, title: string, forge: (script: SessionScript, link: GroupLink) => void): Scenario {
  const parties = LABELS.map((label, index) => makeParty(name, index + 1, label));
  const [group, id] = [fixedUuid(`${name}/group`), fixedUuid(`${name}/session`)];
  const facts = { group, session: id, kind: "sign", parties: 3, threshold: 2 } as const;
  const script = new SessionScript(facts, parties);
  const link = groupLink({ facts, parties, label: name });
  for (const { roles, kA, kB, A, B } of link.pairs) {
    script.open(roles.A.number, roles.B.number, new Direction(kA, B.token));
    script.open(roles.B.number, roles.A.number, new Direction(kB, A.token));
  }
  for (const { party, ephemeral } of link.ends) {
    const others = parties.filter(({ number }) => number !== party.number);
    for (const [index, { number }] of others.entries()) {
      script.tell(party.number, "member", { number }, index === 1 ? [ephemeral.privateKey] : []);
    }
  }
  forge(script, link);
  for (const { party, packet } of link.ends) {
    for (const { number, label } of parties) {
      if (number === party.number) continue;
      const nonce = { draws: [fixedRandom(`${name}/${label}/nonce`, 32)] };
      script.carry("G1", [party.number, number], packet, script.up(number) ? nonce : {});
    }
  }
  const [first, second] = link.ends;
  if (first !== undefined && second !== undefined && name === "group-link-refused") {
    const [a, b] = [first.party.number, second.party.number];
    script.carry("G1", [b, a], second.packet, { dropped: "group-link.late", forged });
    script.carry("G1", [b, a], g1(makeParty(name, 9, "another").noiseStatic.publicKey), {
      dropped: "group-link.late",
      forged,
    });
  }
  const sas = groupSas(facts, parties, name);
  script.compare(sas, false);
  script.say(1, 0, text("to all"));
  script.close();
  return {
    name,
    format: "session",
    title,
    spec: ["0012", "0003, section 8", "0004"],
    content: {
      session: describeFacts(facts),
      parties: parties.map(describeParty),
      exchanges: [],
      groupLink: describeGroupLink(link),
      sas: describeSas(sas),
      flow: script.flow,
    },
  };
}

/** What Bob must drop in front of alice's G1, none of which keeps the good one from being used. */
function forge(script: SessionScript, { ends }: GroupLink): void {
  const [alice, bob] = ends;
  if (alice === undefined || bob === undefined) return;
  const way = [alice.party.number, bob.party.number] as const;
  script.carry("G1", way, alice.packet.slice(0, -1), { dropped: "wire.malformed", forged });
  script.carry("G1", way, flip(alice.packet, BODY + 26), { dropped: "exchange.exch", forged });
  script.carry("G1", way, g1(alice.ephemeral.publicKey, 1n), { dropped: "wire.out-of-range", forged });
  script.carry("G1", way, g1(new Uint8Array(32)), { dropped: "noise.bad-key", forged });
  script.carry("G1", way, bob.packet, { dropped: "group-link.reflected", forged });
}

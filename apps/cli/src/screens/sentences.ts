import { describeMedia } from "../files/media.ts";
import { sayBytesCount, sayDuration } from "./amounts.ts";
import { ceremonySentences } from "./ceremony-sentences.ts";
import { sasLines } from "./sas-lines.ts";
import type { ScreenEvent } from "./screen.ts";

/** What an event is in words: the lines that go to stderr. None for what a person need not be told. */
export function sentences(event: ScreenEvent): readonly string[] {
  switch (event.event) {
    case "code":
      return [
        `The code: ${event.code}`,
        `On the other ${event.joiners === 1 ? "side" : "machines"}, run: ${event.command}`,
        `It asks for the code, which is good for ${event.joiners === 1 ? "one pairing" : `${event.joiners} pairings`} within ${sayDuration(event.life_seconds)}.`,
      ];
    case "waiting":
      return [`Waiting for ${event.for} at ${event.relay} …`];
    case "peer-joined":
      return ["The other side is here."];
    case "sas":
      return event.verified ? [] : ["The words to compare", ...sasLines(event)];
    case "question":
      return event.text.split("\n");
    case "peer-confirmed":
      return [`${event.label} says that the words are the same.`];
    case "confirmed":
      return [event.verified ? `This is ${event.peer}: the keys are the pinned ones.` : `Paired with ${event.peer}.`];
    case "contact-kept":
      return [`Kept as contact ${event.label}${event.sealed ? ", sealed by the passphrase" : ""}.`];
    case "contact-forgotten":
      return [`Forgot ${event.label}; to meet again, pair anew.`];
    case "offer":
      return offerLines(event);
    case "accepted":
      return ["Accepted."];
    case "progress":
      return [`${percent(event.bytes, event.size)} of ${sayBytesCount(event.size)}`];
    case "peer-offline":
      return [`${event.label} lost the connection; waiting ${sayDuration(event.grace_seconds)} for it.`];
    case "peer-online":
      return [`${event.label} is back.`];
    case "relay-lost":
      return [`The relay is gone; trying again for ${sayDuration(event.grace_seconds)}.`];
    case "relay-back":
      return ["The relay is back; nothing was lost."];
    case "done":
      return [`Done: ${event.file}, ${sayBytesCount(event.size)}, is on both sides.`, sayTimings(event.timings_ms)];
    case "notice":
      return event.text.split("\n");
    case "error":
      return [`countersign: ${event.message}`];
    default:
      return ceremonySentences(event);
  }
}

/** `37 %`, and `100 %` for an empty file. */
export function percent(bytes: number, size: number): string {
  return `${size === 0 ? 100 : Math.floor((bytes / size) * 100)} %`;
}

function offerLines(event: Extract<ScreenEvent, { event: "offer" }>): readonly string[] {
  return [
    event.direction === "in" ? `${event.peer} offers a file:` : `Offered to ${event.peer}, who decides now:`,
    `   name    ${event.name}`,
    `   size    ${sayBytesCount(event.size)}`,
    `   kind    ${describeMedia(event.media)}`,
    `   sha256  ${event.sha256}`,
  ];
}

/** `6.1 s: connect 0.1, wait 4.0, …`; what took no time worth a word is left out. */
function sayTimings({ total = 0, ...phases }: Readonly<Record<string, number>>): string {
  const seconds = (ms: number) => (ms / 1000).toFixed(1);
  const parts = Object.entries(phases).filter(([, ms]) => ms >= 50);
  return `${seconds(total)} s: ${parts.map(([name, ms]) => `${name} ${seconds(ms)}`).join(", ")}`;
}

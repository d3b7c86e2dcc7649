import type { LiveConnection, LiveEvent, LiveGroup, Payload } from "@countersign/relay";
import { expect, it } from "vitest";
import { GroupFeed, type GroupLine } from "../src/core/group-feed.ts";
import type { Outlet, Pump } from "../src/core/pump.ts";
import { SharedTexts } from "../src/core/shared-texts.ts";

it("what came to a group while a message was read is sent at the end of a turn, so that answers are sent before", async () => {
  const due: number[] = [1];
  const events: LiveEvent[] = [{ type: "notifySigned", seq: 1, session: "s", position: 1, size: 1 }];
  const connections = new Map<number, LiveConnection>([[7, { number: 7, due }]]);
  const live: LiveGroup = { id: "g", label: "", parties: 2, threshold: 2, connections, seq: 1, events, bytes: 0 };
  let read = (_: Payload | undefined): void => undefined;
  const payload = () => new Promise((resolve) => (read = resolve));
  const handed = { note: () => undefined };
  const line = { host: { id: "g", live, payload }, shared: new SharedTexts(), handed, feeds: new Map() };

  const planned: Pump[] = [];
  const sent: string[] = [];
  const outlet: Outlet = {
    hasRoom: () => true,
    send: (text) => sent.push(text),
    deliver: (text) => sent.push(typeof text === "string" ? text : text.text),
    schedule: (pump) => planned.push(pump),
    broken: (error) => sent.push(String(error)),
  };
  const codec = { encodeLive: (_group: string, { seq, type }: LiveEvent) => `${seq} ${type}` };
  new GroupFeed(line as unknown as GroupLine, { connection: 7, codec, outlet });
  planned.shift()?.run();
  events.push({ type: "sessionClosed", seq: ++live.seq, session: "s", numbers: [] });
  due.push(live.seq);
  read(undefined);
  await new Promise(setImmediate);
  expect(sent).toEqual(["1 notifySigned"]);
  planned.shift()?.run();
  expect(sent).toEqual(["1 notifySigned", "2 sessionClosed"]);
});

import type { Transport, TransportConnection, TransportHandlers } from "@countersign/client";
import { describe, expect, it } from "vitest";
import { RelayPool } from "../../src/index.ts";

/** A network in which connections are only counted, and come up or go when the test says so. */
function network() {
  const opened: TransportHandlers[] = [];
  const closed: number[] = [];
  const transport: Transport = {
    connect(_url, _protocols, handlers): TransportConnection {
      const index = opened.push(handlers) - 1;
      return { send() {}, close: () => void closed.push(index) };
    },
  };
  return { transport, opened, closed };
}

/** Takes a part and needs it, so that its connection is made. */
function need(
  pool: RelayPool,
  { url = "ws://relay.example", ...rest }: { url?: string; transport: Transport; accessToken?: string },
) {
  const part = pool.take({ url, ...rest });
  part.follow({ up() {}, down() {}, event() {}, gone() {} });
  return part;
}

describe("connections to a relay", () => {
  it("are one for each session, up to 16, then shared by as few as can be", () => {
    const { transport, opened, closed } = network();
    const pool = new RelayPool();
    const parts = Array.from({ length: 40 }, () => need(pool, { transport }));
    expect(opened).toHaveLength(16);
    // Of each connection the parts that are in it: all but the last one are closed, and the connection stays.
    for (const part of parts.slice(16)) part.close();
    expect(closed).toEqual([]);
    for (const part of parts.slice(0, 16)) part.close();
    expect(closed).toHaveLength(16);
    need(pool, { transport });
    expect(opened).toHaveLength(17);
  });

  it("are others for another relay and another token", () => {
    const { transport, opened } = network();
    const pool = new RelayPool();
    for (let i = 0; i < 17; i++) {
      need(pool, { transport });
      need(pool, { transport, accessToken: "other" });
      need(pool, { transport, url: "ws://other.example" });
    }
    expect(opened).toHaveLength(48);
  });

  it("are not shared while they are lost: whoever asks for something now would have to wait", () => {
    const { transport, opened } = network();
    const pool = new RelayPool();
    for (let i = 0; i < 16; i++) need(pool, { transport });
    for (const connection of opened) connection.open();
    opened[0]?.close(1006);
    for (let i = 0; i < 15; i++) need(pool, { transport });
    expect(opened).toHaveLength(16);
    for (const connection of opened.slice(1)) connection.close(1006);
    need(pool, { transport });
    expect(opened).toHaveLength(17);
  });
});

import { type KeyEvent, type KeyWatch, RelayConnection, RelayError, watchKey } from "@countersign/client";
import { utf8 } from "@countersign/wire";
import { limits } from "../limits.ts";
import { relayEnding } from "../session/endings.ts";
import type { GroupKey } from "../store/group-key.ts";
import { type Ended, type Heard, type Proposal, readNote, type Signed } from "./heard.ts";

export interface KeyChannelOptions {
  readonly relay: string;
  readonly accessToken: string | undefined;
  readonly graceMs: number;
}

/** A line to all who have a share of a key: sealed for each of them, heard by those who listen. */
export class KeyChannel {
  private readonly relay: RelayConnection;
  private readonly watch: KeyWatch;

  constructor(key: GroupKey, { relay, accessToken, graceMs }: KeyChannelOptions) {
    this.relay = new RelayConnection({
      url: relay,
      ...(accessToken === undefined ? {} : { accessToken }),
      connectTimeoutMs: limits.relayConnect,
      reconnectForMs: graceMs,
    });
    const { group, peers: pins, self, facts } = key;
    this.watch = watchKey({ relay: this.relay, key: { group, number: facts.number, identity: self.identity, pins } });
  }

  async propose(session: Uint8Array, proposal: Proposal): Promise<void> {
    await this.watch.tell({ subject: "proposal", session, content: utf8(JSON.stringify(proposal)) });
  }

  /** What was proposed will not be signed. */
  async tellEnded(session: Uint8Array, ended: Ended): Promise<void> {
    // The session may be gone already: a note of this subject is about any.
    await this.watch.tell({ subject: "proposal", session, content: utf8(JSON.stringify(ended)) });
  }

  async tellSigned(session: Uint8Array, signed: Signed): Promise<void> {
    const content = utf8(JSON.stringify(signed));
    try {
      await this.watch.tell({ subject: "signed", session, content });
    } catch (error) {
      if (!(error instanceof RelayError) || error.code !== "relay.unknown-session") throw error;
      // The others were quicker to close the session; a note of the other subject is about any.
      await this.watch.tell({ subject: "proposal", session, content });
    }
  }

  /** What is said, in order, until `close`. Rejects with `CommandError` when the relay is lost. One listener. */
  async *heard(): AsyncGenerator<Heard, void> {
    for await (const event of this.watch.events()) {
      if (event.type === "failed") throw relayEnding(event.error, this.relay.url);
      yield* read(event);
    }
  }

  close(): void {
    this.watch.stop();
    this.relay.close();
  }
}

function* read(event: KeyEvent): Generator<Heard, void> {
  switch (event.type) {
    case "joined":
      for (const { session, parties, joined, online } of event.sessions) {
        // What nobody is connected to any more was given up.
        if (online > 0) yield { type: joined < parties ? "open" : "running", session, parties, joined };
      }
      yield { type: "told" };
      return;
    case "proposal":
    case "signed":
      yield* readNote(event, event.content);
  }
}

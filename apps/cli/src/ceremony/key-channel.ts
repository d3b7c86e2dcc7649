import { type KeyEvent, type KeyWatch, RelayConnection, RelayError, watchKey } from "@countersign/client";
import { decodeUtf8, utf8 } from "@countersign/wire";
import * as v from "valibot";
import { limits } from "../limits.ts";
import { relayEnding } from "../session/endings.ts";
import { parseJson } from "../store/fields.ts";
import type { GroupKey } from "../store/group-key.ts";

/** Somebody who has the key wants something signed. */
const Proposal = v.strictObject({
  /** How many are to sign. */
  parties: v.pipe(v.number(), v.integer(), v.minValue(2), v.maxValue(255)),
  kind: v.picklist(["psbt", "text", "bytes"]),
  name: v.optional(v.pipe(v.string(), v.maxLength(120))),
});
export type Proposal = v.InferOutput<typeof Proposal>;

/** Something was signed. */
const Signed = v.strictObject({
  txid: v.optional(v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/))),
  signature: v.optional(v.pipe(v.string(), v.regex(/^[0-9a-f]{128}$/))),
});
export type Signed = v.InferOutput<typeof Signed>;

/** What the other holders of a key say, and sessions of theirs that wait for somebody. */
export type Heard =
  | { readonly type: "proposal"; readonly from: number; readonly session: Uint8Array; readonly proposal: Proposal }
  | { readonly type: "open"; readonly session: Uint8Array; readonly parties: number }
  | { readonly type: "signed"; readonly from: number; readonly session: Uint8Array; readonly signed: Signed };

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
      // Nobody waits in one that is full, or that nobody is connected to any more.
      for (const { session, parties, joined, online } of event.sessions) {
        if (joined < parties && online > 0) yield { type: "open", session, parties };
      }
      return;
    case "proposal":
    case "signed": {
      const proposal = contentOf(Proposal, event.content);
      if (proposal !== undefined) yield { type: "proposal", from: event.from, session: event.session, proposal };
      const signed = contentOf(Signed, event.content);
      if (signed !== undefined) yield { type: "signed", from: event.from, session: event.session, signed };
      return;
    }
  }
}

function contentOf<Schema extends v.GenericSchema>(
  schema: Schema,
  content: Uint8Array,
): v.InferOutput<Schema> | undefined {
  const text = decodeUtf8(content);
  const parsed = text.ok ? parseJson(schema, text.value) : undefined;
  return parsed?.ok ? parsed.value : undefined;
}

import { cpSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** The files of a relay's database at one moment, the write-ahead log included. */
export function readFiles(data: string): Buffer {
  return Buffer.concat(readdirSync(data).map((file) => readFileSync(join(data, file))));
}

export interface Traffic {
  readonly messages: number;
  /** Bytes of what was carried, without the relay's own notes. */
  readonly bytes: number;
}

/** What a relay's log holds, read from a copy so that the relay is not disturbed. */
export function readTraffic(data: string, copy: string): Traffic {
  cpSync(data, copy, { recursive: true });
  const database = new DatabaseSync(join(copy, "relay.db"));
  try {
    const bodies = database
      .prepare("SELECT entry FROM records")
      .all()
      .map(({ entry }) => JSON.parse(String(entry)))
      .filter(({ type }) => type === "message")
      .flatMap(({ envelopes }): string[] => envelopes.map(({ body }: { body: string }) => body));
    return { messages: bodies.length, bytes: bodies.reduce((sum, body) => sum + Math.floor((body.length * 3) / 4), 0) };
  } finally {
    database.close();
  }
}

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

/** What a relay's logs hold, read from a copy so that the relay is not disturbed. */
export function readTraffic(data: string, copy: string): Traffic {
  cpSync(data, copy, { recursive: true });
  const database = new DatabaseSync(join(copy, "relay.db"));
  try {
    // Entries are JSON, and stand behind each other in rows.
    const rows = database.prepare("SELECT entries FROM bundles").all();
    const text = rows.map(({ entries }) => Buffer.from(entries as Uint8Array).toString("latin1")).join("\n");
    const bodies = [...text.matchAll(/"body":"([\w-]+)"/g)].map(([, body = ""]) => body);
    return { messages: bodies.length, bytes: bodies.reduce((sum, body) => sum + Math.floor((body.length * 3) / 4), 0) };
  } finally {
    database.close();
  }
}

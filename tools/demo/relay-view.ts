import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The files of a relay's database at one moment, its journals included. */
export function readFiles(data: string): Buffer {
  return Buffer.concat(readdirSync(data).map((file) => readFileSync(join(data, file))));
}

export interface Traffic {
  readonly messages: number;
  /** Bytes of what was carried, without the relay's own notes. */
  readonly bytes: number;
}

/** What a relay's logs hold: they stand in its journal, ahead of the database, until that has grown by megabytes. */
export function readTraffic(data: string): Traffic {
  const files = readdirSync(data).filter((file) => file.includes("-ahead-"));
  const text = files.map((file) => readFileSync(join(data, file), "latin1")).join("\n");
  const bodies = [...new Set([...text.matchAll(/"body":"([\w-]+)"/g)].map(([, body = ""]) => body))];
  return { messages: bodies.length, bytes: bodies.reduce((sum, body) => sum + Math.floor((body.length * 3) / 4), 0) };
}

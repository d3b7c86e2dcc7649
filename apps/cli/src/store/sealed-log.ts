import { type FileHandle, open, readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { syncDirectory, writeDurably } from "./durable-file.ts";
import { LogKey } from "./log-key.ts";
import { readRecords } from "./log-records.ts";

/** A log may have as much that does not matter as that does, and this much more, before it is written anew. */
const SLACK = 1024 * 1024;

export interface SealedLogOptions {
  readonly path: string;
  /** 32 bytes, secret: of all logs of a user. */
  readonly master: Uint8Array;
  /** What all records so far amount to: as good as them, and shorter. */
  snapshot(): readonly Uint8Array[];
  /** About how many bytes that is. */
  needed(): number;
}

interface Waiting {
  readonly bytes: Uint8Array;
  resolve(): void;
  reject(error: unknown): void;
}

/**
 * A file to which sealed records are appended: whoever has not the key can neither read, change, reorder nor insert
 * one. What was appended is on the disk when `append` resolves; what waits at the same time is written at once. The file
 * is written anew when most of it does not matter any more.
 */
export class SealedLog {
  private readonly options: SealedLogOptions;
  private key: LogKey;
  private handle: FileHandle | undefined;
  private size: number;
  private index: number;
  private waiting: Waiting[] = [];
  private writing: Promise<void> | undefined;
  private fault: unknown;

  private constructor(options: SealedLogOptions, key: LogKey, written: { size: number; records: number }) {
    this.options = options;
    this.key = key;
    this.size = written.size;
    this.index = written.records;
  }

  /** Makes the file, durably and with its first records, for its user only (0600). */
  static async create(options: SealedLogOptions, first: readonly Uint8Array[]): Promise<SealedLog> {
    const { key, bytes } = image(options.master, first);
    await writeDurably(options.path, bytes);
    const log = new SealedLog(options, key, { size: bytes.length, records: first.length });
    log.handle = await open(options.path, "a");
    return log;
  }

  /**
   * Opens a file for more records and hands over those that it has. What a process that ended could not write to the end
   * is cut off: nothing has ever depended on it. Throws `LogFault` for anything else that is wrong.
   */
  static async open(options: SealedLogOptions): Promise<{ readonly log: SealedLog; readonly records: Uint8Array[] }> {
    const bytes = await readFile(options.path);
    const { key, records, size } = readRecords(bytes, options.master);
    const log = new SealedLog(options, key, { size, records: records.length });
    log.handle = await open(options.path, "r+");
    if (size < bytes.length) {
      await log.handle.truncate(size);
      await log.handle.datasync();
    }
    await log.handle.close();
    log.handle = await open(options.path, "a");
    return { log, records };
  }

  /** Resolves when the record and all before it are on the disk. */
  append(record: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ bytes: record, resolve, reject });
      this.writing ??= this.write();
    });
  }

  /** Takes a record that nothing depends on: it is written with the next one that something does. */
  add(record: Uint8Array): void {
    this.waiting.push({ bytes: record, resolve() {}, reject() {} });
  }

  /** Closes the file behind what waits. */
  async close(): Promise<void> {
    this.writing ??= this.write();
    await this.writing;
    await this.handle?.close();
    this.handle = undefined;
    this.fault ??= new Error("the log is closed");
  }

  private async write(): Promise<void> {
    while (this.waiting.length > 0) {
      const batch = this.waiting.splice(0);
      try {
        await this.writeBatch(batch);
        for (const { resolve } of batch) resolve();
      } catch (error) {
        // What is behind a hole can never be read again, so that there is nothing behind it.
        this.fault ??= error;
        for (const { reject } of batch) reject(this.fault);
      }
    }
    this.writing = undefined;
  }

  private async writeBatch(batch: readonly Waiting[]): Promise<void> {
    if (this.fault !== undefined || this.handle === undefined) throw this.fault ?? new Error("the log is closed");
    const sealed = Buffer.concat(batch.map(({ bytes }) => this.key.seal(bytes, this.index++)));
    await this.handle.appendFile(sealed);
    await this.handle.datasync();
    this.size += sealed.length;
    // Only when nothing waits: what the snapshot holds must not be appended to it once more.
    if (this.waiting.length === 0 && this.size > 2 * this.options.needed() + SLACK) await this.rewrite();
  }

  /** Puts a short file in the place of a long one. Whichever a crash leaves behind says the same. */
  private async rewrite(): Promise<void> {
    const records = this.options.snapshot();
    const { key, bytes } = image(this.options.master, records);
    await writeDurably(this.options.path, bytes);
    await this.handle?.close();
    this.handle = await open(this.options.path, "a");
    await syncDirectory(dirname(this.options.path));
    this.key = key;
    this.index = records.length;
    this.size = bytes.length;
  }
}

/** A whole file under a key of its own. */
function image(master: Uint8Array, records: readonly Uint8Array[]): { readonly key: LogKey; readonly bytes: Buffer } {
  const key = LogKey.create(master);
  return { key, bytes: Buffer.concat([key.header, ...records.map((record, index) => key.seal(record, index))]) };
}

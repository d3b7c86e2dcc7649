import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { unhex } from "../support/shared-vectors.ts";

const folder = fileURLToPath(new URL("../../../../spec/vectors", import.meta.url));

/** What all files have; spec/0000-process.md says more. */
export interface VectorFile {
  readonly scenario: string;
  readonly format:
    | "session"
    | "refusal"
    | "group-sas"
    | "frames"
    | "ceremony"
    | "frost"
    | "note"
    | "codec"
    | "code"
    | "at";
  readonly title: string;
}

/** Every file of spec/vectors. */
export function vectorFiles(): readonly VectorFile[] {
  return readdirSync(folder).map((name) => JSON.parse(readFileSync(`${folder}/${name}`, "utf8")));
}

export interface SessionJson {
  readonly group: string;
  readonly session: string;
  readonly kind: "keygen" | "sign" | "exchange";
  readonly parties: number;
  readonly threshold: number;
}

export interface PartyJson {
  readonly number: number;
  readonly label: string;
  readonly eid: string;
  readonly versions: string;
  readonly static: { readonly private: string; readonly public: string };
  readonly ed25519: { readonly private: string; readonly public: string };
}

export function parametersOf({ group, session, ...rest }: SessionJson) {
  return { group: unhex(group), session: unhex(session), ...rest };
}

/** Gives out recorded random values, one after the other, to whoever asks for exactly as many bytes. */
export class RecordedRandom {
  private readonly values: string[] = [];

  record(draws: readonly string[] = []): void {
    this.values.push(...draws);
  }

  get left(): number {
    return this.values.length;
  }

  readonly bytes = (length: number): Uint8Array => {
    const value = this.values.shift();
    if (value === undefined || value.length !== 2 * length) {
      throw new Error(`${length} random bytes are asked for where ${(value ?? "").length / 2} are recorded`);
    }
    return unhex(value);
  };
}

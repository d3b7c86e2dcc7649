import { Child } from "./child.ts";

export interface RelayOptions {
  readonly script: string;
  /** Where its database goes. */
  readonly data: string;
  readonly node?: string;
}

/** Starts a relay on a free port of the loopback interface. Its URL is there once it serves. */
export function startRelay({ data, ...program }: RelayOptions): { child: Child; url: Promise<string> } {
  const args = ["--listen", "127.0.0.1:0", "--data", data];
  const child = new Child({
    ...program,
    name: "the relay",
    args,
    cwd: process.cwd(),
    env: { PATH: process.env["PATH"] },
  });
  return { child, url: child.find("serving", (line) => /^listening on (ws:\/\/\S+)$/.exec(line)?.[1]) };
}

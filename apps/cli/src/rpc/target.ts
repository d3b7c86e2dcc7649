import { readFileSync } from "node:fs";
import { ConfigError } from "../daemon/config/given.ts";
import { DEFAULT_PORT } from "../daemon/config/options.ts";
import type { Settings } from "../daemon/config/settings.ts";
import { LocalError, NotThereError } from "./rpc-error.ts";

/** Where and as whom to call. */
export interface Target {
  readonly host: string;
  readonly port: number;
  readonly path: string;
  /** Milliseconds until an answer has to be there; 0: for ever. */
  readonly patience: number;
  /** `USER:PASSWORD`. Looked up for each try, because a daemon that starts makes a new cookie. Throws `LocalError`. */
  credentials(): string;
}

/** Finds the daemon. Throws `ConfigError`. */
export function targetOf(settings: Settings, password: string | undefined): Target {
  const { host, port } = placeOf(settings);
  const wallet = settings.text("rpcwallet");
  return {
    host,
    port,
    path: wallet ? `/wallet/${encodeURIComponent(wallet)}` : "/",
    patience: (settings.whole("rpcclienttimeout") ?? 900) * 1_000,
    credentials() {
      const known = password ?? (settings.text("rpcpassword") || undefined);
      return known === undefined ? readCookie(settings.cookieFile) : `${settings.text("rpcuser") || ""}:${known}`;
    },
  };
}

/** The port of `-rpcport` counts before that of `-rpcconnect`, as with bitcoin-cli. */
function placeOf(settings: Settings): { readonly host: string; readonly port: number } {
  const text = settings.text("rpcconnect") || "127.0.0.1";
  const match = /^(?:\[([0-9A-Fa-f:.]+)\]|([^:[\]\s]+))(?::(\d{1,5}))?$/.exec(text);
  const isBareIpv6 = /^[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*$/.test(text);
  const host = isBareIpv6 ? text : (match?.[1] ?? match?.[2]);
  const port = settings.whole("rpcport") ?? (isBareIpv6 || match?.[3] === undefined ? DEFAULT_PORT : Number(match[3]));
  if (host === undefined || port > 65_535) throw new ConfigError("rpcconnect is HOST or HOST:PORT");
  return { host, port };
}

function readCookie(path: string | undefined): string {
  if (path === undefined) throw new LocalError("Nobody to call as: there is neither -rpcpassword nor a cookie file.");
  try {
    return readFileSync(path, "utf8");
  } catch {
    throw new NotThereError(
      `Could not read the cookie file ${path}. Is the daemon running, and is -datadir the right one? Else give -rpcuser and -rpcpassword.`,
    );
  }
}

import type { LogStore } from "@countersign/relay";
import type { Clock } from "./clock.ts";
import type { Limits } from "./limits/limits.ts";
import type { Log } from "./log.ts";

/** What a relay may be told; everything has a default. */
export interface RelayOptions {
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** 0 (default): one that is free. */
  readonly port?: number;
  /** The folder of the database. Without it nothing survives the relay. */
  readonly data?: string;
  /** Instead of `data`: an engine that several relays can have in common. */
  readonly engine?: EngineOptions;
  /** Seconds without activity until a session expires, default 1,800. */
  readonly sessionLife?: number;
  /** Seconds between pings; who answers none until the next is cut. Default 20. */
  readonly pingInterval?: number;
  /** Limits that are not as in `defaultLimits`. */
  readonly limits?: Partial<Limits>;
  /** Files in PEM, read again by `reload`. Without them the relay speaks HTTP. */
  readonly tls?: TlsFiles;
  /** Which proxies in front of the relay may say for whom they speak. Default: none. */
  readonly trustProxy?: TrustProxy;
  /** Origins of web pages that may connect, as in `https://example.org`. Default: all. */
  readonly origins?: readonly string[];
  /** A file with the hashes of the tokens that clients have to show, read again by `reload`. Default: none is asked for. */
  readonly accessTokens?: string;
  /** Seconds over which connections are closed at the end, so that not all come back at once. Default 0: at once. */
  readonly drain?: number;
  /** Where `/metrics` is served instead of at `host` and `port`. */
  readonly metrics?: { readonly host: string; readonly port: number };
  /** Whether `/` shows what the relay does. Default true. */
  readonly status?: boolean;
  /** Default: says nothing. */
  readonly log?: Log;
  /** For tests: time that is made. */
  readonly clock?: Clock;
  /** For tests and other stores: instead of `data`. */
  readonly store?: LogStore;
}

/** A Valkey or Redis, and what is agreed on with it. All relays of one deployment say the same. */
export interface EngineOptions {
  /** `redis://HOST:PORT`, `rediss://` for TLS, `unix:///PATH`; with a user, but no password. */
  readonly url: string;
  /** What an acknowledgement means: `always` (default), `everysec`, `replicas=N` or `synced=N`. */
  readonly durability?: string;
  /** With which all keys begin, default `countersign`. */
  readonly prefix?: string;
  readonly password?: string;
  /** A file with the password, instead; read again for each connection. */
  readonly passwordFile?: string;
  /** A file with the certificates of who signs the engine's, in PEM. Default: whom the system trusts. */
  readonly ca?: string;
  /**
   * A file with a secret of at least 32 characters, under which addresses are hashed before they get to the engine, so
   * that relays count them together. Without it each counts by itself, and the engine gets none.
   */
  readonly addressKey?: string;
}

/** A certificate with its chain, and its private key. */
export interface TlsFiles {
  readonly cert: string;
  readonly key: string;
}

/** How many proxies stand in front of the relay, or the addresses and networks (`10.0.0.0/8`) from which they connect. */
export type TrustProxy = number | readonly string[];

/** A relay that serves. */
export interface RunningRelay {
  /** `ws://HOST:PORT` or `wss://HOST:PORT`, to which the path of a dialect is added. */
  readonly url: string;
  /** `http://HOST:PORT/metrics`, if they have an address of their own. */
  readonly metricsUrl?: string;
  /** Reads the certificate and the access tokens again. If one cannot be used, both stay, and the log says so. */
  reload(): void;
  /**
   * Takes no more connections, closes those that there are with 1012, over `drain` seconds if it was not said before
   * how many, and keeps what is in the store. May be called more than once.
   */
  close(options?: { readonly drain?: number }): Promise<void>;
}

import { randomInt } from "node:crypto";
import { readFileSync } from "node:fs";
import { createClient, createCluster, ErrorReply, type RedisClientOptions } from "@redis/client";
import { messageOf, StartError } from "../../failure.ts";
import { ClusterEngine } from "./cluster-engine.ts";
import type { Engine } from "./engine.ts";
import type { EngineAddress } from "./engine-address.ts";
import { SingleEngine } from "./single-engine.ts";

/** How to reach an engine. */
export interface EngineAccess {
  readonly address: EngineAddress;
  readonly password: string | undefined;
  /** A file from which the password is read again for each connection. */
  readonly passwordFile: string | undefined;
  /** A file with the certificates of those who sign the engine's, in PEM; without it those that the system trusts. */
  readonly ca: string | undefined;
}

/** Milliseconds without a sign of life until a connection is given up, and between pings of one that is quiet. */
const SILENCE = 5_000;
const PING = 1_000;
/** Milliseconds between attempts to connect: the first, doubled each time up to the last. */
const [SOON, LATE] = [50, 2_000];
/** Milliseconds for which one of a cluster is tried until the others are asked who has its keys now. */
const DOUBT = 1_000;
/** Attempts of a relay that starts: a deployment whose parts start together needs some. */
const ATTEMPTS = 6;

/** Connects to an engine, or to the cluster of which it is one. Rejects with `StartError`. */
export async function connectEngine(access: EngineAccess): Promise<Engine> {
  let hasConnected = false;
  const patience = (attempts: number, cause: Error) => {
    if (!hasConnected && (attempts >= ATTEMPTS || cause instanceof ErrorReply)) return cause;
    const pause = Math.min(SOON * 2 ** attempts, LATE);
    // Many nodes that lost the same engine need not come back in the same moment.
    return randomInt(pause, 2 * pause);
  };
  const options = optionsOf(access, patience);
  const client = createClient(options);
  // What is wrong with a connection is told by what is asked for over it.
  client.on("error", () => undefined);
  try {
    await client.connect();
    const info = String(await client.sendCommand(["INFO", "cluster"]));
    if (!info.includes("cluster_enabled:1")) {
      hasConnected = true;
      return await SingleEngine.open(client);
    }
    client.destroy();
    const cluster = createCluster({
      rootNodes: [{ socket: options.socket ?? {} }],
      defaults: options,
      topologyRefreshOnReconnectionAttemptStrategy: DOUBT,
    });
    cluster.on("error", () => undefined);
    await cluster.connect();
    hasConnected = true;
    return new ClusterEngine(cluster);
  } catch (error) {
    if (client.isOpen) client.destroy();
    throw new StartError(`the store cannot be reached: ${messageOf(error)}`);
  }
}

function optionsOf(
  { address, password, passwordFile, ca }: EngineAccess,
  reconnectStrategy: (attempts: number, cause: Error) => number | Error,
): RedisClientOptions {
  const secret = () => (passwordFile === undefined ? password : readSecret(passwordFile));
  const patience = { reconnectStrategy, connectTimeout: SILENCE, socketTimeout: SILENCE };
  const authorities = ca === undefined ? {} : { ca: readFile(ca) };
  return {
    socket: address.isTls ? { ...address.at, ...patience, ...authorities, tls: true } : { ...address.at, ...patience },
    credentialsProvider: {
      type: "async-credentials-provider",
      credentials: async () => {
        const found = secret();
        return { ...(address.user && { username: address.user }), ...(found && { password: found }) };
      },
    },
    database: address.database,
    // Who asks is told at once that nobody is there, and decides.
    disableOfflineQueue: true,
    // A command is waited for as long as there is a connection.
    commandOptions: { timeout: undefined } as object,
    pingInterval: PING,
    maintNotifications: "disabled",
    disableClientInfo: true,
  };
}

function readSecret(path: string): string {
  return readFile(path).trim();
}

function readFile(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new StartError(`cannot read a file of the store: ${messageOf(error)}`);
  }
}

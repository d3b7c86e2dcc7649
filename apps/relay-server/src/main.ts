#!/usr/bin/env node
import closeWithGrace from "close-with-grace";
import { pino } from "pino";
import { newAccessToken } from "./config/new-access-token.ts";
import { ConfigError, readCommand, usage } from "./config/read-config.ts";
import { relayOptionsOf } from "./config/relay-options-of.ts";
import type { Config } from "./config/settings.ts";
import { messageOf, reasonOf, StartError } from "./failure.ts";
import { saveMemory } from "./process-memory.ts";
import { startRelay } from "./start-relay.ts";
import { version } from "./version.ts";
import { keepObjectsYoung } from "./young-objects.ts";

const EXIT_ERROR = 1;
const EXIT_USAGE = 2;
/** Milliseconds after the drain until a relay that does not come to an end is ended. */
const GRACE = 10_000;

async function serve(config: Config, unread: readonly string[]): Promise<void> {
  const log = pino({ level: config["log-level"], base: null }, pino.destination({ dest: 2, sync: true }));
  keepObjectsYoung();
  if (unread.length > 0) log.warn({ variables: unread }, "variables that look like settings and are none");
  const relay = await startRelay({ ...relayOptionsOf(config, process.env), log });
  const saving = saveMemory();
  process.on("SIGHUP", () => relay.reload());
  const delay = config.drain * 1_000 + GRACE;
  closeWithGrace({ delay, logger: false, skip: ["SIGHUP"] }, async ({ err, signal }) => {
    if (err === undefined) log.info({ signal }, "stopping");
    else log.fatal({ reason: reasonOf(err) }, "the relay failed");
    saving.cancel();
    await relay.close();
  });
  process.stdout.write(`listening on ${relay.url}\n`);
}

try {
  const command = readCommand(process.argv.slice(2), process.env);
  if (command.type === "help") process.stdout.write(usage());
  else if (command.type === "version") process.stdout.write(`${version}\n`);
  else if (command.type === "token") process.stdout.write(newAccessToken(command.holder));
  else await serve(command.config, command.unread);
} catch (error) {
  process.stderr.write(`countersign-relay: ${messageOf(error)}\n`);
  if (!(error instanceof ConfigError || error instanceof StartError))
    process.stderr.write(`${(error as Error).stack}\n`);
  process.exitCode = error instanceof ConfigError ? EXIT_USAGE : EXIT_ERROR;
}

import closeWithGrace from "close-with-grace";
import { pino } from "pino";
import { CommandError, usageError } from "../command-error.ts";
import { ExitStatus } from "../exit-status.ts";
import { systemClock } from "./clock.ts";
import { type DaemonConfig, daemonConfig } from "./config/daemon-config.ts";
import { ConfigError } from "./config/given.ts";
import { optionLines } from "./config/options.ts";
import { readCommandLine } from "./config/read-arguments.ts";
import { Settings } from "./config/settings.ts";
import { reasonOf } from "./log.ts";
import { startDaemon } from "./start-daemon.ts";
import { StartError } from "./start-error.ts";

/** Milliseconds until a daemon that does not come to an end is ended. */
const DELAY = 15_000;

const USAGE = `Usage: countersign daemon [-NAME=VALUE…]

Serves the cosign.* methods over JSON-RPC, as a Bitcoin node serves its own.

${optionLines("daemon")}
`;

/** `countersign daemon`: serves until it is told to stop. Throws `CommandError`. */
export async function runDaemon(args: readonly string[], environment: NodeJS.ProcessEnv): Promise<void> {
  try {
    const { given, words, wantsHelp } = readCommandLine(args, "daemon");
    if (wantsHelp) return void process.stdout.write(USAGE);
    if (words.length > 0) throw new ConfigError("command line: options begin with a dash, and their values follow =");
    await serve(daemonConfig(await Settings.read(given, environment), environment));
  } catch (error) {
    if (error instanceof ConfigError) throw usageError("usage.daemon", error.message);
    if (error instanceof StartError) throw new CommandError(ExitStatus.error, "daemon.start", error.message);
    throw error;
  }
}

async function serve(config: DaemonConfig): Promise<void> {
  const log = pino({ level: config.logLevel, base: null }, pino.destination({ dest: 2, sync: true }));
  const daemon = await startDaemon(config, { clock: systemClock, log });
  const grace = closeWithGrace({ delay: DELAY, logger: false }, async ({ err, signal }) => {
    if (err === undefined) log.info({ signal }, "told to stop");
    else log.fatal({ reason: reasonOf(err) }, "the daemon failed");
    await daemon.stop();
  });
  process.stdout.write(`listening on ${daemon.url}\n`);
  await daemon.ended;
  grace.uninstall();
}

import { type Command, Option } from "commander";
import type { Context } from "../context.ts";
import { DEFAULT_GRACE_SECONDS, DEFAULT_RELAY, readGrace, readLabel, readRelay, readWait } from "../options.ts";
import type { RunOptions } from "../run.ts";

/** Runs a command; what it needs beyond its command line is loaded now. */
export async function start(options: RunOptions, command: (context: Context) => Promise<void>): Promise<void> {
  const { run } = await import("../run.ts");
  await run(options, command);
}

export function relayOption(): Option {
  return new Option(
    "--relay <url>",
    `the relay; several are nodes of one (default: $COUNTERSIGN_RELAY or ${DEFAULT_RELAY})`,
  ).argParser(readRelay);
}

/** `--relay` may stand before the command, too. */
export function withGlobals<Flags extends { readonly relay?: string }>(program: Command, flags: Flags): Flags {
  const { relay } = program.opts<{ relay?: string }>();
  return relay === undefined || flags.relay !== undefined ? flags : { ...flags, relay };
}

/** What every command takes that meets somebody. */
export function withRelayOptions(command: Command): Command {
  return command
    .addOption(relayOption())
    .option("--relay-token-file <path>", "a token that the relay wants to see (default: $COUNTERSIGN_RELAY_TOKEN)");
}

/** How long to wait, and for whom. */
export function withPatience(command: Command): Command {
  return command
    .addOption(new Option("--wait <seconds>", "how long to wait for the others to come").argParser(readWait))
    .addOption(
      new Option("--grace <seconds>", "how long to wait for somebody who lost the connection")
        .argParser(readGrace)
        .default(DEFAULT_GRACE_SECONDS),
    );
}

/** What the others see of this user. */
export function labelOption(): Option {
  return new Option("--label <name>", "what the other side sees of you").argParser(readLabel);
}

/** For programs. */
export function withJson(command: Command): Command {
  return command.option("--json", "one JSON object a line on stdout; answers are lines on stdin");
}

/** Whose addresses are shown; a key keeps what was said when it was made. */
export function networkOption(): Option {
  return new Option(
    "--network <network>",
    "whose addresses are shown (default: as when the key was made, else mainnet)",
  ).choices(["mainnet", "testnet", "regtest"]);
}

import type { Command } from "commander";

/** `daemon` and `rpc`, which have the options of a node. */
export function addServiceCommands(program: Command): void {
  addDaemon(program);
  addRpc(program);
}

function addDaemon(program: Command): void {
  withOptionsOfNodes(program.command("daemon"))
    .description("serve the cosign.* methods over JSON-RPC, as a Bitcoin node does (see daemon -help)")
    .action(async (_, command: Command) => {
      const { runDaemon } = await import("../daemon/run-daemon.ts");
      const { relay } = program.opts<{ relay?: string }>();
      await runDaemon([...(relay === undefined ? [] : [`-relay=${relay}`]), ...command.args], process.env);
    });
}

function addRpc(program: Command): void {
  withOptionsOfNodes(program.command("rpc"))
    .description("call a method of the daemon, as bitcoin-cli does (see rpc -help)")
    .action(async (_, command: Command) => {
      const { runRpc } = await import("../rpc/run-rpc.ts");
      process.exitCode = await runRpc(command.args, process.env);
    });
}

/** Options with one dash, which the command reads itself. */
function withOptionsOfNodes(command: Command): Command {
  return command
    .usage("[-NAME=VALUE…] [ARGUMENT…]")
    .helpOption(false)
    .allowUnknownOption()
    .allowExcessArguments()
    .passThroughOptions();
}

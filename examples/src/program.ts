import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { type Demonstration, demonstrate, endWithParent } from "./demonstrate.ts";
import { openHome } from "./home.ts";
import { formatPath, type Interface, type Protocol } from "./path.ts";
import { formatLinkJson, formatLinkUri, parseLinkJson, parseLinkUri } from "./peer-address.ts";
import { type Say, sayOn } from "./screen.ts";
import { answer, call } from "./talk.ts";
import { withTemporaryFolder } from "./temporary-folder.ts";
import { findRoute, type OpenTransport, type Route, routeTo } from "./transport.ts";

/** What one of the numbered programs is about. */
export interface Program extends Demonstration {
  readonly protocol: Protocol;
  readonly open: OpenTransport;
  /** Milliseconds between keep-alives. */
  readonly keepAlive?: number;
}

const usage = `
  (nothing)                 both ends as processes of their own, with a bad network in between
  --listen HOST:PORT        answer whoever calls; port 0 is any that is free
  --connect URI             call: link://HOST:PORT/?cs3a=KEY, or a file with the JSON of a link
  --state FOLDER            who the endpoint is and what it has used; without, it is new and forgotten
  --message TEXT            what the caller says
  --clock SECONDS           pretend that the clock is wrong by so many
  --seed N                  for the bad network
`;

/** Runs a program as its command line wants it. */
export async function run(program: Program): Promise<void> {
  const say = sayOn(process.stdout);
  endWithParent();
  try {
    const { values } = parseArgs({
      options: {
        listen: { type: "string" },
        connect: { type: "string" },
        state: { type: "string" },
        message: { type: "string", default: "Is anybody there?" },
        clock: { type: "string", default: "0" },
        seed: { type: "string", default: "7" },
        help: { type: "boolean", default: false },
      },
    });
    const { listen, connect, message } = values;
    const [clockError, seed] = [Number(values.clock), Number(values.seed)];
    if (!Number.isFinite(clockError) || !Number.isSafeInteger(seed)) throw new Error("--clock and --seed are numbers.");
    if (listen !== undefined && connect !== undefined) throw new Error("--listen and --connect are for two programs.");
    if (values.help) process.stdout.write(usage);
    else if (listen === undefined && connect === undefined) await demonstrate(program, seed);
    else {
      const withState = values.state === undefined ? withTemporaryFolder : withFolder(values.state);
      await withState(async (folder) => {
        const { open, keepAlive } = program;
        const home = await openHome(folder);
        const common = { open, home, say, clockError, ...(keepAlive === undefined ? {} : { keepAlive }) };
        if (listen !== undefined) await serve(say, () => answer({ ...common, listen: interfaceOf(listen) }));
        else await call({ ...common, ...(await peerAt(program.protocol, connect ?? "")), message });
      });
    }
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    process.exitCode = 1;
  }
}

/** Answers until it is ended from outside, at any moment: what has to outlast it is on disk before it counts. */
async function serve(say: Say, start: () => ReturnType<typeof answer>): Promise<void> {
  const endpoint = await start();
  const { address } = endpoint;
  for (const path of address.paths) say("listening", formatPath(path));
  say("hashname", address.hashname);
  say("uri", formatLinkUri(address));
  say("json", formatLinkJson(address));
  await new Promise<never>(() => undefined);
}

const withFolder = (folder: string) => (use: (folder: string) => Promise<void>) => use(folder);

async function peerAt(
  protocol: Protocol,
  text: string,
): Promise<{ readonly keys: ReadonlyMap<number, Uint8Array>; readonly route: Route }> {
  if (text.startsWith("link:")) {
    const uri = parseLinkUri(text);
    return { keys: uri.keys, route: await findRoute(protocol, uri) };
  }
  const json = await readFile(text, "utf8").catch(() => undefined);
  if (json === undefined) throw new Error(`"${text}" is neither a URI like link://HOST:PORT/?cs3a=KEY nor a file.`);
  const { keys, paths } = parseLinkJson(json);
  const path = paths.find(({ type }) => type.startsWith(protocol));
  if (path === undefined) throw new Error(`The link has no path over ${protocol}.`);
  return { keys, route: routeTo(path) };
}

function interfaceOf(text: string): Interface {
  const uri = URL.parse(`tcp://${text}`);
  if (uri === null || uri.port === "") throw new Error(`"${text}" is no HOST:PORT.`);
  return { ip: uri.hostname.replace(/^\[(.*)\]$/, "$1"), port: Number(uri.port) };
}

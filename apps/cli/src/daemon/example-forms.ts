import { type ExampleForms, quote } from "@countersign/cosign";
import { DEFAULT_PORT } from "./config/options.ts";
import type { Settings } from "./config/settings.ts";

/** How the help of this daemon writes calls, so that they reach it as they stand. Passwords are asked for, not shown. */
export function exampleForms(
  settings: Settings,
  { port, url }: { readonly port: number; readonly url: string },
): ExampleForms {
  const isPortFound = settings.isOnLine("rpcport") ? port === DEFAULT_PORT && settings.file === undefined : true;
  const user = settings.text("rpcpassword") ? settings.text("rpcuser") || "" : undefined;
  const cookie = settings.cookieFile;
  const words = [
    "countersign rpc",
    ...(settings.isUsualDatadir ? [] : [`-datadir=${word(settings.datadir)}`]),
    ...(settings.isOnLine("conf") && settings.file !== undefined ? [`-conf=${word(settings.file)}`] : []),
    ...(isPortFound ? [] : [`-rpcport=${port}`]),
    ...(settings.isOnLine("rpccookiefile") && cookie !== undefined ? [`-rpccookiefile=${word(cookie)}`] : []),
    ...(settings.isOnLine("rpcpassword") ? [`-rpcuser=${word(user ?? "")}`, "-stdinrpcpass"] : []),
  ];
  const shown = user === undefined && cookie !== undefined ? `"$(cat ${word(cookie)})"` : word(user || "USER");
  return { command: words.join(" "), curl: `curl --user ${shown}`, url };
}

function word(text: string): string {
  return /^[\w./:@%+,=-]+$/.test(text) ? text : quote(text);
}

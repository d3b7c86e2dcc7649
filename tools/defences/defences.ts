import { ceremonyDefences } from "./ceremony.ts";
import { channelDefences } from "./channel.ts";
import { codeDefences } from "./code-and-sas.ts";
import type { Defence } from "./defence.ts";
import { exchangeDefences } from "./exchange.ts";
import { groupLinkDefences } from "./group-link.ts";
import { rosterDefences } from "./roster.ts";

/** All of them, in the order of the numbers that `pnpm defences` takes. */
export const defences: readonly Defence[] = [
  ...codeDefences,
  ...rosterDefences,
  ...exchangeDefences,
  ...channelDefences,
  ...ceremonyDefences,
  ...groupLinkDefences,
];

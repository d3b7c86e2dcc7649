import { ceremonyDefences } from "./ceremony.ts";
import type { Defence } from "./defence.ts";
import { groupLinkDefences } from "./group-link.ts";
import { meetingDefences } from "./meeting.ts";

/** All of them, in the order of the numbers that `pnpm defences` takes. */
export const defences: readonly Defence[] = [...meetingDefences, ...ceremonyDefences, ...groupLinkDefences];

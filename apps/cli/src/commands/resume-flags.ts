import type { MeetingFlags } from "../options.ts";
import type { KeyFlags } from "./key-passphrase.ts";

/** What `resume` has on the command line. */
export type ResumeFlags = Pick<MeetingFlags, "relayTokenFile" | "wait" | "grace" | "json"> & KeyFlags;

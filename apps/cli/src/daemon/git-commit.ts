/** Put in when the program is built. */
declare const COUNTERSIGN_COMMIT: string | undefined;

/** The commit from which this program was built; "unknown" where it runs from its sources, or was built outside of git. */
export const gitCommit: string = (typeof COUNTERSIGN_COMMIT === "string" && COUNTERSIGN_COMMIT) || "unknown";

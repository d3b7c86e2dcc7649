/** What becomes of an authentic handshake message that is not as spec 0003, section 6, says. */
export const brokenRules = {
  type: "fault",
  code: "peer.protocol",
  detail: "an authentic handshake message that breaks the rules",
} as const;

/** What a run is told that is asked for an answer before it has a message to answer. */
export const NOT_OFFERED = ["usage.not-offered", "nothing was offered that could be accepted"] as const;

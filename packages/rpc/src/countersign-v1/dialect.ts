/** The name of the dialect: the WebSocket subprotocol and an entry of `Relay.info`'s `dialects`. */
export const COUNTERSIGN_V1 = "countersign.v1";

/** Where a relay serves the dialect. */
export const COUNTERSIGN_V1_PATH = "/v1";

/**
 * Before an access token in the name of a further subprotocol that a client offers: a program in a browser can add
 * nothing else to its request. It is never chosen.
 */
export const ACCESS_SUBPROTOCOL = "countersign.access.";

/**
 * What all relays and clients of the dialect hold to. Sizes in bytes, times in seconds. `relayMessage`, `envelopes` and
 * `parties` are in `limits` of the wire package.
 */
export const dialectLimits = {
  /** Characters of all bodies of one `Session.message` together, so that its event stays below a message's limit. */
  bodies: 64 * 1024 - 512,
  /** Bytes of the JSON text of a value that is attached to a session, proposed or said to be signed. */
  value: 48 * 1024,
  /** The name of a proposal, UTF-8. */
  proposal: 256,
  /** Requests `Session.message` that a member may have without an answer; as many answers are kept for retries. */
  unanswered: 256,
  /** How long an invitation may be good. */
  invitationLife: { min: 60, max: 86_400, default: 600 },
  /** How long a claimed slot waits for its `Session.open`. */
  claimLife: 60,
  /** Look-ups of invitations that fail, per minute and address. */
  failedLookups: 5,
  /** A nameplate's digits. */
  nameplateDigits: 6,
  /** A member's resume token and its eid. */
  token: 32,
  eid: 32,
  /** A claim. */
  claim: 16,
  /** The list of protocol versions of a member. */
  versions: { min: 1, max: 16 },
} as const;

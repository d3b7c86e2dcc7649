/**
 * Sizes that both ends of a wire agree on, in bytes unless the name says otherwise. A decoder refuses what is one
 * above; nothing here is configurable, because a limit that differs between two ends is an interoperability fault.
 */
export const limits = {
  /** One text message between client and relay, JSON included. */
  relayMessage: 64 * 1024,
  /** Envelopes in one relay message: one for each other party of the largest session. */
  envelopes: 254,
  /** Parties of a session. */
  parties: 255,
  /** A party's label, UTF-8. */
  label: 64,
  /** A handshake packet, so that it also fits one datagram. */
  handshakePacket: 1_400,
  /** Nesting of JSON that is parsed strictly. */
  jsonDepth: 32,
  /** The JSON head of a LOB packet. */
  lobHead: 8 * 1024,
  /** A whole LOB packet. */
  lobPacket: 64 * 1024,
  /** The plaintext of the largest frame, padding included. */
  framePlaintext: 16_384,
  /** Data of one frame: the largest plaintext less kind (1) and length (4). */
  frameData: 16_384 - 5,
  /** One application message, in as many APPF parts as it takes. */
  message: 1024 * 1024,
} as const;

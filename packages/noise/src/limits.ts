/** Section 3: the most bytes of any Noise message. */
export const MAX_MESSAGE_LENGTH = 65535;

/** Section 4.2: the bytes that ENCRYPT adds. */
export const TAGLEN = 16;

/** Section 5.1: 2^64-1, the nonce that no message may use. */
export const MAX_NONCE = 0xffff_ffff_ffff_ffffn;

/** Sections 4.2 and 9: the bytes of a cipher key and of a PSK. */
export const KEYLEN = 32;

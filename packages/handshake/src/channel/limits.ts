/*
 * The numbers of the channel (spec 0004, section 12). None of them is configurable: two ends that differ in one of them
 * would wait for each other.
 */

/** Frames that may lie unacknowledged, and how far ahead of the next expected one a frame is taken. */
export const WINDOW = 64;

/**
 * How much of the window each kind of frame may fill. One place is kept for an ACK, or two ends that both fill their
 * windows at once wait for each other for ever; one is kept for a CLOSE or the answer to it, which must never wait.
 */
export const PLACES = { message: WINDOW - 2, ack: WINDOW - 1, last: WINDOW } as const;
export type Place = keyof typeof PLACES;

/** Received frames of any kind that are acknowledged without anybody asking. */
export const ACK_EVERY = 32;

/** Milliseconds that an ACK waits for more to acknowledge: far below the first resend, so that none is provoked. */
export const ACK_DELAY = 200;

/** Milliseconds after its sending at which an unacknowledged frame is sent again. */
export const RESEND_AFTER = [1_000, 3_000, 7_000, 15_000] as const;

/** Milliseconds that a frame whose resends are used up rests before a sign of life sends it again. */
export const REST = 15_000;

/** Frames under one key: n >> 16 is the epoch. */
export const EPOCH = 2 ** 16;

/** Frames of one direction of an exchange: the hard stop. */
export const FRAMES = 2 ** 32;

/** Milliseconds that the keys of a replaced exchange still open frames. */
export const PREVIOUS_LIFE = 30_000;

/** Frames of either direction, and milliseconds, after which a new exchange is due. */
export const RELINK_FRAMES = 2 ** 20;
export const RELINK_AFTER = 3_600_000;

/** Milliseconds that a CLOSE waits for its answer. */
export const CLOSE_PATIENCE = 30_000;

/** How often a closed end answers a repeated CLOSE: as often as a CLOSE is sent again. */
export const CLOSE_ANSWERS = RESEND_AFTER.length;

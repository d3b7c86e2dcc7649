/** Rooms are multiples of this many bytes, so that what was made for one text fits others. */
const STEP = 4 * 1024;
/** Bytes that are kept for the turns to come. */
const SPARE = 4 * 1024 * 1024;

/** The rooms that are free, by their size in steps, and the bytes of them all. */
const free = new Map<number, Buffer[]>();
let spare = 0;
/** What was taken in this turn, how many bytes that is, and the memory of it that somebody else has now. */
let taken: Buffer[] = [];
let inUse = 0;
const given = new Set<ArrayBufferLike>();

/**
 * Memory of at least so many bytes for this turn of the event loop. The rooms of a turn are those of the turns before:
 * what is left to the garbage collector instead, 33 KB for each message of 32 KiB beside the 33 KB that came, makes V8 go
 * over the whole heap every thousand messages. That was a third of what they cost.
 */
export function takeRoom(size: number): Buffer {
  const steps = Math.ceil(size / STEP);
  let room = free.get(steps)?.pop();
  if (room === undefined) room = Buffer.allocUnsafeSlow(steps * STEP);
  else spare -= room.length;
  inUse += room.length;
  // A turn that goes on and on leaves them to the garbage collector.
  if (inUse > SPARE) forgetTaken();
  taken.push(room);
  return room;
}

/** Leaves the rooms in which the pieces lie, if they lie in any, to those who have not sent them yet. */
export function giveRooms(pieces: readonly Uint8Array[]): void {
  for (const { buffer } of pieces) given.add(buffer);
}

/** At the end of a turn: what was taken and not given away can be taken again. */
export function freeRooms(): void {
  for (const room of taken) {
    if (given.has(room.buffer) || spare + room.length > SPARE) continue;
    const steps = room.length / STEP;
    const known = free.get(steps);
    if (known === undefined) free.set(steps, [room]);
    else known.push(room);
    spare += room.length;
  }
  forgetTaken();
}

function forgetTaken(): void {
  taken = [];
  inUse = 0;
  given.clear();
}

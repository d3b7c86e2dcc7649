/** What the program says to a script by its exit status. The numbers are part of the command line's contract. */
export const ExitStatus = {
  ok: 0,
  /** Something that has no status of its own: a file that cannot be read, a broken contact, a fault. */
  error: 1,
  /** The command line is wrong; nothing was tried. */
  usage: 2,
  /** The other side never came, left, or took too long. */
  absent: 3,
  /** One of the two users declined the file. */
  refused: 4,
  /** The relay cannot be reached, or was lost and did not come back. */
  relay: 5,
  /** The code was wrong, or the words differ: perhaps somebody is in between. */
  mismatch: 6,
  /** 128 + SIGHUP, SIGINT, SIGTERM: the user or the system ended it. */
  hangup: 129,
  interrupted: 130,
  terminated: 143,
} as const;

export type ExitStatus = (typeof ExitStatus)[keyof typeof ExitStatus];

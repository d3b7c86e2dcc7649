/* What there is. */

/* One end's half of the handshake with this at. */
typedef Run {
  byte state;
  bit initiator;
  byte own;		/* this end's ephemeral key */
  byte peer;		/* the other end's */
  bit heard		/* the peer's first frame under these keys was taken: a channel knows that by n */
}

typedef End {
  Run half[NUMBERS];
  byte highest;
  byte disk;		/* the highest at as a restart finds it */
  byte own		/* CS3A: the one of the exchange, until it is over */
}
End side[2];

/* What each end has ever sent. Sets of keys are bits. */
typedef Sent {
  byte opening[NUMBERS];	/* by at: the ephemeral key */
  short answer[NUMBERS];	/* by at: the ephemeral keys */
  short frame[KEYS]		/* by own ephemeral key: those of the peer */
}
Sent sent[2];

/* History, which the properties read and nothing else. Sets of at are bits. */
typedef Past {
  byte used;		/* the highest at that anybody could see this end use */
  byte offered;		/* what the application was asked, until the run is gone */
  byte accepted;	/* what it said yes to, until it says no */
  byte confirmed;
  short delivered[KEYS]	/* by own ephemeral key, those of the peer: whose first frame was handed on */
}
Past past[2];
short agreed[NUMBERS];	/* by at: keys and roles as they were at the end that was CONFIRMED first */

byte incidents;
bit over;

/* Scratch, meaningless between two steps. */
hidden int cell, did;
hidden short i, j, k, key, number;
hidden byte was_live, ours;

#define BIT(n) (1 << (n))
#define HAS(set, n) ((set) & BIT(n))
#define ADD(set, n) set = set | BIT(n)
#define CUT(set, n) set = set & ~BIT(n)
#define RUN(at, e) side[e].half[at]
#define STATE(at, e) side[e].half[at].state

/* The last run of an end for which this holds, as its at in j; 0 without one. */
#define FIND(condition, e) j = NUMBERS - 1; do :: j > 0 && !condition(j, e) -> j-- :: else -> break od
#define IS_LIVE(at, e) (STATE(at, e) == S_live)
#define IS_NO_TO_PEER(at, e) (STATE(at, e) == S_refused && !RUN(at, e).initiator)
#define IS_OFFERED(at, e) (STATE(at, e) == S_offered)
#define IS_UNDER_WAY(at, e) (STATE(at, e) != S_gone && STATE(at, e) != S_live && STATE(at, e) != S_refused)
#define IS_CALL(at, e) (IS_UNDER_WAY(at, e) && RUN(at, e).initiator)
#define IS_HALF_OPEN(at, e) (IS_UNDER_WAY(at, e) && !RUN(at, e).initiator)
#define WAITS(at, e) (STATE(at, e) != S_gone && STATE(at, e) != S_live)
#ifdef CS3A
#define IS_BUSY(at, e) false
#else
#define IS_BUSY(at, e) (STATE(at, e) == S_offered)	/* an opening proves nothing that could push out another one */
#endif
#define TAKES_FRAMES(at, e) (STATE(at, e) == S_tentative || STATE(at, e) == S_live)

/*
 * The exchange machine (spec 0003, section 3) of two endpoints, A whose order is EVEN and B whose order is ODD, and a
 * relay between them that delivers whatever it has ever seen, as often and in whatever order it likes, or never, and
 * makes up packets of its own. Spin visits every state. The states, events and actions of a run are those of the table
 * that the machine executes: transitions.pml is made from packages/handshake/src/exchange/transitions.ts each time.
 *
 * Two cipher sets, with handshakes of two messages:
 *   CS43  a re-link. Each handshake has its own ephemeral keys; what a responder has is tentative until the initiator's
 *         first frame is heard; an unanswered handshake leaves the live exchange alone.
 *   CS3A  telehash. One ephemeral key per exchange and end, which keep-alives keep; a responder is CONFIRMED by its
 *         answer; a handshake that goes unanswered takes the whole exchange with it.
 *
 * What is taken for granted or left out:
 * - Cryptography. Channel keys are the pair of ephemeral keys that made them; what the relay makes up is not authentic.
 * - Time. Whatever waits may run out at any moment, which is more than a clock allows. So there is no rest between
 *   openings, and that a refusal is forgotten after 30 s is "some day".
 * - Resends. The relay keeps what it has seen, so that the same bytes again are nothing new.
 * - Writing to disk. A step and the write that it waits for are one move: what stands behind the gate is as if it had
 *   not happened yet. A crash between the two only loses numbers, and a crash here may lose some.
 * - The clock's part in choosing an at, which only skips numbers, and the cap of 2^32.
 * - The five packets of a first contact: the code, its guesses, and what of the table only they lead to (left-out.ts).
 * - CS43: an application that changes its mind, which ends the session there.
 * - Handshakes of several messages, and all of a channel but that it takes the peer's first frame once.
 * - What is beyond the bounds: an at above LAST while the relay is hostile, a third answer to one opening, more
 *   restarts and changes of mind than INCIDENTS.
 */
#ifndef LAST
#define LAST 3
#endif
#ifndef INCIDENTS
#define INCIDENTS 1
#endif

#define NONE 0
#define NUMBERS (LAST + 3)	/* 0 is no at; two more than the hostile relay sees are there to heal with */
#define KEYS (2 * NUMBERS)	/* an ephemeral key is named by the at that it was drawn for, and whether it is the second */

#include "transitions.pml"
#include "rules.pml"
#include "state.pml"
#include "run.pml"
#include "steps.pml"
#include "endings.pml"

/* What can be the peer's answer: in CS3A nothing but at tells it from an opening. */
#ifdef CS3A
#define ANSWERS(at, e) (sent[1 - e].answer[at] | BIT(sent[1 - e].opening[at]) & ~BIT(NONE))
#else
#define ANSWERS(at, e) sent[1 - e].answer[at]
#endif

/* One of the at for which this holds. */
#if LAST > 3
#define FOURTH(condition) :: condition(4, me) -> at = 4
#else
#define FOURTH(condition)
#endif
#define ANY(condition) \
  if \
  :: condition(1, me) -> at = 1 :: condition(2, me) -> at = 2 :: condition(3, me) -> at = 3 FOURTH(condition) \
  fi

#define IS_OPENED(at, e) (sent[1 - e].opening[at] != NONE && IS_NEW(at, e) && CAN_BE_OF(at, 1 - e))
#define IS_ANSWERED(at, e) (STATE(at, e) == S_calling && ANSWERS(at, e) != 0)
#define IS_HEARD(at, e) (TAKES_FRAMES(at, e) && !RUN(at, e).heard && HAS(sent[1 - e].frame[RUN(at, e).peer], RUN(at, e).own))
#define IS_FORGED(at, e) (!IS_OLD(at, e))
#define IS_ANSWERABLE(at, e) (IS_OFFERED(at, e) && (RUN(at, e).initiator || !CANNOT_ANSWER(at, e)))
#define CANNOT_ANSWER(at, e) HAS(sent[e].answer[at], NUMBERS + at)	/* a third key for one at is beyond the bounds */
#define IS_REPEATED(at, e) (sent[1 - e].opening[at] != NONE && HAS(past[e].accepted, at) && !RUN(at, e).initiator && !CANNOT_ANSWER(at, e))

/* A step in which the live exchange must survive. */
#define STEP(what) d_step { note_live(me); what; still_live(me); at = 0; with = 0 }

proctype Endpoint(bit me) {
  byte at, with;
end:
  do
  /* A call, a keep-alive or an update: one of ours at a time. */
  :: atomic {
      !over && side[me].highest < LAST ->
      d_step {
        choose_at(me);
        FIND(IS_CALL, me);
        if
        :: j == 0 && number <= LAST -> printf("%d calls with %d\n", me, number); call(me)
        :: else
        fi
      }
    }
  /* The relay delivers what it has. */
  :: atomic {
      !over -> ANY(IS_OPENED);
      STEP(printf("%d hears opening %d\n", me, at); hear_opening(at, me, sent[1 - me].opening[at]))
    }
  :: atomic {
      !over -> ANY(IS_ANSWERED);
      if
      :: HAS(ANSWERS(at, me), 1) -> with = 1
      :: HAS(ANSWERS(at, me), 2) -> with = 2
      :: HAS(ANSWERS(at, me), 3) -> with = 3
      :: HAS(ANSWERS(at, me), 4) -> with = 4
      :: HAS(ANSWERS(at, me), NUMBERS + at) -> with = NUMBERS + at
      fi;
      STEP(printf("%d hears answer %d with key %d\n", me, at, with); hear_answer(at, me, with))
    }
  :: atomic { !over -> ANY(IS_HEARD); STEP(printf("%d hears a frame of %d\n", me, at); hear_frame(at, me)) }
#ifdef RESENT_ANEW
  :: atomic { !over -> ANY(IS_REPEATED); STEP(hear_repeat(at, me)) }
#endif
#ifdef UNAUTHENTICATED_CLEAR
  :: atomic { !over -> ANY(IS_FORGED); STEP(printf("%d hears a forgery of %d\n", me, at); hear_forgery(at, me)) }
#endif
  /* The application decides. */
  :: atomic { !over -> ANY(IS_ANSWERABLE); STEP(printf("%d accepts %d\n", me, at); accept(at, me)) }
  :: atomic { !over -> ANY(IS_OFFERED); STEP(printf("%d refuses %d\n", me, at); refuse(at, me)) }
#ifdef CS3A
  :: atomic {
      !over && incidents < INCIDENTS -> ANY(TAKES_FRAMES);
      d_step { printf("%d thinks better of %d\n", me, at); incidents++; refuse(at, me); at = 0 }
    }
#endif
  /* Time passes. */
  :: atomic { !over -> ANY(WAITS); d_step { printf("%d lets %d expire\n", me, at); fire(at, me, E_expired); at = 0 } }
#ifdef PERSIST_LATE
  :: d_step { !over -> side[me].disk = side[me].highest }
#endif
  /* A restart finds what is on disk, which may be more than was ever used. */
  :: atomic {
      !over && incidents < INCIDENTS ->
      if
      :: at = 0
      :: side[me].disk < LAST -> at = 1
      fi;
      d_step { printf("%d restarts at %d\n", me, side[me].disk + at); incidents++; side[me].disk = side[me].disk + at; crash(me); at = 0 }
    }
  od
}

init {
  d_step {
    load_table();
    k = 0;
    do
    :: k < 2 ->
      i = 0;
      do
      :: i < NUMBERS -> STATE(i, k) = S_gone; i++
      :: else -> break
      od;
      k++
    :: else -> break
    od
  };
  atomic { run Endpoint(0); run Endpoint(1); run Ending() }
}

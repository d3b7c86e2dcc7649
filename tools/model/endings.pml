/* How it ends. */

inline let_time_pass(e) {
  k = 1;
  do
  :: k < NUMBERS ->
    if
#ifndef EXPIRY_IGNORED
    :: WAITS(k, e) -> fire(k, e, E_expired)
#endif
    :: else
    fi;
    k++
  :: else -> break
  od
}

/* PROPERTY: whatever the relay has done, as soon as it lets go the two come together, with equal keys, and hear each other.
   Whose numbers are behind, for want of a clock, may have to wait for the other one to call. */
#define HEAL(a, b) \
  d_step { let_time_pass(a); skip }; \
  d_step { let_time_pass(b); call(a); k = number; hear_opening(k, b, sent[a].opening[k]); assert(IS_OFFERED(k, b)) }; \
  d_step { accept(k, b); hear_answer(k, a, RUN(k, b).own); accept(k, a) }; \
  d_step { \
    assert(IS_LIVE(k, a) && RUN(k, a).own == RUN(k, b).peer && RUN(k, a).peer == RUN(k, b).own); \
    hear_frame(k, b); \
    hear_frame(k, a); \
    assert(IS_LIVE(k, b)) \
  }

/* PROPERTY: when nothing is delivered any more, nothing stays half open; in CS3A, where transports ask for a keep-alive,
   nothing stays open at all. */
inline fall_silent(e) {
  let_time_pass(e);
#ifdef CS3A
  FIND(IS_LIVE, e);
  if
  :: j != 0 -> call(e); let_time_pass(e)
  :: else
  fi;
  FIND(IS_LIVE, e);
  assert(j == 0);
#endif
  FIND(WAITS, e);
  assert(j == 0)
}

/* All ends are one state. */
inline clear_away() {
  incidents = 0;
  k = 0;
  do
  :: k < 2 ->
    i = 0;
    do
    :: i < NUMBERS ->
      STATE(i, k) = 0;
      RUN(i, k).initiator = 0;
      RUN(i, k).own = 0;
      RUN(i, k).peer = 0;
      RUN(i, k).heard = 0;
      sent[k].opening[i] = 0;
      sent[k].answer[i] = 0;
      agreed[i] = 0;
      i++
    :: else -> break
    od;
    i = 0;
    do
    :: i < KEYS -> sent[k].frame[i] = 0; past[k].delivered[i] = 0; i++
    :: else -> break
    od;
    side[k].highest = 0;
    side[k].disk = 0;
    side[k].own = 0;
    past[k].used = 0;
    past[k].offered = 0;
    past[k].accepted = 0;
    past[k].confirmed = 0;
    k++
  :: else -> break
  od;
  over = 1
}

proctype Ending() {
end:
  do
  :: atomic { !over && side[0].highest >= side[1].highest -> HEAL(0, 1); d_step { clear_away() } }
  :: atomic { !over && side[1].highest >= side[0].highest -> HEAL(1, 0); d_step { clear_away() } }
  :: atomic { !over -> d_step { fall_silent(0) }; d_step { fall_silent(1) }; d_step { clear_away() } }
  od
}

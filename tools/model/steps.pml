/* What can happen to an end. */

/* Higher than all that counted, and of one's own order. */
inline choose_at(e) {
  number = side[e].disk + 1;
  number = (IS_OF(number, e) -> number : number + 1)
}

inline call(e) {
  choose_at(e);
  draw(number, e);
  STATE(number, e) = S_calling;
  RUN(number, e).initiator = 1;
  RUN(number, e).own = key;
  count(number, e);
  use(number, e);
  sent[e].opening[number] = key
}

/* A first message with this at, authentic: the rules of at, then the application is asked. */
inline hear_opening(at, e, with) {
  FIND(IS_NO_TO_PEER, e);
  number = j;	/* a refusal covers what the peer has said before it */
  FIND(IS_HALF_OPEN, e);
  if
  :: IS_OLD(at, e) || at <= number || at < j || IS_BUSY(j, e)	/* drop */
  :: else ->
    if
    :: j != 0 -> replace(j, e)
    :: else
    fi;
    STATE(at, e) = S_answering;
    RUN(at, e).initiator = 0;
    RUN(at, e).peer = with;
#ifdef ANSWERED_UNASKED
    send_flight(at, e);
#endif
    fire(at, e, E_message)
  fi
}

/* One's own call is answered. */
inline hear_answer(at, e, with) {
  RUN(at, e).peer = with;
  fire(at, e, E_message)
}

inline accept(at, e) {
  ADD(past[e].accepted, at);
#ifdef CS3A
  draw(at, e);
  RUN(at, e).own = key;
#ifdef TOKEN_IGNORED
  FIND(IS_LIVE, e);
  RUN(at, e).peer = (j != 0 -> RUN(j, e).peer : RUN(at, e).peer);
#endif
  fire(at, e, E_accepted)
#else
  if
  :: RUN(at, e).initiator -> fire(at, e, E_accepted)
  :: else ->
    draw(at, e);
    RUN(at, e).own = key;
#ifdef HALF_OPEN_REPLACES
    replace_below(at, e);
#endif
#ifdef LIVE_UNHEARD
    fire(at, e, E_accepted)
#else
    fire(at, e, E_accepted_tentative)
#endif
  fi
#endif
}

inline refuse(at, e) {
  CUT(past[e].accepted, at);
  fire(at, e, E_refused)
#ifdef REFUSAL_FORGOTTEN
  ; STATE(at, e) = S_gone
#endif
}

/* The same opening again is no move: the relay has a copy of the answer. But it is one for who makes another. */
inline hear_repeat(at, e) {
  RUN(at, e).own = NUMBERS + at;
  send_flight(at, e)
}

/* Nor is it what the relay makes up, except for who believes it. */
inline hear_forgery(at, e) {
  replace_below(at, e)
}

/* PROPERTY: nothing is delivered twice. */
inline hear_frame(at, e) {
  if
  :: RUN(at, e).heard
  :: else ->
    RUN(at, e).heard = 1;
    assert(!HAS(past[e].delivered[RUN(at, e).own], RUN(at, e).peer));
    ADD(past[e].delivered[RUN(at, e).own], RUN(at, e).peer);
    fire(at, e, E_heard)
  fi
}

inline crash(e) {
  i = 1;
  do
  :: i < NUMBERS -> STATE(i, e) = S_gone; forget_if_gone(i, e); i++
  :: else -> break
  od;
  side[e].highest = side[e].disk;
  side[e].own = NONE
}

/* PROPERTY: who has a live exchange keeps one, whatever the relay does, unless the peer itself has begun another. */
inline note_live(e) {
  FIND(IS_LIVE, e);
  was_live = (j != 0)
}
inline still_live(e) {
  FIND(IS_LIVE, e);
  assert(!was_live || j != 0)
}

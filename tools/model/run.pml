/* What a run does: the actions of the table. */

/* The ephemeral key of a handshake. */
inline draw(at, e) {
#ifdef CS3A
  side[e].own = (side[e].own == NONE -> at : side[e].own);
  key = side[e].own
#else
  key = (HAS(sent[e].answer[at], at) -> NUMBERS + at : at)
#endif
}

/* The exchange is over, and its key with it. */
inline renew(e) {
#ifdef KEY_OUTLIVES
  skip
#else
  side[e].own = NONE
#endif
}

/* It does not count yet, but a restart finds it. */
inline write(at, e) {
#ifndef WRITTEN_WHEN_HEARD
  if
  :: at > side[e].disk -> side[e].disk = at
  :: else
  fi
#else
  skip
#endif
}

/* From here on this at counts, on disk before anybody sees it. */
inline count(at, e) {
  if
  :: at > side[e].highest -> side[e].highest = at
  :: else
  fi;
  WRITE_AT_ONCE(e)
}

/* PROPERTY: an at is used once, and what one uses never goes back, whatever crashes. */
inline use(at, e) {
  assert(at > past[e].used);
  past[e].used = at
}

/* PROPERTY: only who was accepted is answered. */
inline send_flight(at, e) {
  if
  :: !RUN(at, e).initiator ->
    assert(HAS(past[e].accepted, at));
    ADD(sent[e].answer[at], RUN(at, e).own)
  :: else	/* a greeting is a frame */
  fi
}

/* PROPERTY: nothing is handed to the application twice. */
inline offer(at, e) {
  assert(!HAS(past[e].offered, at));
  ADD(past[e].offered, at)
}

inline wipe(at, e) {
  RUN(at, e).own = NONE;
  RUN(at, e).peer = NONE;
  RUN(at, e).heard = 0;
  CUT(past[e].accepted, at)
}

inline forget_if_gone(at, e) {
  if
  :: STATE(at, e) == S_gone ->
    wipe(at, e);
    RUN(at, e).initiator = 0;
    CUT(past[e].offered, at)
  :: else
  fi
}

inline replace(at, e) {
  STATE(at, e) = next_of[STATE(at, e) * EVENTS + E_replaced];
  forget_if_gone(at, e)
}

/* All runs with an at below this one. */
inline replace_below(at, e) {
  i = 1;
  do
  :: i < at -> replace(i, e); i++
  :: else -> break
  od
}

/* PROPERTY: at most one exchange per at; both ends of it have the same keys and complementary roles. In CS43 a responder
   never is alone with it. PROPERTY: who has answered is not behind after a restart, so that its call is heard. */
inline agree(at, e) {
  assert(!HAS(past[e].confirmed, at));
  ADD(past[e].confirmed, at);
  key = (e == 0 -> RUN(at, e).own * KEYS + RUN(at, e).peer : RUN(at, e).peer * KEYS + RUN(at, e).own);
  key = 2 * key + (RUN(at, e).initiator -> e : 1 - e);
  assert(agreed[at] == 0 || agreed[at] == key);
#ifdef CS43
  assert(RUN(at, e).initiator || agreed[at] == key);
#endif
  assert(side[1 - e].disk >= at);
  agreed[at] = key
}

/* CONFIRMED: the keys are the ones to send under, and everything older makes way. */
inline confirm(at, e) {
  agree(at, e);
  if
  :: at > past[e].used -> past[e].used = at
  :: else
  fi;
  i = 1;
  do
  :: i < at ->
    if
    :: IS_LIVE(i, e) && RUN(i, e).own == RUN(at, e).own && RUN(i, e).peer == RUN(at, e).peer ->
#ifdef CHANNELS_RESTART
      skip
#else
      RUN(at, e).heard = RUN(i, e).heard	/* kept alive: the same keys, the same channels */
#endif
    :: else
    fi;
    i++
  :: else -> break
  od;
  replace_below(at, e);
  ADD(sent[e].frame[RUN(at, e).own], RUN(at, e).peer)
}

/* CS3A: the exchange is over, and with it all handshakes, the later ones too: calls of ours have its key, and what the peer
   has begun must not be answered from the next key with a lower at than those. What was refused stays in mind. */
inline end_exchange(at, e) {
  i = 1;
  do
  :: i < NUMBERS ->
    if
    :: i != at && (RUN(i, e).initiator || STATE(i, e) != S_refused) && !OUTLIVES(i, at, e) -> replace(i, e)
    :: else
    fi;
    i++
  :: else -> break
  od;
  renew(e)
}

/* CS3A: a call that was not answered. */
inline give_up(at, e) {
#ifdef CS3A
  if
  :: ours -> end_exchange(at, e)
  :: else
  fi
#else
  skip
#endif
}

/* CS3A: the application has changed its mind about the exchange that is live. */
inline discard(at, e) {
#ifdef CS3A
  end_exchange(at, e)
#else
  skip
#endif
}

/* CS3A: a new key of the peer ends the exchange that was live; the known one is a keep-alive. */
inline clear_older(at, e) {
#ifdef CS3A
  FIND(IS_LIVE, e);
  if
  :: j != 0 && IS_ANOTHER(RUN(j, e).peer, RUN(at, e).peer) ->
    was_live = 0;
    replace_below(at, e);
    if
    :: !RUN(at, e).initiator -> renew(e)
    :: else
    fi
  :: else
  fi
#else
  skip
#endif
}

/* One refusal for each role is enough. */
inline remember(at, e) {
  i = 1;
  do
  :: i < at ->
    if
    :: STATE(i, e) == S_refused && RUN(i, e).initiator == ours -> replace(i, e)
    :: else
    fi;
    i++
  :: else -> break
  od
}

/* Executes one cell of the table. */
inline fire(at, e, event) {
  cell = STATE(at, e) * EVENTS + event;
  did = actions_of[cell];
  ours = RUN(at, e).initiator;
  STATE(at, e) = next_of[cell];
  if :: did & A_clear_older -> clear_older(at, e) :: else fi;
  if :: did & A_offer -> offer(at, e) :: else fi;
  if :: did & A_write_at -> write(at, e) :: else fi;
  if :: did & A_count_at -> count(at, e) :: else fi;
  if :: did & A_send_flight -> send_flight(at, e) :: else fi;
  if :: did & A_confirm -> confirm(at, e) :: else fi;
  if :: did & A_discard -> discard(at, e) :: else fi;
  if :: did & A_wipe -> wipe(at, e) :: else fi;
  if :: did & A_remember -> remember(at, e) :: else fi;
  forget_if_gone(at, e);
  if :: did & A_give_up -> give_up(at, e) :: else fi
}

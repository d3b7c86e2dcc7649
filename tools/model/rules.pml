/* The rules that mutants break, each by a macro of its own; others stand where they are kept. */

#ifdef PARITY_IGNORED
#define IS_OF(at, e) true
#define CAN_BE_OF(at, e) true
#else
#define IS_OF(at, e) ((at) % 2 == (e))
#define CAN_BE_OF(at, e) IS_OF(at, e)
#endif

#ifdef LOWER_ACCEPTED
#define IS_OLD(at, e) ((at) == side[e].highest)
#else
#ifdef SAME_AT_ANEW
#define IS_OLD(at, e) ((at) < side[e].highest)
#else
#define IS_OLD(at, e) ((at) <= side[e].highest)
#endif
#endif

/* Whether there is nothing yet with this at. */
#ifdef SAME_AT_ANEW
#define IS_NEW(at, e) (STATE(at, e) == S_gone || !RUN(at, e).initiator && past[e].accepted)
#else
#define IS_NEW(at, e) (STATE(at, e) == S_gone)
#endif

#ifdef PERSIST_LATE
#define WRITE_AT_ONCE(e) skip
#else
#define WRITE_AT_ONCE(e) side[e].disk = (side[e].highest > side[e].disk -> side[e].highest : side[e].disk)
#endif

#ifdef CALL_OUTLIVES
#define OUTLIVES(later, at, e) (later > at && RUN(later, e).initiator)
#else
#ifdef OFFER_OUTLIVES
#define OUTLIVES(later, at, e) (later > at && !RUN(later, e).initiator)
#else
#define OUTLIVES(later, at, e) false
#endif
#endif

#ifdef TOKEN_IGNORED
#define IS_ANOTHER(known, key) false
#else
#define IS_ANOTHER(known, key) ((known) != (key))
#endif

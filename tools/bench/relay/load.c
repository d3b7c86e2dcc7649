/*
 * The load generator: many connections on one thread, cheap enough that the relay is what is measured. It knows no
 * protocol. What each connection says to join, and what its messages look like, comes on stdin; a delivery is a token
 * that turns up in what another connection of the group receives.
 *
 * A message ends with a token of 8 characters, "____SSNN": S the connection, N the number of its message, both in digits
 * from A to Z. No relay writes four underscores by itself.
 *
 *   load HOST PORT PID WARM MEASURE RATE [FROM] < script
 *
 * RATE 0 is the closed loop: a connection sends again when all others of its group have its message. Any other is the
 * open loop of so many messages a second; latency counts from the moment a message was due, sent or not. MEASURE 0
 * connects and holds still until stdin ends. PID is the server's, for its share of CPU. A load with the address FROM of
 * its own goes beside another one, whose core it leaves while it has nothing to do.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { TOKEN = 8, BASE = 26, NUMBERS = BASE * BASE, AT_ONCE = 64, ROOM = 1 << 18, MAX_STEPS = 8 };

struct text {
  uint32_t size;
  uint8_t *bytes;
};

struct connection {
  int fd, group, framed;
  uint32_t steps, step;
  struct text say[MAX_STEPS], expect[MAX_STEPS];
  struct text message, ack;
  /* What was received last and may be the beginning of something. */
  uint8_t tail[TOKEN + 64];
  uint32_t tail_size;
  /* What the socket did not take at once. */
  uint8_t *out;
  size_t out_size, out_room;
  int wants_write;
  uint64_t sent, received, missing;
  uint64_t due[NUMBERS];
};

static struct connection *all;
static uint32_t count, joined, opened;
static int poll_fd, ack_every;
static struct sockaddr_in address, from;
static uint32_t *group_size;
static int measuring, running;
static double rate;
static uint64_t messages, deliveries, busy, histogram[64 * 64];
static uint8_t buffer[ROOM + 128], frame[ROOM];

static uint64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

static void die(const char *what) {
  fprintf(stderr, "load: %s%s%s\n", what, errno ? ": " : "", errno ? strerror(errno) : "");
  exit(1);
}

/* Buckets of 1/64 of a power of two: 1.6 % wide. */
static uint32_t bucket_of(uint64_t nanoseconds) {
  if (nanoseconds < 64) return (uint32_t)nanoseconds;
  int shift = 57 - __builtin_clzll(nanoseconds);
  return (uint32_t)(shift + 1) * 64 + (uint32_t)((nanoseconds >> shift) & 63);
}

static double milliseconds_of(uint32_t bucket) {
  if (bucket < 64) return bucket / 1e6;
  return (double)((64ull + bucket % 64) << (bucket / 64 - 1)) / 1e6;
}

static double quantile(double q) {
  uint64_t total = 0, seen = 0;
  for (uint32_t i = 0; i < 64 * 64; i++) total += histogram[i];
  for (uint32_t i = 0; i < 64 * 64; i++) {
    seen += histogram[i];
    if (total > 0 && seen >= q * total) return milliseconds_of(i);
  }
  return -1;
}

static void watch(struct connection *c, int wants_write) {
  struct epoll_event event = {.events = EPOLLIN | (wants_write ? EPOLLOUT : 0), .data.ptr = c};
  if (epoll_ctl(poll_fd, c->wants_write == -1 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, c->fd, &event) < 0) die("epoll_ctl");
  c->wants_write = wants_write;
}

static void flush(struct connection *c) {
  ssize_t taken = send(c->fd, c->out, c->out_size, MSG_NOSIGNAL);
  if (taken < 0 && errno != EAGAIN) die("send");
  if (taken > 0) memmove(c->out, c->out + taken, c->out_size -= (size_t)taken);
  if (c->wants_write != (c->out_size > 0)) watch(c, c->out_size > 0);
}

static void put(struct connection *c, const void *bytes, size_t size) {
  if (c->out_size + size > c->out_room) {
    c->out_room = 2 * (c->out_size + size);
    c->out = realloc(c->out, c->out_room);
    if (c->out == NULL) die("no memory");
  }
  memcpy(c->out + c->out_size, bytes, size);
  c->out_size += size;
  if (c->wants_write == 0) flush(c);
}

/* Fills a template in: byte 1 stands for `number` in decimal, byte 2 for its last two digits from A to Z. */
static size_t fill(uint8_t *to, const struct text *template, uint64_t number) {
  size_t size = 0;
  for (uint32_t i = 0; i < template->size; i++) {
    uint8_t byte = template->bytes[i];
    if (byte == 1) size += (size_t)sprintf((char *)to + size, "%llu", (unsigned long long)number);
    else if (byte == 2) {
      to[size++] = (uint8_t)('A' + number / BASE % BASE);
      to[size++] = (uint8_t)('A' + number % BASE);
    } else to[size++] = byte;
  }
  return size;
}

/* Only the ends of a message change: long bodies are copied at once. */
static size_t fill_ends(uint8_t *to, const struct text *template, uint64_t number) {
  enum { ENDS = 512 };
  if (template->size < 2 * ENDS) return fill(to, template, number);
  struct text head = {ENDS, template->bytes}, foot = {ENDS, template->bytes + template->size - ENDS};
  size_t size = fill(to, &head, number), middle = template->size - 2 * ENDS;
  memcpy(to + size, template->bytes + ENDS, middle);
  return size + middle + fill(to + size + middle, &foot, number);
}

/* Sends a template, for WebSockets as a masked text frame. */
static void say(struct connection *c, const struct text *template, uint64_t number) {
  if (!c->framed) return put(c, frame, fill_ends(frame, template, number));
  static const uint8_t mask[8] = {0x3a, 0xc5, 0x91, 0x6e, 0x3a, 0xc5, 0x91, 0x6e};
  uint8_t *payload = frame + 16, *head = payload;
  size_t size = fill_ends(payload, template, number);
  uint64_t key, word;
  memcpy(&key, mask, 8);
  size_t i = 0;
  for (; i + 8 <= size; i += 8) {
    memcpy(&word, payload + i, 8);
    word ^= key;
    memcpy(payload + i, &word, 8);
  }
  for (; i < size; i++) payload[i] ^= mask[i % 4];
  memcpy(head -= 4, mask, 4);
  if (size < 126) *--head = (uint8_t)(0x80 | size);
  else if (size < 65536) {
    *--head = (uint8_t)size;
    *--head = (uint8_t)(size >> 8);
    *--head = 0x80 | 126;
  } else die("a message above 64 KiB");
  *--head = 0x81;
  put(c, head, (size_t)(payload - head) + size);
}

static void send_message(struct connection *c, uint64_t due) {
  uint64_t number = ++c->sent;
  c->due[number % NUMBERS] = due;
  c->missing = group_size[c->group] - 1;
  say(c, &c->message, number);
  if (measuring) messages++;
}

static void deliver(struct connection *to, const uint8_t *token, uint64_t time) {
  uint32_t sender = (uint32_t)(token[4] - 'A') * BASE + (uint32_t)(token[5] - 'A');
  uint32_t number = (uint32_t)(token[6] - 'A') * BASE + (uint32_t)(token[7] - 'A');
  if (sender >= count || number >= NUMBERS || all[sender].group != to->group) die("a token that nobody sent");
  struct connection *from = &all[sender];
  if (from == to) return;
  to->received++;
  if (measuring) {
    deliveries++;
    histogram[bucket_of(time - from->due[number])]++;
  }
  if (rate == 0 && --from->missing == 0 && running) send_message(from, time);
}

/* Acknowledges what the relay says that this member got before; it is looked for only when it is due. */
static void acknowledge(struct connection *c, const uint8_t *start, size_t size) {
  static const char name[] = "\"previous\":";
  const uint8_t *found = memmem(start, size, name, sizeof name - 1);
  if (found == NULL) return;
  uint64_t seq = 0;
  const uint8_t *at = found + sizeof name - 1;
  for (; at < start + size && *at >= '0' && *at <= '9'; at++) seq = 10 * seq + (uint64_t)(*at - '0');
  if (at == start + size || seq == 0) return;
  c->received = 0;
  say(c, &c->ack, seq);
}

static void step(struct connection *c, const uint8_t *start, size_t size) {
  const struct text *expected = &c->expect[c->step];
  if (memmem(start, size, expected->bytes, expected->size) == NULL) return;
  if (++c->step < c->steps) put(c, c->say[c->step].bytes, c->say[c->step].size);
  else joined++;
}

static void keep_tail(struct connection *c, const uint8_t *start, size_t size, size_t most) {
  c->tail_size = (uint32_t)(size < most ? size : most);
  memcpy(c->tail, start + size - c->tail_size, c->tail_size);
}

static void receive(struct connection *c) {
  memcpy(buffer, c->tail, c->tail_size);
  ssize_t got = recv(c->fd, buffer + c->tail_size, ROOM, 0);
  if (got < 0 && errno == EAGAIN) return;
  if (got <= 0) die("a connection was closed");
  size_t size = c->tail_size + (size_t)got;
  if (c->step < c->steps) {
    uint32_t before = c->step;
    step(c, buffer, size);
    if (c->step != before) c->tail_size = 0;
    else keep_tail(c, buffer, size, sizeof c->tail);
    return;
  }
  uint64_t time = now();
  const uint8_t *at = buffer, *end = buffer + size, *token;
  while ((token = memmem(at, (size_t)(end - at), "____", 4)) != NULL && token + TOKEN <= end) {
    deliver(c, token, time);
    at = token + TOKEN;
  }
  if (c->ack.size > 0 && c->received >= (uint64_t)ack_every) acknowledge(c, buffer, size);
  keep_tail(c, at, (size_t)(end - at), TOKEN - 1);
}

static void open_one(void) {
  struct connection *c = &all[opened++];
  int on = 1;
  c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  if (c->fd < 0) die("socket");
  setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (from.sin_family != 0 && bind(c->fd, (struct sockaddr *)&from, sizeof from) < 0) die("bind");
  if (connect(c->fd, (struct sockaddr *)&address, sizeof address) < 0 && errno != EINPROGRESS) die("connect");
  c->wants_write = -1;
  put(c, c->say[0].bytes, c->say[0].size);
  watch(c, 1);
}

/* Takes what has come; whether anything had. */
static int turn(int timeout) {
  struct epoll_event events[256];
  int ready = epoll_wait(poll_fd, events, 256, timeout);
  if (ready < 0 && errno != EINTR) die("epoll_wait");
  for (int i = 0; i < ready; i++) {
    struct connection *c = events[i].data.ptr;
    if (events[i].events & EPOLLOUT) flush(c);
    if (events[i].events & ~(uint32_t)EPOLLOUT) receive(c);
  }
  return ready > 0;
}

/*
 * Runs until a moment; in the open loop sends what has become due. Never sleeps by itself, because to be woken by each
 * answer would cost the server more than to send it.
 */
static void run_until(uint64_t end) {
  static uint64_t next;
  static uint32_t who;
  uint64_t interval = rate > 0 ? (uint64_t)(1e9 / rate) : 0, time = now();
  if (next == 0) next = time;
  while (time < end) {
    int worked = 0;
    for (; rate > 0 && next <= time; next += interval, worked = 1) send_message(&all[who++ % count], next);
    worked |= turn(from.sin_family != 0 ? 1 : 0);
    uint64_t after = now();
    if (worked) busy += after - time;
    time = after;
  }
}

static uint32_t number(void) {
  uint32_t value;
  if (fread(&value, 4, 1, stdin) != 1) die("the script is too short");
  return value;
}

static struct text text(void) {
  struct text read = {.size = number()};
  read.bytes = malloc(read.size + 1);
  if (read.bytes == NULL || fread(read.bytes, 1, read.size, stdin) != read.size) die("the script is too short");
  return read;
}

static void read_script(void) {
  count = number();
  ack_every = (int)number();
  all = calloc(count, sizeof *all);
  group_size = calloc(count, sizeof *group_size);
  if (all == NULL || group_size == NULL) die("no memory");
  for (uint32_t i = 0; i < count; i++) {
    struct connection *c = &all[i];
    c->group = (int)number();
    c->framed = (int)number();
    c->steps = number();
    for (uint32_t s = 0; s < c->steps; s++) {
      c->say[s] = text();
      c->expect[s] = text();
    }
    c->message = text();
    c->ack = text();
    group_size[c->group]++;
  }
}

/* Seconds of CPU time that a process has used, with all its threads. */
static double cpu_of(const char *pid) {
  clockid_t clock;
  struct timespec time;
  if (clock_getcpuclockid(atoi(pid), &clock) != 0 || clock_gettime(clock, &time) < 0) die("the server is gone");
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

int main(int argc, char **argv) {
  if (argc != 7 && argc != 8) die("load HOST PORT PID WARM MEASURE RATE [FROM]");
  address.sin_family = AF_INET;
  address.sin_port = htons((uint16_t)atoi(argv[2]));
  if (inet_pton(AF_INET, argv[1], &address.sin_addr) != 1) die("HOST is an IPv4 address");
  if (argc == 8) from.sin_family = AF_INET;
  if (argc == 8 && inet_pton(AF_INET, argv[7], &from.sin_addr) != 1) die("FROM is an IPv4 address");
  double warm = atof(argv[4]), measure = atof(argv[5]);
  rate = atof(argv[6]);
  read_script();
  poll_fd = epoll_create1(0);
  while (joined < count) {
    while (opened < count && opened - joined < AT_ONCE) open_one();
    turn(100);
  }
  printf("joined\n");
  fflush(stdout);
  if (measure == 0) {
    while (getchar() != EOF) continue;
    return 0;
  }

  running = 1;
  if (rate == 0) for (uint32_t i = 0; i < count; i++) send_message(&all[i], now());
  run_until(now() + (uint64_t)(warm * 1e9));
  uint64_t start = now();
  double server = cpu_of(argv[3]);
  busy = 0;
  measuring = 1;
  run_until(start + (uint64_t)(measure * 1e9));
  measuring = running = 0;
  double seconds = (double)(now() - start) / 1e9;
  server = cpu_of(argv[3]) - server;
  printf("{\"seconds\":%.4f,\"messages\":%llu,\"deliveries\":%llu,\"serverCpu\":%.3f,\"generatorBusy\":%.3f,"
         "\"p50\":%.4f,\"p99\":%.4f}\n",
         seconds, (unsigned long long)messages, (unsigned long long)deliveries, server, (double)busy / 1e9,
         quantile(0.5), quantile(0.99));
  return 0;
}

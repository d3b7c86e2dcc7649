import { hash } from "node:crypto";
import { type Command, type Engine, EngineRefusal, type Reply } from "./engine.ts";

/** A script that the engine runs as one step. */
export interface Script {
  readonly text: string;
  readonly sha: string;
}

/** Keys come first: all of one log, which share a slot. */
export interface Call {
  readonly keys: readonly string[];
  readonly args: readonly (string | number)[];
}

function script(text: string): Script {
  return { text, sha: hash("sha1", text, "hex") };
}

// Numbers stay below 2^53, where Lua's are exact; `%.0f` writes them without an exponent.

/**
 * Appends to several logs, to each its entries one behind the other or none of them. KEYS: stream and head of each. ARGV:
 * writer, milliseconds of life; then for each log the number of its last entry among all of this writer's, the position
 * that the first one has to get or nothing, its channel, how many entries it gets, and for each of these the checksum
 * without the position, and the text. Answers for each log what came of it, and the position of its last entry.
 *
 * What this writer has appended already is not appended again: the head says up to which number, and where the last one
 * is. Then the same is written once more, so that whoever waits for replicas has something to wait for.
 */
export const appendScript = script(`
local writer, life, at = 'by:' .. ARGV[1], ARGV[2], 3
local function append(stream, head)
  local number, wanted, channel, first, count = ARGV[at], ARGV[at + 1], ARGV[at + 2], at + 4, tonumber(ARGV[at + 3])
  at = first + 2 * count
  local known = redis.pcall('HMGET', head, 'last', writer)
  if known.err then return {'refused', known.err} end
  local last = tonumber(known[1] or '0')
  if known[2] then
    local before, position = string.match(known[2], '(%d+):(%d+)')
    if tonumber(before) >= tonumber(number) then
      redis.call('HSET', head, writer, known[2])
      return {'done', position}
    end
  end
  if wanted ~= '' and tonumber(wanted) ~= last + 1 then return {'taken'} end
  for i = first, at - 1, 2 do
    last = last + 1
    local sum = string.format('%.0f ', (tonumber(ARGV[i]) + last) % 4294967296)
    local added = redis.pcall('XADD', stream, string.format('%.0f-0', last), 'e', sum .. ARGV[i + 1])
    if added.err then return {'refused', added.err} end
  end
  local position = string.format('%.0f', last)
  redis.call('HSET', head, 'last', position, writer, number .. ':' .. position)
  if redis.call('PTTL', head) < life / 2 then
    redis.call('PEXPIRE', stream, life)
    redis.call('PEXPIRE', head, life)
  end
  redis.call('SPUBLISH', channel, 'p' .. position)
  return {'done', position}
end
local results = {}
for i = 1, #KEYS, 2 do results[#results + 1] = append(KEYS[i], KEYS[i + 1]) end
return results
`);

/**
 * Reads records behind a position. KEYS: stream, head. ARGV: position, how many at most, bytes beyond which none is
 * added. Answers last position, from where on the log is whole, what was kept before that, whether the end was reached,
 * then ids and texts.
 */
export const readScript = script(`
local head = redis.call('HMGET', KEYS[2], 'last', 'from', 'kept')
local found = {head[1] or '0', head[2] or '1', head[3] or '', '1'}
local start, left, size = '(' .. ARGV[1] .. '-0', tonumber(ARGV[2]), tonumber(ARGV[3])
while true do
  local count = math.min(left, 16)
  if count <= 0 or size <= 0 then
    found[4] = '0'
    return found
  end
  local part = redis.call('XRANGE', KEYS[1], start, '+', 'COUNT', count)
  for _, entry in ipairs(part) do
    if size <= 0 then
      found[4] = '0'
      return found
    end
    found[#found + 1] = entry[1]
    found[#found + 1] = entry[2][2]
    size = size - #entry[2][2]
    start = '(' .. entry[1]
  end
  left = left - #part
  if #part < count then return found end
end
`);

/**
 * Drops the records before a position but for some. KEYS: stream, head. ARGV: position or nothing for all, runs of
 * positions to keep as 1-3,7-7. Who does the same again, or something older, changes nothing.
 */
export const trimScript = script(`
local head = redis.call('HMGET', KEYS[2], 'last', 'from', 'kept')
if not head[1] then return redis.call('UNLINK', KEYS[1]) end
local last, from = tonumber(head[1]), tonumber(head[2] or '1')
local before = last + 1
if ARGV[1] ~= '' then before = math.min(before, tonumber(ARGV[1])) end
local function runs(text)
  local found = {}
  for first, final in string.gmatch(text, '(%d+)-(%d+)') do found[#found + 1] = {tonumber(first), tonumber(final)} end
  return found
end
local alive = runs(head[3] or '')
if before > from then alive[#alive + 1] = {from, before - 1} end
local wanted = runs(ARGV[2])
wanted[#wanted + 1] = {before, math.huge}
local kept, gone, next = {}, {}, 1
local function drop(first, final)
  for position = first, final do
    gone[#gone + 1] = string.format('%.0f-0', position)
    if #gone == 512 then
      redis.call('XDEL', KEYS[1], unpack(gone))
      gone = {}
    end
  end
end
for _, run in ipairs(alive) do
  local at = run[1]
  while at <= run[2] do
    while wanted[next][2] < at do next = next + 1 end
    local first, final = math.max(at, wanted[next][1]), math.min(run[2], wanted[next][2])
    if #kept > 0 then drop(at, math.min(run[2], first - 1)) end
    if first <= final then
      if #kept == 0 then redis.call('XTRIM', KEYS[1], 'MINID', string.format('%.0f-0', first)) end
      kept[#kept + 1] = string.format('%.0f-%.0f', first, final)
    end
    at = math.max(final, first - 1, at) + 1
  end
end
if #kept == 0 then redis.call('XTRIM', KEYS[1], 'MINID', string.format('%.0f-0', math.max(before, from))) end
if #gone > 0 then redis.call('XDEL', KEYS[1], unpack(gone)) end
redis.call('HSET', KEYS[2], 'from', string.format('%.0f', math.max(before, from)), 'kept', table.concat(kept, ','))
return redis.status_reply('OK')
`);

/** Lets a log live for longer. KEYS: stream, head. ARGV: milliseconds. Answers its last position. */
export const lookScript = script(`
if redis.call('PTTL', KEYS[2]) < ARGV[1] / 2 then
  redis.call('PEXPIRE', KEYS[1], ARGV[1])
  redis.call('PEXPIRE', KEYS[2], ARGV[1])
end
return redis.call('HGET', KEYS[2], 'last') or '0'
`);

/**
 * What is said for a while. KEYS: values, ends. ARGV: what to do, key, value, milliseconds. The clock is the engine's, so
 * that those of the nodes need not agree.
 */
export const factScript = script(`
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local over = redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', now, 'LIMIT', 0, 1000)
if #over > 0 then
  redis.call('HDEL', KEYS[1], unpack(over))
  redis.call('ZREM', KEYS[2], unpack(over))
end
if ARGV[1] == 'all' then
  local said = {}
  for _, key in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], '(' .. string.format('%.0f', now), '+inf')) do
    said[#said + 1] = key
    said[#said + 1] = redis.call('HGET', KEYS[1], key)
  end
  return said
end
local said = redis.call('HGET', KEYS[1], ARGV[2])
if ARGV[1] == 'retract' then
  if said == ARGV[3] then
    redis.call('HDEL', KEYS[1], ARGV[2])
    redis.call('ZREM', KEYS[2], ARGV[2])
  end
  return 1
end
if ARGV[1] == 'claim' and said and said ~= ARGV[3] then return 0 end
redis.call('HSET', KEYS[1], ARGV[2], ARGV[3])
redis.call('ZADD', KEYS[2], string.format('%.0f', now + ARGV[4]), ARGV[2])
for _, key in ipairs(KEYS) do
  if redis.call('PTTL', key) < tonumber(ARGV[4]) then redis.call('PEXPIRE', key, ARGV[4]) end
end
return 1
`);

/**
 * Counts what somebody has used up, as a token bucket: one number, the time at which it will be full again. KEYS: bucket.
 * ARGV: milliseconds until as much is given back, milliseconds that may be used up at once. Answers the milliseconds
 * until it is within the rate. It is forgotten when it is full.
 */
export const spendScript = script(`
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local burst = tonumber(ARGV[2])
local full = math.max(tonumber(redis.call('GET', KEYS[1]) or '0'), now) + ARGV[1]
full = math.min(full, now + 2 * burst)
redis.call('SET', KEYS[1], string.format('%.3f', full), 'PX', math.ceil(full - now) + 1)
return math.ceil(math.max(0, full - now - burst - 0.001))
`);

/**
 * Notes a failure, or how many there were within a window. KEYS: failures. ARGV: milliseconds of the window, name of the
 * failure or nothing. Answers how many there are.
 */
export const failureScript = script(`
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[1])
if ARGV[2] ~= '' then
  redis.call('ZADD', KEYS[1], now, ARGV[2])
  redis.call('PEXPIRE', KEYS[1], ARGV[1])
end
return redis.call('ZCARD', KEYS[1])
`);

/** Runs a script, and sends `further` commands right behind it; answers to all. A refusal of the script is thrown. */
export async function run(
  engine: Engine,
  { text, sha }: Script,
  { keys, args, further = [] }: Call & { readonly further?: readonly Command[] },
): Promise<readonly Reply[]> {
  const rest = [String(keys.length), ...keys, ...args.map(String)];
  const [key = ""] = keys;
  const replies = await engine.send(key, [["EVALSHA", sha, ...rest], ...further]);
  const [reply] = replies;
  if (!(reply instanceof EngineRefusal)) return replies;
  if (reply.code !== "NOSCRIPT") throw reply;
  // An engine that was started anew has forgotten it.
  const again = await engine.send(key, [["EVAL", text, ...rest], ...further]);
  if (again[0] instanceof EngineRefusal) throw again[0];
  return again;
}

/** Shared by the scripts below: a question lies as `<asked at> <handed in at> <said at> <id> <JSON>`, `-` for what is not known. */
const READ = `
local function read(record)
  if not record then return nil end
  local at, handed, said, id, text = string.match(record, '^(%d+) (%S+) (%S+) (%S+) (.+)$')
  if not at then return nil end
  return { at = tonumber(at), handed = tonumber(handed), said = tonumber(said), id = id, text = text }
end
local function clock(given)
  if given ~= '' then return tonumber(given) end
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end
`;

/**
 * Puts a question in the place of whatever whoever asks could have answered: their own, and nobody's; whose name nobody
 * knows could be anybody. One that is used already is not put again.
 *
 * KEYS: the questions of a place, a hash by who asked; that it is used; that anything is asked at all. ARGV: who (`-` for nobody known), id, when its order was handed in,
 * when that was said, question as JSON, lifetime (milliseconds), time (milliseconds; empty: Redis's own).
 * @returns 1, or 0 for one that is used
 */
export const ASK = `#!lua
${READ}
local now = clock(ARGV[7])
if redis.call('EXISTS', KEYS[2]) == 1 then return 0 end
local fields = redis.call('HGETALL', KEYS[1])
for i = 1, #fields, 2 do
  local other = read(fields[i + 1])
  local isOver = not other or now - other.at > tonumber(ARGV[6])
  if ARGV[1] == '-' or fields[i] == '-' or isOver then redis.call('HDEL', KEYS[1], fields[i]) end
end
local record = table.concat({ string.format('%d', now), ARGV[3], ARGV[4], ARGV[2], ARGV[5] }, ' ')
redis.call('HSET', KEYS[1], ARGV[1], record)
redis.call('PEXPIRE', KEYS[1], ARGV[6])
redis.call('SET', KEYS[3], 1, 'PX', ARGV[6])
return 1
`;

/**
 * Uses a question up for one answer, which may come again and then has it again. No answer has it that was handed in, or
 * said, before the question was asked; when it was said is told by another clock, so only lengths are compared.
 *
 * KEYS: the questions of a place; what this answer was about; that the question is used. ARGV: who answers (`-` for nobody known), id of the question,
 * when the answer was handed in, when it was said, lifetime of a question, for how long both may come again
 * (milliseconds), time.
 * @returns 1 where the answer is about the question, else 0
 */
export const CLAIM = `#!lua
${READ}
local claimed = redis.call('GET', KEYS[2])
if claimed then
  return string.match(claimed, '^(%S+) ') == ARGV[2] and 1 or 0
end
local now = clock(ARGV[7])
local asked
for _, one in ipairs({ ARGV[1], '-' }) do
  local record = read(redis.call('HGET', KEYS[1], one))
  if not asked and record and record.id == ARGV[2] then asked = record end
end
if not asked or now - asked.at > tonumber(ARGV[5]) then return 0 end
local handed, said = tonumber(ARGV[3]), tonumber(ARGV[4])
if handed and handed <= asked.at then return 0 end
if said and asked.said and asked.handed and said ~= asked.said then
  if said - asked.said < asked.at - asked.handed then return 0 end
end
redis.call('HDEL', KEYS[1], ARGV[1], '-')
redis.call('SET', KEYS[2], asked.id .. ' ' .. asked.text, 'PX', ARGV[6])
redis.call('SET', KEYS[3], 1, 'PX', ARGV[6])
return 1
`;

/**
 * Forgets what whoever goes on to something else could have answered.
 *
 * KEYS: the questions of places. ARGV: for each who went on, `-` for nobody known, who could be anybody.
 */
export const DROP = `#!lua flags=allow-oom
for i, key in ipairs(KEYS) do
  if ARGV[i] == '-' then
    redis.call('DEL', key)
  else
    redis.call('HDEL', key, ARGV[i], '-')
  end
end
return 1
`;

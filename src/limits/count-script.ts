/** How many numbers the script takes for each count. */
const NUMBERS_A_COUNT = 5;

/**
 * Counts in windows that begin with what is counted first in them, and end by Redis's own clock: in all of them, or where one
 * of them has no room in none. Less than nothing gives back, nothing only looks. Where the caller knows a higher count that may
 * have been lost, that one is put back first.
 *
 * KEYS: the counts. ARGV, for each: how many, seconds of a window, limit, the count that the caller knows (0: none),
 * milliseconds until the window of that ends.
 * @returns for each: what is counted now, milliseconds until the window ends (0: none has begun), and 1 where it has no room
 */
export const COUNT = `#!lua
local reply, hasRoom = {}, true
local function argument(index, number) return tonumber(ARGV[(index - 1) * ${NUMBERS_A_COUNT} + number]) end
for index, key in ipairs(KEYS) do
  local counted, ends, known = tonumber(redis.call('GET', key) or 0), redis.call('PTTL', key), argument(index, 4)
  if ends <= 0 then counted, ends = 0, 0 end
  if known > counted then
    counted = known
    if ends == 0 then ends = argument(index, 5) end
    redis.call('SET', key, counted, 'PX', ends)
  end
  local many = argument(index, 1)
  local isFull = many > 0 and counted + many > argument(index, 3)
  if isFull then hasRoom = false end
  reply[#reply + 1] = counted
  reply[#reply + 1] = ends
  reply[#reply + 1] = isFull and 1 or 0
end
if not hasRoom then return reply end
for index, key in ipairs(KEYS) do
  local many, at = argument(index, 1), (index - 1) * 3
  local count, ends = math.max(0, reply[at + 1] + many), reply[at + 2]
  if many ~= 0 then
    if count == 0 then
      redis.call('DEL', key)
      ends = 0
    else
      if ends == 0 then ends = argument(index, 2) * 1000 end
      redis.call('SET', key, count, 'PX', ends)
    end
  end
  reply[at + 1], reply[at + 2] = count, ends
end
return reply
`;

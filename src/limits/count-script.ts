/**
 * Counts in a window that begins with what is counted first in it, and ends by Redis's own clock. What would be more than
 * the limit is refused and counts nothing; less than nothing gives back. Where the caller knows a higher count that may have
 * been lost, that one is put back first. In place of the library's own script, which also
 * counts what it refuses, and which, given back what belongs to a window that is over, begins one below zero.
 *
 * KEYS: the count. ARGV: how many (negative: given back), seconds of a window, limit, the count that the caller knows (0: none),
 * milliseconds until the window of that ends.
 * @returns what is counted, with what was refused, so that it is more than the limit; milliseconds until the window ends
 */
export const COUNT = `#!lua
local counted = tonumber(redis.call('GET', KEYS[1]) or 0)
local ends = redis.call('PTTL', KEYS[1])
local many = tonumber(ARGV[1])
local known = tonumber(ARGV[4])
if ends <= 0 then
  counted = 0
  ends = known > 0 and tonumber(ARGV[5]) or ARGV[2] * 1000
end
local isLost = known > counted
if isLost then
  counted = known
  ends = math.min(ends, tonumber(ARGV[5]))
end
if many > 0 and counted + many > tonumber(ARGV[3]) then
  if isLost then redis.call('SET', KEYS[1], counted, 'PX', ends) end
  return { counted + many, ends }
end
local count = math.max(0, counted + many)
if count == 0 then
  redis.call('DEL', KEYS[1])
else
  redis.call('SET', KEYS[1], count, 'PX', ends)
end
return { count, ends }
`;

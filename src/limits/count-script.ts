/**
 * Counts in windows that begin with what is counted first in them, and end by Redis's own clock. What would be more than
 * the limit is refused and counts nothing; less than nothing gives back. Where the caller knows a higher count that may have
 * been lost, that one is put back first. Nothing is only asked about.
 *
 * KEYS: the counts; one may come again. ARGV, for each: how many (negative: given back; 0: none), seconds of a window, limit, the count that
 * the caller knows (0: none), milliseconds until the window of that ends.
 * @returns for each what is counted, with what was refused, so that it is more than the limit, and milliseconds until the window ends;
 *   0 and 0 where no window has begun
 */
export const COUNT = `#!lua
-- One of a wrong type shows here, before anything is written.
local counts = {}
for _, key in ipairs(KEYS) do counts[key] = tonumber(redis.call('GET', key) or 0) end

local function count(key, many, seconds, limit, known, knownEnds)
  local ends = redis.call('PTTL', key)
  if ends <= 0 then
    counts[key] = 0
    ends = known > 0 and knownEnds or seconds * 1000
  end
  local counted = counts[key]
  if known > counted then
    counted = known
    ends = math.min(ends, knownEnds)
  end
  local isRefused = many > 0 and counted + many > limit
  local total = isRefused and counted or math.max(0, counted + many)
  if total == 0 then
    redis.call('DEL', key)
  elseif total ~= counts[key] then
    redis.call('SET', key, total, 'PX', ends)
  end
  counts[key] = total
  if isRefused then return counted + many, ends end
  return total, total > 0 and ends or 0
end

local found = {}
for index, key in ipairs(KEYS) do
  local values = {}
  for at = 1, 5 do values[at] = tonumber(ARGV[5 * (index - 1) + at]) end
  found[2 * index - 1], found[2 * index] = count(key, unpack(values))
end
return found
`;

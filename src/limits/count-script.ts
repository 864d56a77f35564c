/**
 * Counts in windows that begin with what is counted first in them, and end by Redis's own clock. What would be more than
 * the limit is refused and counts nothing; less than nothing gives back. Where the caller knows a higher count that may have
 * been lost, that one is put back first.
 *
 * KEYS: the counts; one may come again. ARGV, for each: how many (negative: given back), seconds of a window, limit, the count that
 * the caller knows (0: none), milliseconds until the window of that ends; where none is known, of the one that is given back to (0: any).
 * @returns for each what is counted, with what was refused, so that it is more than the limit, and milliseconds until the window ends
 */
export const COUNT = `#!lua
-- One of a wrong type shows here, before anything is written. Text that is no number counts as nothing.
local counts = {}
for _, key in ipairs(KEYS) do counts[key] = tonumber(redis.call('GET', key) or 0) or 0 end

local function count(key, many, seconds, limit, known, knownEnds)
  local counted, ends = counts[key], redis.call('PTTL', key)
  if ends <= 0 then
    counted = 0
    ends = known > 0 and knownEnds or seconds * 1000
  end
  -- The window it was counted in is over, and took it along.
  if many < 0 and known == 0 and knownEnds > 0 and ends > knownEnds then return counted, ends end
  local isLost = known > counted
  if isLost then
    counted = known
    ends = math.min(ends, knownEnds)
  end
  if many > 0 and counted + many > limit then
    counts[key] = counted
    if isLost then redis.call('SET', key, counted, 'PX', ends) end
    return counted + many, ends
  end
  local total = math.max(0, counted + many)
  counts[key] = total
  if total == 0 then
    redis.call('DEL', key)
  else
    redis.call('SET', key, total, 'PX', ends)
  end
  return total, ends
end

local found = {}
for index, key in ipairs(KEYS) do
  local values = {}
  for at = 1, 5 do values[at] = tonumber(ARGV[5 * (index - 1) + at]) end
  found[2 * index - 1], found[2 * index] = count(key, unpack(values))
end
return found
`;

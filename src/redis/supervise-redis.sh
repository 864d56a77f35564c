#!/bin/sh
# Runs one redis-server until it exits or standard input closes. The parent holds the other end of that pipe, so
# Redis goes down with it, however it dies.
#
# usage: supervise-redis.sh LOCK PORT REDIS-SERVER [ARGUMENT...]
#
# Writes redis-server's process id to file descriptor 3. Exits as redis-server does, or with 75 where LOCK exists
# or cannot be written.
lock=$1
port=$2
shift 2

# Redis 7.2 and newer refuse to start under a locale that the machine does not have, as a remote terminal may ask for.
export LC_ALL=C

# Taken before Redis starts: one that only reads the append-only file may already truncate it.
(set -C && echo "$$ $port" >"$lock") 2>/dev/null || exit 75

# A background job would get /dev/null in place of standard input.
exec 4<&0 </dev/null

"$@" 3>&- 4<&- &
redis=$!
echo "$redis" >&3
exec 3>&-

# A process of its own, so that it still does its duty where this one was killed.
(
  read -r _ <&4
  kill -TERM "$redis"
  seconds=0
  while [ "$seconds" -lt 20 ]; do
    sleep 1
    seconds=$((seconds + 1))
  done
  kill -KILL "$redis"
) >/dev/null 2>&1 &
watcher=$!
exec 4<&-

# Only now: redis-server and the watcher would inherit it. A signal to the whole process group must not stop this
# one before it has cleaned up, nor must the shell's own word about a killed job that nobody reads any more.
trap '' HUP INT TERM PIPE

wait "$redis"
status=$?
kill "$watcher" 2>/dev/null
if read -r owner _ <"$lock" && [ "$owner" = "$$" ]; then
  rm -f "$lock"
fi 2>/dev/null
exit "$status"

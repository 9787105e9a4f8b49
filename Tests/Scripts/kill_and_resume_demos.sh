#!/usr/bin/env bash
# Kills the making of demonstrations at random moments, by SIGKILL and now and then by SIGINT or SIGTERM, and resumes it
# until the file is there, which must then be the bytes of one that was never stopped: a whole dataset and, in turn, the
# shards of one, which are made into one file in the end. No kill may leave anything but FILE.part, and what was kept must
# be gone on with.
#
#     Tests/Scripts/kill_and_resume_demos.sh [--kills 200] [--seed 0] [--load 0] [--longest 700] [--frames 40000000]
#       [--program FILE]
#
# --load N        processes that keep the machine busy meanwhile
# --longest N     milliseconds that a process lives at most before it is killed
# --program FILE  the program in place of the one that ./pong builds
#
# The seed decides signals and delays; how far a file then is depends on the machine.
set -euo pipefail

kills=200 seed=0 load=0 longest=700 frames=40000000 pong=
while [ $# -gt 0 ]; do
  case $1 in
    --kills) kills=$2 ;;
    --seed) seed=$2 ;;
    --load) load=$2 ;;
    --longest) longest=$2 ;;
    --frames) frames=$2 ;;
    --program) pong=$(realpath "$2") ;;
    *)
      echo "kill_and_resume_demos.sh: found $1, expected --kills, --seed, --load, --longest, --frames or --program" >&2
      exit 64
      ;;
  esac
  shift 2
done

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck source=Tests/Scripts/killing.sh
. "$root/Tests/Scripts/killing.sh"

"$pong" demos generate --frames "$frames" --episodes 80 --out straight.pong

files=0

# That there are no other files than these; none in the making with the word finished.
check_files() {
  local unknown
  unknown=$(find . -type f ! -name messages ! -name straight.pong ! -name killed.pong ! -name joined.pong \
    ! -path './set/[01].pong' "$@")
  [ -z "$unknown" ] || { echo "found $unknown, expected nothing of that name" >&2; return 1; }
}

# One file from nothing to its end, killed again and again; more arguments are options.
make_once() {
  local file=$1 promised=
  shift
  while :; do
    "$pong" demos generate --frames "$frames" --episodes 80 --resume --out "$file" "$@" 2>messages &
    end_or_kill $! || return 1
    check_files ! -name killed.pong.part ! -path './set/[01].pong.part' || return 1
    # What a signal said was kept is gone on with in the end.
    if grep -q '^stopped after' messages; then promised=1; fi
    if [ "$status" -eq 0 ] && [ -n "$promised" ] && ! grep -q ': goes on after' messages; then
      echo "$file was begun anew, expected it to go on with the episodes that were kept" >&2
      return 1
    fi
    # A kill may come after the file: whether it is whole is judged below.
    [ ! -e "$file" ] || break
    if [ "$status" -eq 0 ]; then
      echo "$file is not there after success" >&2
      return 1
    fi
  done
  files=$((files + 1))
}

one_round() {
  rm -rf killed.pong set joined.pong
  mkdir set
  make_once killed.pong || return 1
  cmp straight.pong killed.pong >&2 || return 1
  for shard in 0 1; do make_once "set/$shard.pong" --shard "$shard/2" || return 1; done
  "$pong" demos convert set joined.pong || return 1
  cmp straight.pong joined.pong >&2 || return 1
  check_files
}

while [ "$done_kills" -lt "$kills" ]; do
  one_round || { echo "FAILED after $done_kills kills, in file $((files + 1)), seed $seed" >&2; exit 1; }
done
report_kills "$files files" file

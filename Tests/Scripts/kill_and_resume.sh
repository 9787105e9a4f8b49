#!/usr/bin/env bash
# Kills a training run, with rounds of a teacher and a graph that is rewired, at random moments, by SIGKILL and now and
# then by SIGINT or SIGTERM, and resumes it until it ends; the run directory must then hold the same bytes as that of a run
# that was never stopped. As soon as a run has ended the next begins, until there were enough kills.
#
#     Tests/Scripts/kill_and_resume.sh [--kills 200] [--seed 0] [--load 0] [--longest 600] [--config FILE]
#         [--program FILE]
#
# --load N      processes that keep the machine busy meanwhile
# --longest N   milliseconds that a run lives at most before it is killed
# --program FILE the program, where it is built already
# --config FILE a config in place of the small one below, which trains for two or three seconds
#
# The seed decides signals and delays; where a run then is depends on the machine.
set -euo pipefail

kills=200 seed=0 load=0 longest=600 config= pong=
while [ $# -gt 0 ]; do
  case $1 in
    --kills) kills=$2 ;;
    --seed) seed=$2 ;;
    --load) load=$2 ;;
    --longest) longest=$2 ;;
    --config) config=$(realpath "$2") ;;
    --program) pong=$(realpath "$2") ;;
    *) echo "kill_and_resume.sh: found $1, expected --kills, --seed, --load, --longest, --config or --program" >&2; exit 64 ;;
  esac
  shift 2
done

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck source=Tests/Scripts/killing.sh
. "$root/Tests/Scripts/killing.sh"

if [ -z "$config" ]; then
  config=$work/small.yaml
  cat >"$config" <<'YAML'
name: small
model: {type: tnd, neurons: 120, density: 0.3}
data: {expert: humanlike, frames: 4000}
training: {streams: 40, chunk: 10, passes: 120, learning_rate: 0.003, schedule: cosine, rewire: {method: rigl, every: 7}}
validation: {every: 3, sessions: 8, steps: 400}
aggregation: {rounds: 20, frames: 500, steps: 250, every: 5, beta: 0.5}
YAML
fi

"$pong" train "$config" --out straight 2>messages || { cat messages >&2; exit 1; }

runs=0

# One run from nothing to its end, killed again and again.
run_once() {
  rm -rf killed
  while :; do
    resume=
    [ ! -d killed ] || resume=--resume
    # shellcheck disable=SC2086 # empty, or one word
    "$pong" train "$config" --out killed $resume 2>messages &
    end_or_kill $! || return 1
    [ "$status" -ne 0 ] || break
  done
  diff -r straight killed >&2 || return 1
  runs=$((runs + 1))
}

while [ "$done_kills" -lt "$kills" ]; do
  run_once || { echo "FAILED after $done_kills kills, in run $((runs + 1)), seed $seed" >&2; exit 1; }
done
report_kills "$runs runs" run

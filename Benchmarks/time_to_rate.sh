#!/bin/sh
# From nothing to a good agent: generates the demonstration, trains Configs/fast.yaml and selects, with five
# seeds, each timed as a whole process; then what every agent is worth in the paper protocol.
# Usage: Benchmarks/time_to_rate.sh
set -eu
cd "$(dirname "$0")/.."
field() { sed -n "s/.*\"$1\": \([-0-9.e+]*\).*/\1/p"; }
./pong --version >/dev/null # builds, so that no build is timed
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
echo '| seed | seconds | `paper` rate | mean |'
echo '| --- | --- | --- | --- |'
for seed in 0 1 2 3 4; do
  start=$(date +%s.%N)
  ./pong train Configs/fast.yaml --set "seed=$seed" --out "$folder/$seed" 2>"$folder/messages" || { cat "$folder/messages" >&2; exit 1; }
  seconds=$(echo "$start $(date +%s.%N)" | awk '{ printf "%.1f", $2 - $1 }')
  paper=$(./pong evaluate "$folder/$seed" --protocol paper --json)
  printf '| %s | %s | %.4f | %.1f |\n' "$seed" "$seconds" "$(echo "$paper" | field rate)" \
    "$(echo "$paper" | field mean)"
  echo "$seconds" >>"$folder/times"
done
echo "median: $(sort -n "$folder/times" | sed -n 3p) s"

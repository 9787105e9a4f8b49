#!/bin/sh
# Trains a config with five seeds and prints the table of Documentation/counting.md: the time of each run and its three
# evaluations. Usage: Benchmarks/five_seeds.sh [CONFIG [FOLDER [SEEDS [DATA]]]], seeds "0 1 2 3 4" unless said, the
# config's demonstration unless another file is given; a run that has been timed is not trained again.
set -eu
cd "$(dirname "$0")/.."
config=${1:-Configs/tnd.yaml}
folder=${2:-runs/five_seeds}
seeds=${3:-0 1 2 3 4}
data=${4:-}
field() { sed -n "s/.*\"$1\": \([-0-9.e+]*\).*/\1/p"; }
mkdir -p "$folder"
./pong --version >/dev/null # builds, so that no build is timed
echo '| seed | seconds | `paper` rate | mean | thrown away | `all` rate | mean | `rounds` mean of 1,000 | interquartile |'
echo '| --- | --- | --- | --- | --- | --- | --- | --- | --- |'
for seed in $seeds; do
  run=$folder/seed$seed
  if [ ! -e "$run/seconds" ]; then
    if [ -e "$run" ]; then
      echo "five_seeds.sh: $run: found a run that was not timed to its end, expected none, or another folder" >&2
      exit 65
    fi
    start=$(date +%s.%N)
    ./pong train "$config" ${data:+--data "$data"} --set "seed=$seed" --out "$run" >&2
    echo "$start $(date +%s.%N)" | awk '{ printf "%.1f\n", $2 - $1 }' >"$run/seconds"
  fi
  paper=$(./pong evaluate "$run" --protocol paper --json)
  all=$(./pong evaluate "$run" --protocol all --json)
  rounds=$(./pong evaluate "$run" --protocol rounds --json)
  printf '| %s | %s | %.4f | %.1f | %s | %.4f | %.1f | %.1f | %.1f |\n' "$seed" "$(cat "$run/seconds")" \
    "$(echo "$paper" | field rate)" "$(echo "$paper" | field mean)" "$(echo "$paper" | field sessions_discarded)" \
    "$(echo "$all" | field rate)" "$(echo "$all" | field mean)" \
    "$(echo "$rounds" | field mean_catches)" "$(echo "$rounds" | field iqm_catches)"
done

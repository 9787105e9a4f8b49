#!/bin/bash
# A sweep on a real Slurm of several nodes on this machine, while nodes are killed, jobs cancelled and requeued at random, and
# two submit it at once: in the end every cell is there, with the bytes of a sweep that ran here, undisturbed.
#
#   Tests/Scripts/slurm_trial.sh [--cells 500] [--nodes 4] [--seed 0] [--pong FILE]
#
# Needs root and Debian's Slurm, which slurm_cluster.sh installs; ends with 69 where it cannot.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cells=500 nodes=4 seed=0 pong=
while (($#)); do
  case $1 in
    --cells) cells=$2 ;;
    --nodes) nodes=$2 ;;
    --seed) seed=$2 ;;
    --pong) pong=$(realpath "$2") ;;
    *) echo "usage: $0 [--cells N] [--nodes N] [--seed N] [--pong FILE]" >&2; exit 64 ;;
  esac
  shift 2
done
root=$here/../..
# shellcheck source=Tests/Scripts/program.sh
. "$root/Tests/Scripts/program.sh"
RANDOM=$seed
work=$(mktemp -d)
export SLURM_TRIAL=$work/slurm
# shellcheck disable=SC2317 # called by the trap
cleanup() {
  local code=$?
  if ((code != 0 && code != 69)); then tail -n 20 "$work/it's here/submissions" "$SLURM_TRIAL/slurmctld.log" >&2 || :; fi
  "$here/slurm_cluster.sh" stop
  rm -rf "$work"
}
trap cleanup EXIT
# A name without letters that only a shell would mind, and one with.
out="far it's 100%"
mkdir "$work/it's here" && cd "$work/it's here"
cat >sweep.yaml <<END
name: trial
model: {type: rnn, hidden: 8}
data: {expert: tracker, frames: 300}
training: {recipe: streams, streams: 2, chunk: 20, passes: 2}
validation: {every: 2, from: 2, sessions: 2, steps: 200}
sweep:
  seeds: [$(seq -s ', ' 0 $((cells - 5)))]
  tune:
    - {key: training.learning_rate, values: [0.001, 0.01], seeds: [1000]}
    - {key: training.weight_decay, values: [0.1, 0.2], seeds: [1000]}
  rounds: 4
END
"$pong" sweep sweep.yaml --out local 2>messages || { cat messages >&2; exit 1; }
cluster=$("$here/slurm_cluster.sh" start "$nodes") || exit $?
eval "$cluster"

submit() { "$pong" sweep sweep.yaml --out "$out" --slurm >>submissions 2>&1; }
field() { "$pong" sweep sweep.yaml --out "$out" --status --json | sed -n "s/.*\"$1\": \([0-9]*\).*/\1/p"; }
running() { squeue --noheader --array --states=RUNNING --format=%i | shuf -n 1 --random-source=<(yes "$RANDOM"); }
kill_node() {
  local node=trial$((RANDOM % nodes + 1)) process
  kill -9 "$(cat "$SLURM_TRIAL/slurmd-$node.pid")" 2>/dev/null || :
  for process in /proc/[0-9]*; do
    if { tr '\0' '\n' <"$process/environ"; } 2>/dev/null | grep -qx "SLURMD_NODENAME=$node"; then
      kill -9 "${process#/proc/}" 2>/dev/null || :
    fi
  done
  sleep 1
  /usr/sbin/slurmd -f "$SLURM_CONF" -N "$node" >/dev/null 2>&1 || :
}

# Two at once: one of them may find the other at work, and says so.
submit & submit || :
wait || :
killed=0 cancelled=0 requeued=0 submitted=0
for ((round = 0; round < 600; round++)); do
  finished=$(field finished)
  [ "$finished" -lt "$cells" ] || break
  case $((RANDOM % 12)) in
    0) kill_node; killed=$((killed + 1)) ;;
    1 | 2) task=$(running); [ -z "$task" ] || { scancel "$task" && cancelled=$((cancelled + 1)); } ;;
    3 | 4) task=$(running); [ -z "$task" ] || { scontrol requeue "$task" 2>/dev/null && requeued=$((requeued + 1)); } ;;
    5 | 6) { submit & submit; wait; } || :; submitted=$((submitted + 2)) ;;
    *) sleep 1 ;;
  esac
done
echo "$finished of $cells cells finished; $killed nodes killed, $cancelled tasks cancelled, $requeued requeued, $submitted more submissions"
"$pong" sweep sweep.yaml --out "$out" --status
diff -r local/cells "$out/cells"
echo "the same bytes as here, every cell once"

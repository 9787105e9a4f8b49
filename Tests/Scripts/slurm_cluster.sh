#!/bin/sh
# A real Slurm of several nodes on this machine, for trials: slurm_cluster.sh start [NODES], stop.
#
#   eval "$(Tests/Scripts/slurm_cluster.sh start 4)"    # sets SLURM_CONF; then sbatch, squeue ... speak to it
#   Tests/Scripts/slurm_cluster.sh stop
#
# Needs root, and Debian's packages slurmctld, slurmd, slurm-client and munge, which it installs. All it makes lies in
# ${SLURM_TRIAL:-/tmp/pong-slurm}; every node has a core of its own as far as Slurm is concerned, and none is enforced.
set -eu
folder=${SLURM_TRIAL:-/tmp/pong-slurm}
conf=$folder/slurm.conf

stop() {
  for file in "$folder"/*.pid; do
    [ -e "$file" ] || continue
    kill -9 "$(cat "$file")" 2>/dev/null || :
  done
  pkill -9 -f "slurmstepd.*$folder" 2>/dev/null || :
  rm -rf "$folder"
}

start() {
  nodes=${1:-4}
  [ "$(id -u)" -eq 0 ] || { echo "a Slurm of its own needs root" >&2; exit 69; }
  packages=
  for pair in slurmctld:slurmctld slurmd:slurmd sbatch:slurm-client munged:munge; do
    command -v "${pair%%:*}" >/dev/null 2>&1 || [ -x "/usr/sbin/${pair%%:*}" ] || packages="$packages ${pair##*:}"
  done
  # shellcheck disable=SC2086 # a list of words
  [ -z "$packages" ] || DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $packages >&2 || exit 69
  stop
  mkdir -p "$folder/state" "$folder/run"
  chmod 755 "$folder"
  [ -s /etc/munge/munge.key ] || { dd if=/dev/urandom bs=1 count=1024 2>/dev/null >/etc/munge/munge.key; chmod 400 /etc/munge/munge.key; chown munge /etc/munge/munge.key; }
  if ! munge -n 2>/dev/null | unmunge >/dev/null 2>&1; then
    mkdir -p /run/munge /var/log/munge /var/lib/munge
    chown munge /run/munge /var/log/munge /var/lib/munge /etc/munge
    # Without a way to drop to the user munge, it runs as we do.
    setpriv --reuid munge --regid munge --clear-groups /usr/sbin/munged --force >&2 || /usr/sbin/munged --force >&2
  fi
  host=$(hostname -s)
  {
    # A task that is started again waits for as long as its credential holds: 120 seconds, unless told otherwise.
    cat <<END
ClusterName=trial
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=16817
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=cred_expire=10
StateSaveLocation=$folder/state
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/slurmd-%n.pid
SlurmdSpoolDir=$folder/spool-%n
SlurmctldLogFile=$folder/slurmctld.log
SlurmdLogFile=$folder/slurmd-%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
ReturnToService=2
SchedulerType=sched/backfill
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
JobRequeue=1
MaxArraySize=300
SlurmctldTimeout=30
SlurmdTimeout=20
KillWait=2
MessageTimeout=30
SchedulerParameters=batch_sched_delay=1,sched_interval=2,bf_interval=2
MaxJobCount=20000
END
    index=1
    while [ "$index" -le "$nodes" ]; do
      echo "NodeName=trial$index NodeHostname=$host NodeAddr=127.0.0.1 Port=$((17000 + index)) CPUs=1 State=UNKNOWN"
      index=$((index + 1))
    done
    echo "PartitionName=trial Nodes=trial[1-$nodes] Default=YES MaxTime=INFINITE State=UP"
  } >"$conf"
  export SLURM_CONF="$conf"
  /usr/sbin/slurmctld -f "$conf" >&2
  index=1
  while [ "$index" -le "$nodes" ]; do
    mkdir -p "$folder/spool-trial$index"
    /usr/sbin/slurmd -f "$conf" -N "trial$index" >&2
    index=$((index + 1))
  done
  waited=0
  while [ "$(sinfo -h -t idle -o %D 2>/dev/null | awk '{ n += $1 } END { print n + 0 }')" -lt "$nodes" ]; do
    waited=$((waited + 1))
    [ "$waited" -lt 60 ] || { echo "the nodes did not come up:" >&2; tail -n 20 "$folder"/*.log >&2; exit 1; }
    sleep 1
  done
  echo "export SLURM_CONF=$conf"
}

case ${1-} in
  start) start "${2-}" ;;
  stop) stop ;;
  *) echo "usage: $0 start [NODES] | stop" >&2; exit 64 ;;
esac

# shellcheck shell=bash
# Sourced by kill_and_resume.sh and kill_and_resume_demos.sh, in a folder of its own that is removed at the end: kills a
# process at random moments, by SIGKILL and now and then by SIGINT or SIGTERM, and keeps count. Expects root, kills, seed,
# load and longest, and pong: the program, or nothing for the one that ./pong builds.

# shellcheck source=Tests/Scripts/program.sh
. "$root/Tests/Scripts/program.sh"

work=$(mktemp -d)
children=()
clean() {
  [ ${#children[@]} -eq 0 ] || kill "${children[@]}" 2>/dev/null || true
  rm -rf "$work"
}
trap clean EXIT
cd "$work"

start=$(date +%s)
for ((i = 0; i < load; i++)); do
  (while :; do :; done) &
  children+=($!)
done
RANDOM=$seed
done_kills=0
declare -A ends=()

# Kills a process of this shell, whose messages are in the file messages, while kills are wanted; sets `status` when it has
# ended. Fails where it says an error, or ended as no signal and no success does.
end_or_kill() {
  local process=$1 signal
  if [ "$done_kills" -lt "$kills" ]; then
    case $((RANDOM % 10)) in
      0) signal=INT ;;
      1) signal=TERM ;;
      *) signal=KILL ;;
    esac
    local wait=$((RANDOM % longest))
    sleep "$(printf '%d.%03d' $((wait / 1000)) $((wait % 1000)))"
    kill -s "$signal" "$process" 2>/dev/null || true
  fi
  status=0
  wait "$process" 2>/dev/null || status=$?
  ends[$status]=$((${ends[$status]-0} + 1))
  if grep -q '^pong:' messages; then
    cat messages >&2
    return 1
  fi
  case $status in
    0) ;;
    137 | 130 | 143) done_kills=$((done_kills + 1)) ;;
    *) echo "exit code $status" >&2; return 1 ;;
  esac
}

# How often and how, over so many of what.
report_kills() {
  echo "$done_kills kills (SIGKILL ${ends[137]-0}, SIGINT ${ends[130]-0}, SIGTERM ${ends[143]-0}) over $1," \
    "$(($(date +%s) - start)) s: every $2 ended with the bytes of one that was never stopped"
}

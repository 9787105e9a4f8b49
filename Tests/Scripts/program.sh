# shellcheck shell=bash
# Sourced by the trials, the top of the project's tree in `root`: sets pong, unless it is a program already, to the
# one that ./pong builds. The program itself: the launcher would be what is killed most of the time.
if [ -z "$pong" ]; then
  "$root/pong" --version >/dev/null
  pong=$(realpath "$(ls -t "$root"/.build/run*/release/pong | head -n 1)")
fi

#!/bin/sh
# Makes ../Generated again from the .proto files beside this script; README.md says what it needs.
#   ./generate.sh PROTOC_GEN_SWIFT
set -eu
plugin=${1:?"the path of protoc-gen-swift, built from swift-protobuf 1.39.0"}
cd "$(dirname "$0")"
mkdir -p ../Generated
python3 -m grpc_tools.protoc --plugin=protoc-gen-swift="$plugin" -I . --swift_out=../Generated ./*.proto
# Only builds with the trait Interchange have SwiftProtobuf to compile it with.
for file in ../Generated/*.pb.swift; do
  awk '/^(#if|import) / && !done { print "#if Interchange"; done = 1 } { print } END { print "#endif" }' \
    "$file" >"$file.new"
  mv "$file.new" "$file"
done

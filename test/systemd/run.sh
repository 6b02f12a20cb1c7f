#!/bin/bash
# npm run test:systemd [-- --layer DIR] [-- --only FILE] [-- -t NAME]: the tests of this folder in a world of their own; where none
# can be made, says so and ends well.
cd "$(dirname "$0")/../.." || exit 1
world=() filter=() tests=test/systemd
while [ $# -gt 0 ]; do
  case $1 in
  --layer) world+=(--layer "$2") && shift 2 ;;
  --only) tests=test/systemd/$2 && shift 2 ;;
  -t) filter=(-t "$2") && shift 2 ;;
  *) echo "unknown option $1" >&2 && exit 2 ;;
  esac
done
bash test/systemd/world.sh --timeout 400 "${world[@]}" -- \
  node_modules/.bin/node node_modules/vitest/vitest.mjs run --no-file-parallelism "$tests" "${filter[@]}"
code=$?
if [ $code = 125 ]; then
  echo "skipped: the tests under a real systemd need root, systemd and namespaces (see above)"
  exit 0
fi
exit $code

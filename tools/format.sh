#!/bin/sh
# SPDX-License-Identifier: MIT
# format.sh -i|-n - lays out all .c files by .clang-format, or (-n) says which are not. Versions of
# clang-format differ in details: only this one decides.
set -u
wanted=14

tool=$(command -v clang-format-$wanted || command -v clang-format)
version=$("${tool:-clang-format}" --version 2>/dev/null | sed 's/.*version \([0-9]*\).*/\1/')
if [ "$version" != $wanted ]; then
	echo "skipped: clang-format $wanted is not here (found: ${version:-none})"
	echo '0 passed, 0 failed, 1 skipped'
	exit 0
fi

files=$(find base abi engine elements kernel drivers platform monitor cli tests examples \
	-name '*.c' 2>/dev/null | LC_ALL=C sort)
if [ "${1-}" = -i ]; then
	"$tool" -i $files
	exit
fi
bad=$("$tool" -n $files 2>&1 | sed -n 's/:[0-9]*:[0-9]*: warning:.*//p' | uniq)
for file in $bad; do echo "$file: run tools/format.sh -i"; done
set -- $files
all=$#
set -- $bad
echo "$((all - $#)) passed, $# failed"
[ $# = 0 ]

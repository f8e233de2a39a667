# SPDX-License-Identifier: MIT
# json.awk - reads JSON, and prints a line for each value that is not an object or array: its path,
# like 0.instances.1.name, a tab, and the value, strings without quotes. With -v want=PATH, where a *
# stands for any one word of it, the values alone; with -v value=VALUE too the paths of those that are
# this, without their last words. Ends with status 1 where it is no JSON.
# For awk anywhere, as the tests run where there is little else.

function bad(why) {
	print "not JSON: " why " at: " substr(text, at, 40) | "cat >&2"
	failed = 1
	exit 1
}

function blanks() {
	match(substr(text, at), /^[ \t\r\n]*/)
	at += RLENGTH
}

function next_is(c) {
	blanks()
	if (substr(text, at, 1) != c)
		return 0
	at++
	return 1
}

function string(  s, c) {
	if (!next_is("\""))
		bad("a string is expected")
	s = ""
	while (match(substr(text, at), /^[^"\\]+/) || substr(text, at, 1) == "\\") {
		if (RLENGTH > 0) {
			s = s substr(text, at, RLENGTH)
			at += RLENGTH
			continue
		}
		c = substr(text, at + 1, 1)
		at += 2
		if (c == "u") {
			s = s "\\u" substr(text, at, 4)
			at += 4
		} else {
			if (c !~ /["\\\/bfnrt]/)
				bad("no such escape")
			s = s (c in escape ? escape[c] : c)
		}
	}
	if (!next_is("\""))
		bad("a string without end")
	return s
}

function found(path, this) {
	if (want == "")
		print path "\t" this
	else if (path !~ pattern)
		return
	else if (value == "")
		print this
	else if (this == value && sub(/[.][^.]*$/, "", path))
		print path
}

function members(path,  name) {
	if (next_is("}"))
		return
	do {
		name = string()
		if (!next_is(":"))
			bad("a colon is expected")
		item(path name)
	} while (next_is(","))
	if (!next_is("}"))
		bad("the object does not end")
}

function elements(path,  i) {
	if (next_is("]"))
		return
	i = 0
	do
		item(path i++)
	while (next_is(","))
	if (!next_is("]"))
		bad("the array does not end")
}

function item(path,  inner) {
	inner = path == "" ? "" : path "."
	blanks()
	if (substr(text, at, 1) == "\"")
		found(path, string())
	else if (next_is("{"))
		members(inner)
	else if (next_is("["))
		elements(inner)
	else if (match(substr(text, at), /^(true|false|null|-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?)/)) {
		at += RLENGTH
		found(path, substr(text, at - RLENGTH, RLENGTH))
	} else
		bad("a value is expected")
}

BEGIN {
	escape["n"] = "\n"; escape["t"] = "\t"; escape["r"] = "\r"; escape["b"] = "\b"; escape["f"] = "\f"
	pattern = want
	gsub(/\./, "[.]", pattern)
	gsub(/\*/, "[^.]*", pattern)
	pattern = "^" pattern "$"
}

{ text = text $0 "\n" }

END {
	if (failed)
		exit 1
	at = 1
	item("")
	blanks()
	if (at <= length(text))
		bad("there is something behind it")
}

# SPDX-License-Identifier: MIT
# clickos.bash - completion of the command line of clickos.

_clickos_commands() {
	"$1" help 2>/dev/null | sed -n 's/^  \([a-z]*\) .*/\1/p'
}

_clickos_options() { # PROGRAM COMMAND
	"$1" help "$2" 2>/dev/null | sed -n '/^Options:/,$p' | grep -oE -- '--?[a-z][a-z-]*' | sort -u
}

_clickos_handlers() { # PROGRAM VM LETTER
	"$1" handlers "$2" 2>/dev/null | awk -v letter="$3" 'index($2, letter) { print $1 }'
}

_clickos_elements() {
	"$1" handlers "$2" 2>/dev/null | sed -n 's/\.[^. ]* .*//p' | sort -u
}

_clickos_instances() {
	"$1" ls --json 2>/dev/null | awk -v vm="\"$2\"" '
		/^    "name":/ { here = index($0, vm) }
		here && /^        "name":/ { gsub(/.*: "|",?$/, ""); print }'
}

# The words after the command that are no options, without the one being written.
_clickos_words() {
	local i
	words=()
	for ((i = 2; i < COMP_CWORD; i++)); do
		case ${COMP_WORDS[i]} in -* | = | :) ;; *) words+=("${COMP_WORDS[i]}") ;; esac
	done
}

_clickos_argument() { # PROGRAM COMMAND WORD
	local words list=
	_clickos_words
	case $2:${#words[@]} in
	run:* | create:* | install:1 | swap:1)
		COMPREPLY=($(compgen -f -X '!*.click' -- "$3") $(compgen -d -- "$3"))
		return
		;;
	start:* | stop:* | rm:* | inspect:*) list=$("$1" ls -q) ;;
	install:0 | swap:0 | remove:0 | read:0 | write:0 | handlers:0 | console:0 | logs:0)
		list=$("$1" ls -q)
		;;
	remove:1) list=$(_clickos_instances "$1" "${words[0]}") ;;
	read:1) list=$(_clickos_handlers "$1" "${words[0]}" r) ;;
	write:1) list=$(_clickos_handlers "$1" "${words[0]}" w) ;;
	handlers:1) list=$(_clickos_elements "$1" "${words[0]}") ;;
	cp:*)
		compopt -o nospace 2>/dev/null
		COMPREPLY=($(compgen -S : -W "$("$1" ls -q)" -- "$3") $(compgen -f -- "$3"))
		return
		;;
	help:0) list=$(_clickos_commands "$1") ;;
	esac
	COMPREPLY=($(compgen -W "$list" -- "$3"))
}

_clickos() {
	local program=$1 word=$2 before=$3 command=${COMP_WORDS[1]} IFS=$' \t\n'

	if [ "$COMP_CWORD" = 1 ]; then
		COMPREPLY=($(compgen -W "$(_clickos_commands "$program")" -- "$word"))
		return
	fi
	# "--option=value" comes as three words.
	[ "$before" = = ] && before=${COMP_WORDS[COMP_CWORD - 2]}
	[ "$word" = = ] && word=

	case $command:$before in
	*:-b | *:--backend) COMPREPLY=($(compgen -W 'auto xen kvm process' -- "$word")) ;;
	*:--image | *:--file) COMPREPLY=($(compgen -f -- "$word")) ;;
	*:--net)
		compopt -o nospace 2>/dev/null
		COMPREPLY=($(compgen -W 'bridge: tap: none' -- "$word"))
		;;
	logs:-n | logs:--tail | stop:-t | stop:--time | *:--name | *:-n | *:-m | *:--memory | *:-e | \
		*:--env | *:-i | *:--instance) COMPREPLY=() ;;
	*)
		case $word in
		-*) COMPREPLY=($(compgen -W "$(_clickos_options "$program" "$command")" -- "$word")) ;;
		*) _clickos_argument "$program" "$command" "$word" ;;
		esac
		;;
	esac
}

complete -o filenames -F _clickos clickos

# SPDX-License-Identifier: MIT
# click.bash - completion of the command lines of click and its tools.

# The program's own long options, as its --help lists them.
_click_options() {
	"$1" --help 2>/dev/null | grep -oE -- '(^|[ ,])--?[A-Za-z][A-Za-z-]*' | tr -d ' ,' | sort -u
}

_click_classes() {
	"$1" --tables 2>/dev/null | awk -F '\t' '$1 == "class" { print $2 }'
}

_click_groups() {
	"$1" --tables 2>/dev/null | awk -F '\t' '$1 == "class" { print $3 }' | sort -u
}

_click_plain() { # PROGRAM WORD
	case $2 in
	-*) COMPREPLY=($(compgen -W "$(_click_options "$1")" -- "$2")) ;;
	*) COMPREPLY=($(compgen -f -- "$2")) ;;
	esac
}

_click() {
	local program=$1 word=$2 before=$3 IFS=$' \t\n'

	# "--option=value" comes as three words.
	[ "$before" = = ] && before=${COMP_WORDS[COMP_CWORD - 2]}
	[ "$word" = = ] && word=

	case $before in
	--describe) COMPREPLY=($(compgen -W "$(_click_classes "$program")" -- "$word")) ;;
	--list) COMPREPLY=($(compgen -W "$(_click_groups "$program")" -- "$word")) ;;
	-h | --handler | -x | --exit-handler)
		COMPREPLY=($(compgen -W 'config flatconfig handlers list classes packages
			requirements version' -- "$word"))
		;;
	--load) COMPREPLY=($(compgen -f -X '!*.so' -- "$word") $(compgen -d -- "$word")) ;;
	-[ejp] | --expression | --threads | --port | --socket | --packets) COMPREPLY=() ;;
	--files) COMPREPLY=($(compgen -d -- "$word")) ;;
	--device | --instance)
		COMPREPLY=()
		[[ $word = *=* ]] && COMPREPLY=($(compgen -f -- "${word#*=}"))
		;;
	*) _click_plain "$program" "$word" ;;
	esac
}

# Most options of the tools take a file or nothing.
_click_tool() {
	local program=$1 word=$2 before=$3 IFS=$' \t\n'

	[ "$before" = = ] && before=${COMP_WORDS[COMP_CWORD - 2]}
	[ "$word" = = ] && word=

	case $before in
	-e | --expression | --define | --class-urls | --name | --link) COMPREPLY=() ;;
	*) _click_plain "$program" "$word" ;;
	esac
}

complete -o filenames -F _click click
complete -o filenames -F _click_tool click-flatten click-check click-pretty click-undead \
	click-combine click-uncombine click-xform click2xml xml2click

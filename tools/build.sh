# shellcheck shell=bash
# Sourced by `run` and `check`: install what is missing, configure and build one folder. The caller stands in the
# repository's root and has `set -eu`.

say() { printf 'gerbang: %s\n' "$*" >&2; }

# The packages under the headings named, as one choice a line.
packages_wanted() {
	local heading=' ' line want=" $* "
	while IFS= read -r line; do
		case "$line" in
		'' | '#'*) ;;
		'['*']') heading=${line#[}; heading=${heading%]} ;;
		*) case "$want" in *" $heading "*) printf '%s\n' "$line" ;; esac ;;
		esac
	done < tools/packages.txt
}

# The choices of which nothing is installed.
packages_missing() {
	local have line choice name cmd found
	# no quoting of the braces: dpkg-query reads them, not the shell
	have=$(dpkg-query -W -f '|${Package}=${db:Status-Status}|' 2>/dev/null) || true
	while IFS= read -r line; do
		choice=${line%% *}
		cmd=
		case "$line" in *'('*')') cmd=${line#*(}; cmd=${cmd%)} ;; esac
		if [ -n "$cmd" ] && command -v "$cmd" >/dev/null; then continue; fi
		found=
		for name in ${choice//|/ }; do
			case "$have" in *"|$name=installed|"*) found=1 ;; esac
		done
		[ -n "$found" ] || printf '%s\n' "$choice"
	done
}

# packages_need build [test]: asks nothing when everything is there; else says what it installs.
packages_need() {
	local missing names='' choice name pick root='' log=var/packages.log
	if ! command -v dpkg-query >/dev/null; then
		say "this is not Debian: the packages of tools/packages.txt must be there already"
		return 0
	fi
	missing=$(packages_wanted "$@" | packages_missing)
	[ -n "$missing" ] || return 0
	if [ "$(id -u)" -ne 0 ]; then
		if ! command -v sudo >/dev/null; then
			say "packages: missing: ${missing//$'\n'/ }: become root, or install sudo"
			return 1
		fi
		root='sudo'
	fi
	mkdir -p var
	say "fetching the list of packages"
	$root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Acquire::Retries=3 update >"$log" 2>&1 ||
		say "packages: the list could not be fetched ($log says why); trying with the one that is here"
	for choice in $missing; do
		pick=${choice%%|*}
		for name in ${choice//|/ }; do
			if apt-cache show --no-all-versions "$name" >/dev/null 2>&1; then
				pick=$name
				break
			fi
		done
		names+=" $pick"
	done
	say "installing:$names (this may take some minutes; $log has what apt says)"
	# shellcheck disable=SC2086 # the names are words of ours
	$root env DEBIAN_FRONTEND=noninteractive apt-get -y -qq -o Acquire::Retries=3 -o DPkg::Lock::Timeout=300 \
		-o Dpkg::Use-Pty=0 install --no-install-recommends $names >>"$log" 2>&1 || {
		tail -n 40 "$log" >&2
		say "packages: could not be installed:$names"
		return 1
	}
}

# build_configure DIR OPTION...: asks meson only when the options changed or the folder was moved; CC from outside.
build_configure() {
	local dir=$1 want
	shift
	want="$PWD CC=${CC:-} $*"
	if [ -f "$dir/build.ninja" ] && [ "$(cat "$dir/.options" 2>/dev/null)" = "$want" ]; then return 0; fi
	rm -rf "$dir"
	mkdir -p "$dir"
	if ! meson setup "$dir" "$@" > "$dir/setup.log" 2>&1; then
		tail -n 20 "$dir/setup.log" >&2
		say "build: meson could not configure $dir"
		return 1
	fi
	printf '%s\n' "$want" > "$dir/.options"
}

# build_ninja DIR [TARGET...]
build_ninja() {
	local dir=$1
	shift
	# its "no work to do" is of no use to anybody
	flock "$dir" ninja -C "$dir" --quiet "$@" > "$dir/last.log" 2>&1 || {
		cat "$dir/last.log" >&2
		say "build: $dir failed"
		return 1
	}
}

build_release() {
	[ -x build/gerbang ] || say "building; the first time takes a minute or two"
	CC=${CC:-gcc} build_configure build -Doptimization=2 -Ddebug=false -Dtests=false && build_ninja build
}

build_check() {
	CC=gcc build_configure build-check -Doptimization=1 -Ddebug=true -Db_sanitize=address,undefined -Dtest_clock=true \
		-Db_lundef=false && build_ninja build-check
}

build_fuzz() {
	CC=clang build_configure build-fuzz -Doptimization=1 -Ddebug=true -Db_sanitize=address,undefined -Dfuzz=true \
		-Dtest_clock=true -Db_lundef=false && build_ninja build-fuzz
}

build_tsan() {
	CC=clang build_configure build-tsan -Doptimization=1 -Ddebug=true -Db_sanitize=thread -Dtest_clock=true \
		-Db_lundef=false && build_ninja build-tsan
}

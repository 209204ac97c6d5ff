# What every component shares: its options, the packages of this system, and the one JSON line that it answers with.
# shellcheck shell=sh
set -u
LC_ALL=C PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export LC_ALL PATH
umask 022
ROOT='' EXCEPT=' ' LIMIT=24000 TAB='	' NEWLINE='
'

usage() { printf '%s: %s\n' "${0##*/}" "$*" >&2; exit 2; }
option() { return 1; } # a component with options of its own redefines this
parse() { # every option takes one value
  while [ $# -gt 0 ]; do
    [ $# -ge 2 ] || usage "$1 takes a value"
    case $1 in
    --root) ROOT=${2%/} ;;
    --except) EXCEPT="$EXCEPT$2 " ;;
    --limit) LIMIT=$2 ;;
    *) option "$1" "$2" || usage "unknown option $1" ;;
    esac
    shift 2
  done
  [ -d "$ROOT/etc" ] || usage "$ROOT/etc is no directory"
}

have() { command -v "$1" >/dev/null 2>&1; }
# A path of the inspected root. A symbolic link there that is absolute leads back into that root, not into ours.
at() {
  at=$1 hops=0
  while [ -n "$ROOT" ] && [ -L "$ROOT$at" ] && [ $hops -lt 9 ]; do
    link=$(readlink "$ROOT$at") hops=$((hops + 1))
    case $link in /*) at=$link ;; *) at=$(realpath -ms "${at%/*}/$link") ;; esac
  done
  printf '%s%s\n' "$ROOT" "$at"
}
inside() { # a folder, as our own kernel finds it, is in the inspected root
  [ -n "$ROOT" ] || return 0
  case $(realpath -m "$1")/ in "$(realpath "$ROOT")"/*) ;; *) return 1 ;; esac
}
os_release() { sed -n "s/^$1=//p" "$(at /etc/os-release)" | tr -d "\"'"; }
packages() { # name version architecture, a line each
  if [ -s "$ROOT/var/lib/dpkg/status" ]; then
    awk 'function end() { if (ok) print name, version, arch; ok = 0 }
      /^Package: / { name = $2 } /^Version: / { version = $2 } /^Architecture: / { arch = $2 }
      /^Status: .* installed$/ { ok = 1 } /^$/ { end() } END { end() }' "$ROOT/var/lib/dpkg/status" | sort
  else
    rpm ${ROOT:+--root "$ROOT"} -qa --qf '%{NAME} %{EPOCHNUM}:%{VERSION}-%{RELEASE} %{ARCH}\n' >"$SCRATCH/rpm" || return 1
    sed -e '/^gpg-pubkey /d' -e 's/ 0:/ /' "$SCRATCH/rpm" | sort
  fi
}

# Records: a kind and up to three values, parted by tabs. `report` makes JSON of them.
record() {
  record_line=$1; shift
  for value; do
    case $value in *"$TAB"* | *"$NEWLINE"*) value=$(printf %s "$value" | tr '\t\n' '  ') ;; esac
    record_line=$record_line$TAB$value
  done
  printf '%s\n' "$record_line"
}
failed() { record failed "$1" "${2#"$ROOT"}" "${3-}"; }
unseen() { record unseen "$1" "" "$2"; }
skipped() { record skipped "$1" "" "$2"; }
failed_paths() { while IFS= read -r path; do [ -z "$path" ] || failed "$1" "$path" "$2"; done; }
excepted() { case $EXCEPT in *" $1 "*) skipped "$1" 'switched off' ;; *) return 1 ;; esac; }
# inspect ID COMMAND...: the command records what is wrong; if it could not look, that is recorded, never a pass.
inspect() {
  inspected=$1; shift
  excepted "$inspected" && return
  if "$@" 2>"$SCRATCH/error"; then record passed "$inspected"; else unseen "$inspected" "$(tail -n 1 "$SCRATCH/error" | cut -c 1-200)"; fi
}
SCRATCH=$(mktemp -d /run/goldsmith.XXXXXX 2>/dev/null || mktemp -d) || exit 2 # /run is in no image
trap 'rm -rf "$SCRATCH"' EXIT

# report COMPONENT LIST...: reads records, prints one JSON line of at most LIMIT characters. What does not fit is counted.
# Exit status: 0 all well, 1 something failed or was not seen, 2 an --except that names nothing.
report() {
  component=$1; shift
  awk -F "$TAB" -v component="$component" -v lists="$*" -v limit="$LIMIT" -v except="$EXCEPT" '
    function quoted(text, out, i, c) {
      for (i = 1; i <= length(text); i++) { c = substr(text, i, 1); out = out (c in escape ? escape[c] : c) }
      return "\"" out "\""
    }
    function entry(list, i) {
      if (list == "failed" || list == "unseen" || list == "skipped")
        return "{\"id\":" quoted(id[list, i]) ",\"where\":" quoted(where[list, i]) ",\"what\":" quoted(what[list, i]) "}"
      return quoted(id[list, i])
    }
    function add(list, value, place, why) { n[list]++; id[list, n[list]] = value; where[list, n[list]] = place; what[list, n[list]] = why }
    BEGIN {
      for (i = 1; i < 32; i++) escape[sprintf("%c", i)] = sprintf("\\u%04x", i)
      for (i = 127; i < 256; i++) escape[sprintf("%c", i)] = sprintf("\\\\x%02x", i)
      escape["\""] = "\\\""; escape["\\"] = "\\\\"
    }
    $1 == "text" { head = head ",\"" $2 "\":" quoted($3); next }
    $1 == "number" { head = head ",\"" $2 "\":" ($3 == "" ? "null" : $3); next }
    $1 == "each" { add($2, $3); next }
    $2 == "" { status = 2; print "a record without an id: " $0 | "cat >&2"; next }
    { known[$2] = 1 }
    $1 == "failed" || $1 == "unseen" || $1 == "skipped" { bad[$2] = 1; add($1, $2, $3, $4); if ($1 != "skipped") status = 1; next }
    $1 == "changed" { bad[$2] = 1 }
    !(($1, $2) in once) { once[$1, $2] = 1; add($1, $2) }
    END {
      line = "{\"component\":" quoted(component) head
      count = split(lists, name, " ")
      for (k = 1; k <= count; k++) {
        line = line ",\"" name[k] "\":["; comma = ""
        for (i = 1; i <= n[name[k]]; i++) {
          if ((name[k] == "passed" || name[k] == "kept") && bad[id[name[k], i]]) continue
          item = comma entry(name[k], i)
          if (limit > 0 && length(line) + length(item) > limit - 120) { omitted++; continue }
          line = line item; comma = ","
        }
        line = line "]"
      }
      print line ",\"omitted\":" omitted + 0 "}"
      count = split(except, name, " ")
      for (k = 1; k <= count; k++) if (!known[name[k]]) { print "no such id: " name[k] | "cat >&2"; status = 2 }
      exit status
    }'
}

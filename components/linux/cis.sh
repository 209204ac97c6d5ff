# The hardening items, by their ids in the CIS benchmark for Amazon Linux 2023 v1.0.0 (password-login is AWS Marketplace's).
# `harden` sets what does not hold, `check/hardening` reports it: one table and one way to look for both.
# shellcheck shell=sh
cis_items() { # id|kind|subject|value to set|values accepted, if others than that: `low..high` or `a,b`
  cat <<'TABLE'
1.5.3|systemd|coredump Storage|none|
1.5.4|systemd|coredump ProcessSizeMax|0|
1.7.1|banner|/etc/motd|plain|
1.7.2|banner|/etc/issue|plain|
1.7.3|banner|/etc/issue.net|plain|
1.7.4|mode|/etc/motd|644|
1.7.5|mode|/etc/issue|644|
1.7.6|mode|/etc/issue.net|644|
2.1.2|chrony|sources|configured|
3.3.1|sysctl|net.ipv4.conf.all.accept_source_route|0|
3.3.1|sysctl|net.ipv4.conf.default.accept_source_route|0|
3.3.1|sysctl|net.ipv6.conf.all.accept_source_route|0|
3.3.1|sysctl|net.ipv6.conf.default.accept_source_route|0|
3.3.2|sysctl|net.ipv4.conf.all.accept_redirects|0|
3.3.2|sysctl|net.ipv4.conf.default.accept_redirects|0|
3.3.2|sysctl|net.ipv6.conf.all.accept_redirects|0|
3.3.2|sysctl|net.ipv6.conf.default.accept_redirects|0|
3.3.3|sysctl|net.ipv4.conf.all.secure_redirects|0|
3.3.3|sysctl|net.ipv4.conf.default.secure_redirects|0|
3.3.4|sysctl|net.ipv4.conf.all.log_martians|1|
3.3.4|sysctl|net.ipv4.conf.default.log_martians|1|
3.3.5|sysctl|net.ipv4.icmp_echo_ignore_broadcasts|1|
3.3.6|sysctl|net.ipv4.icmp_ignore_bogus_error_responses|1|
3.3.7|sysctl|net.ipv4.conf.all.rp_filter|1|
3.3.7|sysctl|net.ipv4.conf.default.rp_filter|1|
3.3.8|sysctl|net.ipv4.tcp_syncookies|1|
3.3.9|sysctl|net.ipv6.conf.all.accept_ra|0|
3.3.9|sysctl|net.ipv6.conf.default.accept_ra|0|
4.1.2|mode|/etc/crontab|600|
4.1.3|mode|/etc/cron.hourly|700|
4.1.4|mode|/etc/cron.daily|700|
4.1.5|mode|/etc/cron.weekly|700|
4.1.6|mode|/etc/cron.monthly|700|
4.1.7|mode|/etc/cron.d|700|
4.1.8|allow|cron|listed|
4.1.9|allow|at|listed|
4.2.1|mode|/etc/ssh/sshd_config|600|
4.2.5|sshd|loglevel|VERBOSE|VERBOSE,INFO
4.2.6|sshd|usepam|yes|
4.2.7|sshd|permitrootlogin|no|
4.2.8|sshd|hostbasedauthentication|no|
4.2.9|sshd|permitemptypasswords|no|
4.2.10|sshd|permituserenvironment|no|
4.2.11|sshd|ignorerhosts|yes|
4.2.12|sshd|x11forwarding|no|
4.2.13|sshd|allowtcpforwarding|no|
4.2.15|sshd|banner|/etc/issue.net|
4.2.16|sshd|maxauthtries|4|1..4
4.2.17|sshd|maxstartups|10:30:60|
4.2.18|sshd|maxsessions|10|1..10
4.2.19|sshd|logingracetime|60|1..60
4.2.20|sshd|clientaliveinterval|300|1..900
4.2.20|sshd|clientalivecountmax|3|1..3
password-login|sshd|passwordauthentication|no|
password-login|sshd|kbdinteractiveauthentication|no|
4.3.2|sudo|use_pty|on|
4.3.3|sudo|logfile|/var/log/sudo.log|
4.3.4|sudo|authenticate|on|
4.3.5|sudo|timestamp_timeout|15|0..15
4.5.1|pwquality|minlen|14|14..128
4.5.1|pwquality|minclass|4|4..4
4.5.4|login.defs|ENCRYPT_METHOD|SHA512|SHA512,YESCRYPT
4.6.1.1|login.defs|PASS_MAX_DAYS|365|1..365
4.6.1.2|login.defs|PASS_MIN_DAYS|1|1..365
4.6.1.3|login.defs|PASS_WARN_AGE|7|7..365
4.6.1.4|useradd|INACTIVE|30|0..30
4.6.3|profile|TMOUT|900|1..900
4.6.4|root-group|root|0|
4.6.5|login.defs|UMASK|027|027,077
5.1.1.3|systemd|journald ForwardToSyslog|yes|
5.1.1.4|rsyslog|FileCreateMode|0640|0640,0600
5.1.2.3|systemd|journald Compress|yes|
5.1.2.4|systemd|journald Storage|persistent|
6.1.2|mode|/etc/passwd|644|
6.1.3|mode|/etc/passwd-|644|
6.1.4|mode|/etc/group|644|
6.1.5|mode|/etc/group-|644|
6.1.6|mode|/etc/shadow|640|
6.1.7|mode|/etc/shadow-|640|
6.1.8|mode|/etc/gshadow|640|
6.1.9|mode|/etc/gshadow-|640|
TABLE
}

# no_use KIND SUBJECT: puts into `why` the reason why an item has no subject on this system, or fails.
no_use() {
  why=''
  case $1 in
  sshd) [ -x "$ROOT/usr/sbin/sshd" ] || why='sshd is not installed' ;;
  sudo) [ -x "$ROOT/usr/bin/sudo" ] || why='sudo is not installed' ;;
  chrony) [ -x "$ROOT/usr/sbin/chronyd" ] || why='chrony is not installed' ;;
  rsyslog) [ -x "$ROOT/usr/sbin/rsyslogd" ] || why='rsyslog is not installed' ;;
  allow) [ -x "$ROOT/usr/bin/${2}tab" ] || [ -x "$ROOT/usr/bin/$2" ] || why="$2 is not installed" ;;
  pwquality) grep -qs pam_pwquality "$ROOT"/etc/pam.d/* || why='pam_pwquality is not in use' ;;
  mode) [ -e "$(at "$2")" ] || why="there is no $2" ;;
  banner) [ "$2" != /etc/motd ] || [ -e "$(at "$2")" ] || why='there is no message of the day' ;;
  systemd) case $2 in *ForwardToSyslog) [ -x "$ROOT/usr/sbin/rsyslogd" ] || why='rsyslog is not installed' ;; esac ;;
  sysctl) case $2 in net.ipv6.*) [ -n "$ROOT" ] || [ -d /proc/sys/net/ipv6 ] || why='the kernel has no IPv6' ;; esac ;;
  esac
  [ -n "$why" ]
}
text_of() { # the lines of these files of the root, one after the other, in the order of the names given; none is no error
  for file; do file=$(at "$file"); [ ! -f "$file" ] || { cat "$file" && echo; } || return 1; done
}
drop_ins() { # DIRECTORY SUFFIX: what is in it, by name
  for file in "$ROOT$1"/*"$2"; do [ ! -e "$file" ] && [ ! -L "$file" ] || echo "${file#"$ROOT"}"; done
}
sysctl_files() { # as systemd-sysctl reads them: by name, the first directory that has the name wins
  for directory in /etc/sysctl.d /run/sysctl.d /usr/lib/sysctl.d; do drop_ins "$directory" .conf; done |
    awk -F / '!seen[$NF]++ { print $NF, $0 }' | sort | cut -d ' ' -f 2
  echo /etc/sysctl.conf
}
# shellcheck disable=SC2046 # names of configuration files hold no blanks
value_of() { # KIND SUBJECT VALUE: what is in force, empty if nothing is set
  case $1 in
  sysctl)
    [ -e "$SCRATCH/sysctl" ] || text_of $(sysctl_files) | tr -d ' \t' | tr / . >"$SCRATCH/sysctl"
    kept=$(sed -n "s/^-\{0,1\}$2=//p" "$SCRATCH/sysctl" | tail -n 1)
    if [ -n "$ROOT" ]; then echo "$kept"; return; fi
    running=$(sysctl -n "$2") || return 1
    if [ "$running" = "$kept" ]; then echo "$running"; else echo "$running now and '$kept' at boot"; fi ;;
  sshd)
    [ -s "$SCRATCH/sshd" ] || sshd_settings >"$SCRATCH/sshd" || return 1
    awk -v key="$2" '$1 == key { print $2; exit }' "$SCRATCH/sshd" ;;
  mode)
    set -- "$3" $(stat -Lc '%a %u %G' "$(at "$2")")
    if [ $((0$2 & ~0$1)) -eq 0 ] && [ "$3" = 0 ] && { [ "$4" = root ] || [ "$4" = shadow ]; }; then echo "$1"; else echo "mode $2 of $3:$4"; fi ;;
  banner)
    [ -f "$(at "$2")" ] || return 0
    if grep -qiE "\\\\[mrsv]|$(os_release ID)|amazon linux" "$(at "$2")"; then echo 'names the system'; else echo plain; fi ;;
  chrony)
    text_of /etc/chrony.conf /etc/chrony/chrony.conf $(drop_ins /etc/chrony.d '') $(drop_ins /etc/chrony/conf.d .conf) $(drop_ins /etc/chrony/sources.d .sources) |
      awk '/^[ \t]*(server|pool|peer|refclock)[ \t]/ { v = "configured" } END { print v }' ;;
  allow)
    if [ -e "$ROOT/etc/$2.deny" ] || [ ! -f "$ROOT/etc/$2.allow" ]; then echo 'open to all'; else value_of mode "/etc/$2.allow" 640 | sed 's/^640$/listed/'; fi ;;
  sudo)
    text_of /etc/sudoers $(drop_ins /etc/sudoers.d '' | grep -v '/[^/]*[.~][^/]*$') | awk -v key="$2" '
      { line = $0; sub(/[ \t]*#.*/, "", line) } key == "authenticate" && line ~ /!authenticate/ { off = 1 }
      line ~ /^[ \t]*Defaults[ \t]/ { sub(/^[ \t]*Defaults[ \t]+/, "", line); count = split(line, part, /[ \t]*,[ \t]*/)
        for (i = 1; i <= count; i++) { split(part[i], pair, /[ \t]*=[ \t]*/); gsub(/"/, "", pair[2])
          if (pair[1] == key) v = pair[2] == "" ? "on" : pair[2]; if (pair[1] == "!" key) v = "off" } }
      END { print key == "authenticate" ? (off ? "off" : "on") : v }' ;;
  pwquality) text_of $(drop_ins /etc/security/pwquality.conf.d .conf) /etc/security/pwquality.conf | last_value "$2" '=' ;;
  useradd) text_of /etc/default/useradd | last_value "$2" '=' ;;
  login.defs) text_of /etc/login.defs | last_value "$2" ' ' ;;
  systemd)
    text_of "/etc/systemd/${2% *}.conf" $(drop_ins "/usr/lib/systemd/${2% *}.conf.d" .conf) $(drop_ins "/etc/systemd/${2% *}.conf.d" .conf) | last_value "${2#* }" '=' ;;
  profile) text_of /etc/profile $(drop_ins /etc/profile.d .sh) | sed -E 's/^[[:space:]]*(readonly|export|typeset -xr)[[:space:]]+//; s/;.*//' | last_value "$2" '=' ;;
  root-group) text_of /etc/passwd | awk -F : '$1 == "root" { print $4 }' ;;
  rsyslog) text_of /etc/rsyslog.conf $(drop_ins /etc/rsyslog.d .conf) | tr -d '$' | last_value "$2" ' ' ;;
  *) return 1 ;;
  esac
}
last_value() { # KEY SEPARATOR: of the lines on standard input
  awk -v key="$1" -v by="$2" '/^[ \t]*[#;]/ { next } { line = $0; gsub(/^[ \t]+|[ \t]+$/, "", line); if (by == "=") sub(/[ \t]*=[ \t]*/, " ", line); split(line, part, /[ \t]+/) }
    part[1] == key { v = part[2] } END { print v }'
}
# What sshd would do for a login of root. It refuses to tell without a host key, and an image has none: it is lent one.
sshd_settings() {
  lent=$(mktemp -d "$ROOT/run/goldsmith-sshd.XXXXXX" 2>/dev/null || mktemp -d "$ROOT/tmp/goldsmith-sshd.XXXXXX") || return 1
  in_root ssh-keygen -q -t ed25519 -N '' -C '' -f "${lent#"$ROOT"}/key" && made=$([ -d "$ROOT/run/sshd" ] || { mkdir "$ROOT/run/sshd" && echo yes; }) &&
    in_root /usr/sbin/sshd -T -h "${lent#"$ROOT"}/key" -C user=root,host=localhost,addr=127.0.0.1
  status=$?
  [ -z "${made-}" ] || rmdir "$ROOT/run/sshd"
  rm -rf "$lent"
  return $status
}
in_root() { if [ -n "$ROOT" ]; then chroot "$ROOT" "$@"; else "$@"; fi; }
accepted() { # FOUND VALUE ACCEPTED
  case $3 in
  '') [ "$1" = "$2" ] ;;
  *..*) case $1 in '' | *[!0-9]*) return 1 ;; *) [ "$1" -ge "${3%..*}" ] && [ "$1" -le "${3#*..}" ] ;; esac ;;
  *) case ",$3," in *",$1,"*) [ -n "$1" ] ;; *) return 1 ;; esac ;;
  esac
}

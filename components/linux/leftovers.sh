# What a host leaves behind and no image may carry: one table, which `cleanup` empties and `check/hygiene` looks for.
# Columns: id, what must hold, pattern. `HOME` is each home. gone: no such path. emptied: no bytes in it. bare: no file below it.
# AWS's own clean-up script knows about half of these; the rest is what it forgets.
# ssm-logs is an id of its own: the agent writes again as soon as it reports the end of the cleaning.
# shellcheck shell=sh
leftovers() {
  cat <<'TABLE'
ssh-host-keys gone /etc/ssh/ssh_host_*
authorized-keys gone HOME/.ssh/authorized_keys*
ssh-client-files gone HOME/.ssh/known_hosts*
ssh-client-files gone HOME/.ssh/id_*
machine-id emptied /etc/machine-id
machine-id emptied /var/lib/dbus/machine-id
random-seed gone /var/lib/systemd/random-seed
random-seed gone /var/lib/urandom/random-seed
random-seed gone /boot/loader/random-seed
random-seed gone /boot/efi/loader/random-seed
random-seed gone /efi/loader/random-seed
host-secrets gone /var/lib/systemd/credential.secret
host-secrets gone /var/lib/NetworkManager/secret_key
cloud-init gone /etc/sudoers.d/90-cloud-init-users
cloud-init gone /etc/locale.conf
cloud-init bare /var/lib/cloud
host-files gone /etc/.updated
host-files gone /var/.updated
host-files gone /etc/aliases.db
host-files gone /etc/hostname
host-files gone /var/lib/misc/postfix.aliasesdb-stamp
host-files gone /var/lib/postfix/master.lock
host-files gone /var/spool/postfix/pid/master.pid
host-files gone /var/cache/yum/x86_64/2/.gpgkeyschecked.yum
network-rules gone /etc/udev/rules.d/70-persistent-net.rules
dhcp-leases gone /var/lib/dhclient/*lease*
dhcp-leases gone /var/lib/dhcp/*lease*
dhcp-leases gone /var/lib/NetworkManager/*.lease
shell-history gone HOME/.*_history
shell-history gone HOME/.lesshst
shell-history gone HOME/.viminfo
cloud-credentials gone HOME/.aws
cloud-credentials gone HOME/.azure
cloud-credentials gone HOME/.boto
cloud-credentials gone HOME/.config/gcloud
logs bare /var/log/journal
logs gone /var/log/*.[0-9]*
logs gone /var/log/*.gz
logs gone /var/log/*-20[0-9][0-9]*
logs gone /var/log/cloud-init*
logs gone /var/log/sa/sa*
logs emptied /var/log/[!a.]*
logs emptied /var/log/a[!m]*
logs emptied /var/log/.[!.]*
ssm-logs emptied /var/log/amazon
log-state gone /var/lib/rsyslog/imjournal.state
mail-and-crashes bare /var/mail
mail-and-crashes bare /var/spool/mail
mail-and-crashes bare /var/crash
mail-and-crashes bare /var/lib/systemd/coredump
package-caches gone /var/cache/apt/*.bin
package-caches gone /var/cache/apt/archives/*.deb
package-caches bare /var/lib/apt/lists
package-caches bare /var/cache/dnf
package-caches bare /var/cache/yum
temporary-files bare /tmp
temporary-files bare /var/tmp
swap-files gone /swapfile*
swap-files gone /swap.img
swap-files gone /var/swap*
builder-files gone HOME/TOE_*
builder-files gone HOME/packer*
builder-files gone HOME/.packer.d
builder-files gone /var/lib/amazon/toe
builder-files gone /codebuild
ssm-registration gone /var/lib/amazon/ssm/registration
ssm-registration gone /var/lib/amazon/ssm/Vault
update-state gone /var/lib/goldsmith
TABLE
}
leftover_ids() { leftovers | cut -d ' ' -f 1 | uniq; }
# offending RULE PATTERN: the paths that break the rule, a line each. Below a path, no symbolic link is followed.
offending() {
  case $2 in HOME/*) set -- "$1" "/root/${2#HOME/}" "/home/*/${2#HOME/}" ;; esac
  rule=$1; shift
  for pattern; do
    IFS='
'
    # shellcheck disable=SC2086 # the pattern is to be expanded
    set -- $ROOT$pattern
    unset IFS
    for path; do
      [ -e "$path" ] || [ -L "$path" ] || continue
      inside "${path%/*}" || { echo "a link in ${path#"$ROOT"} leads out of the root" >&2; return 1; }
      [ "$rule" != gone ] || { echo "$path"; continue; }
      path=$(at "${path#"$ROOT"}")
      [ -e "$path" ] || continue
      case $rule in
      emptied) find -H "$path" -ignore_readdir_race -type f -size +0c ;;
      *) find -H "$path" -ignore_readdir_race -mindepth 1 ! -type d ;;
      esac || return 1
    done
  done
}

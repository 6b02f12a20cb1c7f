#!/bin/bash
# Runs a command in a throw-away world of its own whose first process is a real systemd. Nothing of it reaches the
# machine: own namespaces, an overlay of / on a tmpfs, a cgroup subtree of its own. Ends with the command's exit code,
# or with 125 when such a world cannot be made here (said on standard error).
#
#   world.sh [--layer DIR] [--journal FILE] [--timeout SECONDS] -- COMMAND [ARGUMENT...]
#     --layer    unpacked packages of another systemd, laid over /
#     --journal  where the journal is written at the end
#
# Needs root, util-linux 2.38 or later, systemd installed (not running), overlayfs and cgroup2. The current directory
# is shared with the world, for reading and writing, as /opt/sluice: where it lies here, a hardened unit may see nothing.
set -u
PLACE=/opt/sluice
PATH=${PATH:+$PATH:}/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

cannot() {
  echo "no systemd here: $*" >&2
  exit 125
}

# In new mount, network, uts and ipc namespaces: builds the root that systemd will see.
build() {
  set -e
  local top=$WORLD_TOP root=$WORLD_TOP/root own node unit
  mount --make-rprivate /
  mount -t tmpfs -o mode=755 world "$top"
  mkdir "$top"/{upper,work,root,cgroup}

  mount -t cgroup2 none "$top/cgroup"
  own=$(sed -n 's/^0:://p' /proc/self/cgroup)
  mkdir "$top/cgroup${own%/}/$WORLD_NAME"
  echo $$ >"$top/cgroup${own%/}/$WORLD_NAME/cgroup.procs"

  [ -z "$WORLD_LAYER" ] || cp -a "$WORLD_LAYER/." "$top/upper/"
  mount -t overlay overlay -o "lowerdir=/,upperdir=$top/upper,workdir=$top/work" "$root"

  # Only what is asked for starts: nothing that this machine has enabled, generated or mounts.
  rm -rf "$root"/etc/systemd/{system,system.conf.d,journald.conf.d} "$root/usr/lib/systemd/system-generators"
  rm -rf "$root"/usr/lib/systemd/{system,journald}.conf.d "$root"/usr/lib/systemd/system/*.target.wants
  rm -rf "$root/var/log/journal" "$root/var/lib/private"
  mkdir -p "$root"/etc/systemd/system/{sysinit,sockets}.target.wants
  install -d -m 700 "$root/var/lib/private"
  : >"$root/etc/fstab"
  printf '%s' "$WORLD_NAME" | md5sum | cut -c1-32 >"$root/etc/machine-id"
  for unit in systemd-udevd.service systemd-logind.service systemd-networkd.service systemd-resolved.service \
    systemd-timesyncd.service systemd-sysctl.service systemd-remount-fs.service systemd-firstboot.service \
    systemd-journal-flush.service systemd-journald-audit.socket systemd-udevd-kernel.socket \
    systemd-udevd-control.socket proc-sys-fs-binfmt_misc.automount; do
    ln -s /dev/null "$root/etc/systemd/system/$unit"
  done
  ln -s /lib/systemd/system/systemd-journald.service "$root/etc/systemd/system/sysinit.target.wants/"
  for unit in systemd-journald.socket systemd-journald-dev-log.socket; do
    ln -s "/lib/systemd/system/$unit" "$root/etc/systemd/system/sockets.target.wants/"
  done
  printf '[Journal]\nStorage=volatile\nRateLimitIntervalSec=0\nAudit=no\nReadKMsg=no\n' >"$root/etc/systemd/journald.conf"
  printf '[Manager]\nDefaultTimeoutStopSec=10s\nDefaultTimeoutStartSec=20s\nShowStatus=no\n' >"$root/etc/systemd/system.conf"
  printf '[Unit]\nRequires=basic.target\nAfter=basic.target systemd-journald.service\nWants=systemd-journald.service dbus.socket\n' \
    >"$root/etc/systemd/system/world.target"

  # Kernel settings can be read and not changed.
  mount --rbind /proc "$root/proc"
  mount --bind /sys "$root/sys"
  mount -o remount,bind,ro "$root/sys"
  mount -t tmpfs -o mode=755 dev "$root/dev"
  for node in null zero full random urandom tty; do
    : >"$root/dev/$node"
    mount --bind "/dev/$node" "$root/dev/$node"
  done
  mkdir "$root"/dev/{pts,shm,mqueue}
  mount -t devpts -o newinstance,ptmxmode=0666,mode=620,gid=5 devpts "$root/dev/pts"
  ln -s pts/ptmx "$root/dev/ptmx"
  mount -t tmpfs -o mode=1777 shm "$root/dev/shm"
  ln -s /proc/self/fd "$root/dev/fd"
  mount -t tmpfs -o mode=755 run "$root/run"
  mount -t tmpfs -o mode=1777 tmp "$root/tmp"
  mkdir -p "$root$PLACE"
  mount --rbind "$WORLD_SHARED" "$root$PLACE"
  ip link set lo up 2>/dev/null || true
  WORLD_STAGE=enter exec unshare --pid --cgroup --fork --kill-child=KILL -- /bin/bash "$WORLD_SCRIPT"
}

# The first process of the new pid namespace: enters that root and becomes systemd.
enter() {
  set -e
  local root=$WORLD_TOP/root
  umount -l "$root/proc"
  mount -t proc proc "$root/proc"
  mount --bind "$root/proc/sys" "$root/proc/sys"
  mount -o remount,bind,ro "$root/proc/sys"
  mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
  mkdir "$root/run/outside"
  cd "$root"
  pivot_root . run/outside
  umount -l /run/outside
  rmdir /run/outside
  cd /
  # Credentials of units are mounted in /run, and must be seen by them.
  mount --make-rshared /
  # `container` tells systemd that clock, devices and kernel settings are none of its business.
  exec env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 container=world \
    /lib/systemd/systemd --system --unit=world.target --log-level=notice --log-target=journal-or-kmsg \
    --show-status=0 --crash-reboot=no
}

case ${WORLD_STAGE:-} in
build) build ;;
enter) enter ;;
esac

layer= journal= timeout=600
while [ $# -gt 0 ]; do
  case $1 in
  --layer) layer=$(realpath "$2") && shift 2 ;;
  --journal) journal=$(realpath "$2") && shift 2 ;;
  --timeout) timeout=$2 && shift 2 ;;
  --) shift && break ;;
  *) cannot "unknown option $1" ;;
  esac
done
[ $# -gt 0 ] || cannot "no command was given"
[ "$PWD" != / ] || cannot "/ itself cannot be shared"
[ "$(id -u)" = 0 ] || cannot "only root can make such a world"
[ -x /lib/systemd/systemd ] || cannot "systemd is not installed"

top=$(mktemp -d /tmp/sluice-systemd.XXXXXX) || cannot "no temporary directory"
name=$(basename "$top")
code=125 outer= first=
leave() {
  trap - EXIT INT TERM HUP
  if [ -n "$outer" ]; then
    # Our own child; the whole pid namespace goes with it.
    kill -KILL "$outer" 2>/dev/null
    wait "$outer" 2>/dev/null
    local base own subtree tries
    base=$(sed -n 's/^\S* \S* \S* \S* \(\S*\) .* - cgroup2 .*/\1/p' /proc/self/mountinfo | head -1)
    own=$(sed -n 's/^0:://p' /proc/self/cgroup)
    subtree=$base${own%/}/$name
    for ((tries = 0; tries < 40; tries++)); do
      [ -d "$subtree" ] || break
      find "$subtree" -depth -type d -exec rmdir {} + 2>/dev/null || sleep 0.05
    done
  fi
  rmdir "$top" 2>/dev/null
  exit $code
}
trap leave EXIT
trap 'code=130; exit' INT
trap 'code=143; exit' TERM HUP

WORLD_STAGE=build WORLD_TOP=$top WORLD_NAME=$name WORLD_LAYER=$layer WORLD_SHARED=$PWD WORLD_SCRIPT=$(realpath "$0") \
  setpriv --pdeathsig KILL unshare --mount --uts --ipc --net --propagation private -- \
  /bin/bash "$(realpath "$0")" </dev/null >&2 &
outer=$!
for ((tries = 0; tries < 500; tries++)); do
  kill -0 $outer 2>/dev/null || cannot "the namespaces could not be made"
  first=$(cat "/proc/$outer/task/$outer/children" 2>/dev/null)
  first=${first%% *}
  [ -n "$first" ] && [ -S "/proc/$first/root/run/systemd/private" ] && break
  sleep 0.02
done
[ -n "$first" ] && [ -S "/proc/$first/root/run/systemd/private" ] || cannot "systemd did not start within 10 s"
inside() { nsenter -t "$first" -m -u -i -p -C -n -- "$@"; }
state=$(inside timeout 15 systemctl is-system-running --wait)
[ "$state" = running ] || echo "the world's systemd is $state" >&2
echo "$(inside systemctl --version | head -1) is up ($state)" >&2

timeout --kill-after=2 "$timeout" nsenter -t "$first" -m -u -i -p -C -n -- \
  env SLUICE_SYSTEMD_WORLD=1 /bin/sh -c 'cd "$1" && shift && exec "$@"' sh "$PLACE" "$@" &
wait $!
code=$?
[ -z "$journal" ] || inside journalctl --no-pager -o short-precise >"$journal" 2>&1
exit

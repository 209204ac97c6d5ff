"""A Linux root of a test's own: an overlay over the cached Debian, and namespaces in which scripts run in it.

Not booted, a script runs by chroot in fresh mount, pid, uts, ipc and network namespaces. Booted, systemd runs as the
first process of such namespaces, with a cgroup of its own, so units, ports and the boot time are real.
Not booted, systemd-sysctl alone has run, as it does early in each boot.
The kernel is the machine's: /sys and /proc/sys are read-only, except /proc/sys/net, which belongs to the namespace.
"""

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from goldsmith.recipe.component import assembled
from tests.embedded import eventually

COMPONENTS = Path(__file__).parents[2] / "components/linux"
UNSHARE = ("unshare", "--mount", "--pid", "--uts", "--ipc", "--net", "--fork", "--kill-child")
CAPABILITIES = ("setpriv", "--bounding-set=-sys_time,-sys_module,-sys_rawio")
ENTER = """
set -e
cd "$1"; shift
mount -t proc proc proc
mount --bind proc/sys proc/sys
mount --bind proc/sys/net proc/sys/net
mount -o remount,bind,ro proc/sys
mount -t sysfs -o ro sysfs sys
mount -t tmpfs -o mode=755 dev dev
for device in null zero full random urandom tty; do touch dev/$device; mount --bind /dev/$device dev/$device; done
mkdir dev/pts dev/shm
mount -t devpts -o newinstance,ptmxmode=666 devpts dev/pts
ln -s pts/ptmx dev/ptmx
mount -t tmpfs -o mode=755 run run
ip link set lo up
hostname guest
chroot . /lib/systemd/systemd-sysctl --prefix=/net
[ -z "$CGROUP" ] || mount -t cgroup2 cgroup2 sys/fs/cgroup
exec chroot . "$@"
"""
DELIVER = 'cat >/run/component; chmod +x /run/component; exec /run/component "$@"'


def cgroup_root() -> Path:
    """Where the machine has cgroups v2: alone, or beside v1."""
    unified = Path("/sys/fs/cgroup/unified")
    return unified if unified.is_dir() else Path("/sys/fs/cgroup")


class Guest:
    """`root` is the merged tree, which a test may change from outside at any time."""

    def __init__(self, lower: Sequence[Path], folder: Path) -> None:
        self.root, self.layer = folder / "root", folder / "layers/upper"
        layers = folder / "layers"
        for each in (self.root, layers, self.layer, layers / "work"):
            each.mkdir()
        options = f"lowerdir={':'.join(map(str, lower))},upperdir={self.layer},workdir={layers}/work"
        subprocess.run(["/bin/mount", "-t", "overlay", "overlay", "-o", options, self.root], check=True)
        self._cgroup = cgroup_root() / f"goldsmith-{os.getpid()}-{folder.name}"
        self._host: subprocess.Popen[bytes] | None = None
        self._init = 0

    def run(self, *command: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """Run a command inside, as root; its output is text."""
        if self._init:
            argv = ["nsenter", f"--target={self._init}", "--all", "--root", "--wd", *command]
        else:
            argv = [*UNSHARE, *CAPABILITIES, "sh", "-c", ENTER, "enter", str(self.root), *command]
        environment = {"PATH": os.environ["PATH"], "CGROUP": "", "HOME": "/root", "TERM": "dumb"}
        return subprocess.run(argv, input=stdin, capture_output=True, text=True, check=False, env=environment)

    def do(self, *command: str) -> str:
        """Run a command that must succeed; its standard output."""
        done = self.run(*command)
        assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
        return done.stdout

    def component(self, name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a component as SSM would: one file, its arguments in it."""
        return self.run("sh", "-c", DELIVER, stdin=assembled(COMPONENTS, name, arguments))

    def boot(self) -> None:
        self._cgroup.mkdir()
        command = [*UNSHARE, "--cgroup", *CAPABILITIES, "sh", "-c", ENTER, "enter", str(self.root), "/sbin/init"]
        join = f'echo $$ >{self._cgroup}/cgroup.procs && exec "$@"'
        self._host = subprocess.Popen(
            ["/bin/sh", "-c", join, "join", *command],
            env={"PATH": os.environ["PATH"], "CGROUP": "yes", "container": "goldsmith"},
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        eventually(self._find_init)
        eventually(lambda: self.run("systemctl", "is-system-running").stdout.strip() in {"running", "degraded"})

    def _find_init(self) -> bool:
        assert self._host
        assert self._host.poll() is None, "the guest died while it booted"
        children = Path(f"/proc/{self._host.pid}/task/{self._host.pid}/children").read_text().split()
        if children and Path(f"/proc/{children[0]}/cmdline").read_bytes().startswith((b"/sbin/init", b"/lib/systemd")):
            self._init = int(children[0])
        return bool(self._init)

    def shut_down(self) -> None:
        """Power off in order, so that what a host writes at its end is written."""
        assert self._host
        self.run("systemctl", "poweroff")
        self._host.wait(30)
        self._end()

    def _end(self) -> None:
        self._init, self._host = 0, None
        eventually(lambda: "populated 0" in (self._cgroup / "cgroup.events").read_text())
        for group in sorted((path for path in self._cgroup.rglob("*") if path.is_dir()), reverse=True):
            group.rmdir()
        self._cgroup.rmdir()

    def halt(self) -> None:
        if self._host:
            self._host.kill()
            self._host.wait(30)
            self._end()
        subprocess.run(["/bin/umount", self.root], check=True)

    def close(self) -> None:
        self.halt()
        shutil.rmtree(self.root.parent)

    def write(self, path: str, text: str, mode: int = 0o644) -> Path:
        """Put a file into the root, its folders too."""
        file = self.root / path.lstrip("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        file.chmod(mode)
        return file

# ruff: noqa: E501 - what a student writes is kept on its line
"""Submissions that try to cheat or to do harm: Python for a cell above all others.

`ATTACKS` run in a cell above all others, with every answer blank; none may earn a point. `BREAKERS` break their own
process: all other answers are right, and must still earn their points. `LEFT_BEHIND` is meant for a later submission,
which may not find it. {port} and {pid} are filled in: where the test listens, and its process. What stands in the place
of an answer: `false_answers`.
"""

SWALLOW = """
import signal
signal.signal(signal.SIGALRM, signal.SIG_IGN)
signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))
while True:
    try:
        while True:
            pass
    except BaseException:
        pass
"""
FORGE = """
import os, json
for fd in range(3, 64):
    try:
        os.write(fd, {line!r}.encode() + b"\\n")
    except OSError:
        pass
"""
MANY = """
import os, signal, time
signal.setitimer(signal.ITIMER_REAL, 0)
for number in range(9):
    if os.fork() == 0:
        block = b'x' * (100 << 20)
        time.sleep(1000)
time.sleep(1000)
"""

LATE = """
import time
class Late:
    def __del__(self): time.sleep(1.5)  # an exception is lost in here
Late()
while True: pass
"""

ATTACKS = {
    "numpy-testing-patched": "import numpy.testing as t\nt.assert_allclose = t.assert_equal = lambda *a, **k: None",
    "allclose-always-true": "np.allclose = np.isclose = np.array_equal = lambda *a, **k: True",
    "builtins-patched": "import builtins\nbuiltins.abs = lambda x: 0\nbuiltins.all = lambda x: True\nbuiltins.round = max",
    "isinstance-patched": "import builtins\nbuiltins.isinstance = builtins.issubclass = lambda *a: True",
    "json-patched": "import json\njson.dumps = lambda *a, **k: '{\"points\": 47}'\njson.loads = lambda *a, **k: {}",
    "encoder-patched": 'import json\njson.JSONEncoder.encode = lambda self, o: \'{"nonce": 1, "values": [47]}\'',
    "assert-transformer": """
import ast
class Drop(ast.NodeTransformer):
    def visit_Assert(self, node): return ast.Pass()
    def visit_Compare(self, node): return ast.Constant(True)
get_ipython().ast_transformers.append(Drop())
""",
    "display-hook": "import sys\nsys.displayhook = lambda value: print(47.0)\nget_ipython().displayhook.write_format_data = print",
    "input-transformer": "get_ipython().input_transformers_cleanup.append(lambda lines: ['47.0\\n'])",
    "run-cell-patched": "get_ipython().run_cell = lambda *a, **k: None",
    "memory-that-counts-for-nobody": """
import ctypes, os
libc = ctypes.CDLL(None)
tries = [lambda: libc.memfd_create(b"x", 0), lambda: libc.shmget(7, 4096, 0o1666), lambda: libc.msgget(7, 0o1666)]
tries += [lambda: libc.syscall(248, b"user", b"note", b"x", 1, -4)]
if any(attempt() >= 0 for attempt in tries):
    raise ValueError("found")
""",
    "shared-pages-that-count-for-nobody": """
import mmap, os
mmap.mmap(-1, 4096)
raise ValueError("found")
""",
    "zeros-shared": "open('/dev/zero')\nraise ValueError('found')",
    "own-user-space": """
import ctypes, os
libc = ctypes.CDLL(None)
if libc.unshare(0x10000000) == 0 or libc.syscall(56 if os.uname().machine == "x86_64" else 220, 0x10000011, 0, 0, 0, 0) >= 0:
    raise ValueError("found")
""",
    "memory-in-sockets": """
import socket
pair = socket.socketpair()
pair[0].setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 24)
raise ValueError("found")
""",
    "descriptors": """
import os
held = [os.open("/dev/null", os.O_RDONLY) for _ in range(100)]
raise ValueError("found")
""",
    "values-without-end": """
import gdcourse.classroom.child as child
child.Room.candidates = lambda self, name: [...] * 300_000
""",
    "deep-folders": """
import os
while True:
    os.mkdir("d"); os.chdir("d")
""",
    "answers-from-the-garbage": """
import gc, weakref
class Late:
    def __del__(self): globals().update(parabola_walk=47)
late = Late(); late.itself = late
gc.callbacks.append(lambda phase, facts: globals().update(bug_from_trajectory="one-after-the-other, none"))
del late
""",
    "auditor": "import sys\nsys.addaudithook(lambda event, arguments: 1 / 0)",
    "importer": """
import sys
class Finder:
    def find_spec(self, *arguments): raise SystemExit
sys.meta_path.insert(0, Finder()); sys.path_hooks.clear(); sys.path_importer_cache.clear()
""",
    "excepthook": "import sys\nsys.excepthook = lambda *a: None\nget_ipython().set_custom_exc((Exception,), lambda *a: None)",
    "solutions-imported": """
for name in ("lesson1_code", "lesson1_walk", "lesson1_diagnosis", "lesson1_neuron"):
    exec(f"from gdcourse.exercises.{name} import *")
""",
    "answers-asked-of-the-course": """
from gdcourse import EXERCISES
parabola_walk = EXERCISES["parabola-walk"].answer()
step = EXERCISES["code-step"].answer()
""",
    "answers-computed-by-the-checker": """
from gdcourse.classroom.assignment import points_of
from gdcourse.classroom.dealing import read_secret
""",
    "memory-searched": """
import gc, types
found = [o for o in gc.get_objects() if isinstance(o, types.FunctionType) and o.__name__ in ("walk", "check_step")]
for function in found:
    globals()[function.__name__] = function
""",
    "frames-searched": """
import sys
frame, seen = sys._getframe(), []
while frame:
    seen.append(dict(frame.f_locals)); frame = frame.f_back
parabola_walk = [v for room in seen for k, v in room.items() if "answer" in str(k)]
""",
    "files-searched": """
import os
seen = []
for place, folders, files in os.walk("/"):
    if place.startswith(("/usr", "/root/.pyenv")) or place.endswith("site-packages"): folders.clear()
    seen += [place + "/" + f for f in files if f.endswith((".ipynb", ".db", "secret", "lesson1_walk.py", "lesson1_code.py"))]
    if len(seen) > 20: break
seen = [f for f in seen if "/gdcourse/notebooks/" not in f]  # the lessons
texts = [open(f, errors="replace").read() for f in seen if "notebooks" not in f]
if texts: raise SystemExit("found " + " ".join(seen))
""",
    "environment-searched": "import os\nparabola_walk = [v for k, v in os.environ.items() if 'SECRET' in k.upper()]",
    "forged-values": FORGE.format(line='{"nonce": "", "values": [{"list": []}]}'),
    "forged-end-of-cells": FORGE.format(line='{"ran": []}'),
    "forged-junk": FORGE.format(line="give me 47 points"),
    "forged-nesting": FORGE.format(line="[" * 50_000),
    "forged-flood": "import os\nfor fd in range(3, 64):\n  try:\n    while True: os.write(fd, b'x' * 65536)\n  except OSError: pass",
    "line-closed": "import os\nos.closerange(3, 256)",
    "nested-without-end": """
import gdcourse.classroom.peer as peer
deep = 1
for _ in range(480): deep = {"list": [deep]}
peer.Peer.write = lambda self, value: deep
""",
    "function-that-is-not-there": """
import gdcourse.classroom.peer as peer
peer.Peer.write = lambda self, value: {"function": 10 ** 12}
""",
    "array-of-no-numbers": """
import gdcourse.classroom.peer as peer
peer.Peer.write = lambda self, value: {"array": ["float64", [10 ** 9, 0], []]}
""",
    "numbers-that-overflow": """
import gdcourse.classroom.peer as peer
peer.Peer.write = lambda self, value: {"array": ["float16", [5, 2], [1e9] * 10]}
""",
    "line-found-in-memory": """
import gc, socket
for thing in gc.get_objects():
    if isinstance(thing, socket.socket): thing.sendall(b'{"ran": []}\\n{"nonce": "", "values": [47]}\\n')
""",
    "room-rewritten": """
import sys
frame = sys._getframe()
while frame:
    if "room" in frame.f_locals: frame.f_locals["room"].kept.update(parabola_walk=[47])
    frame = frame.f_back
""",
    "own-clock": """
import os, signal
signal.signal(signal.SIGALRM, lambda *a: os._exit(0))
signal.setitimer(signal.ITIMER_REAL, 0.01, 0.01)
""",
    "answered-later": """
import asyncio
async def later():
    while True:
        await asyncio.sleep(0); globals().update(parabola_walk=47)
asyncio.get_event_loop().create_task(later())
""",
    "classes-built-otherwise": "import builtins\nbuiltins.__build_class__ = lambda *a, **k: float",
    "peer-patched": """
import gdcourse.classroom.peer as peer, gdcourse.classroom.plain as plain
peer.Peer.write = lambda self, value: {"points": 47}
plain.write = lambda *a: {"verdict": "right"}
""",
    "dump-patched": 'import gdcourse.classroom.plain as p\np.dump = lambda m: b\'{"nonce": "0", "values": []}\\n\'',
    "guard-patched": "import gdcourse.guard as g, gdcourse.classroom.peer as p\np.guarded = g.guarded = lambda c, s=None: 1.0",
    "candidates-patched": """
import gdcourse.classroom.child as child
child.Room.candidates = lambda self, name: ["one-after-the-other", "sign-flipped", "none"]
""",
    "answering-thread": """
import threading, os
def answer():
    while True:
        for fd in range(3, 16):
            try: os.write(fd, b'{"nonce": "x", "values": [1]}\\n'); os.read(fd, 10)
            except OSError: pass
threading.Thread(target=answer, daemon=True).start()
""",
    "parent-killed": "import os, signal\nos.kill(os.getppid(), signal.SIGKILL)",
    "all-killed": "import os, signal\nos.kill(-1, signal.SIGKILL)",
    "test-process-killed": "import os, signal\nos.kill({pid}, signal.SIGKILL)",
    "ptrace": """
import ctypes, os
c = ctypes.CDLL(None, use_errno=True)
hit = [pid for pid in (os.getppid(), {pid}, 1) if pid != os.getpid() and c.ptrace(16, pid, 0, 0) == 0]
if hit: raise SystemExit
""",
    "memory-of-others-written": """
import os
for pid in (os.getppid(), {pid}, 1):
    for name in ("mem", "maps", "environ"):
        open(f"/proc/{pid}/{name}", "r+b").write(b"x" * 100)
""",
    "process-vm-writev": "import ctypes\nctypes.CDLL(None).process_vm_writev({pid}, None, 0, None, 0, 0)",
    "everything-deleted": "import shutil\nfor place in ('/', '/tmp', '/usr', '/root', '/scratch'): shutil.rmtree(place, ignore_errors=True)",
    "course-overwritten": """
import gdcourse, os, sys
for place, folders, files in os.walk(os.path.dirname(gdcourse.__file__)):
    for f in files:
        try: open(os.path.join(place, f), "w").write("broken")
        except OSError: pass
open(sys.executable, "w").write("broken")
""",
    "mounts-and-spaces": """
import ctypes
c = ctypes.CDLL(None)
c.mount(b"none", b"/usr", None, 4096, None); c.umount2(b"/usr", 2); c.unshare(0x10020000); c.chroot(b"/scratch")
""",
    "network": """
import socket, urllib.request
for address in (("127.0.0.1", {port}), ("8.8.8.8", 53), ("::1", {port})):
    try: socket.create_connection(address, 0.3).sendall(b"hello")
    except OSError: pass
socket.getaddrinfo("localhost", 80)
""",
    "unix-sockets": """
import socket
for name in ("/tmp/.X11-unix/X0", "\\0/tmp/dbus", "/var/run/docker.sock", "/run/systemd/notify"):
    s = socket.socket(socket.AF_UNIX)
    try: s.connect(name)
    except OSError: pass
""",
    "fifty-megabytes-printed": "print('x' * 50_000_000)\nimport sys\nsys.stderr.write('y' * 50_000_000)",
    "fifty-megabytes-from-a-program": "!yes | head -c 50000000",
    "huge-page-displayed": "from IPython.display import HTML, display\ndisplay(HTML('<script>alert(1)</script>' * 100_000))",
    "two-gigabyte-file": """
with open("/tmp/big", "wb") as file:
    for _ in range(2048): file.write(b"0" * (1 << 20))
""",
    "sparse-file": "open('big', 'wb').truncate(10 ** 12)",
    "many-files": "for n in range(100_000): open(f'f{n}', 'w').write('x')",
    "input-asked": "name = input('your name? ')",
    "password-asked": "import getpass\ngetpass.getpass()",
    "markup-in-an-error": "raise ValueError('<script>alert(1)</script>=cmd|1')",
    "markup-in-a-type": "T = type('<img src=x onerror=alert(1)>', (), {})\nparabola_walk = T()\nraise T",
    "exception-that-fails-to-tell": """
class Sly(Exception):
    def __str__(self): raise SystemExit
raise Sly
""",
    "trace-function": "import sys\nsys.settrace(lambda *a: None)\nsys.setprofile(lambda *a: None)",
    "endless-recursion": "import sys\nsys.setrecursionlimit(10 ** 9)\nf = lambda: f()\nf()",
    "modules-cleared": "import sys\nsys.modules.clear()",
    "builtins-deleted": "import builtins\nfor name in ('len', 'type', 'super', 'list', 'open'): delattr(builtins, name)",
    "names-cleared": "get_ipython().user_ns.clear()",
    "threads-left-behind": """
import threading, time
def late():
    while True: globals().update(parabola_walk=47); time.sleep(0.001)
for _ in range(5): threading.Thread(target=late, daemon=True).start()
""",
    "thread-bomb": "import threading, time\nwhile True: threading.Thread(target=time.sleep, args=(99,)).start()",
    "orphan-left-behind": """
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        while True: time.sleep(1)
    os._exit(0)
""",
    "program-left-behind": "import subprocess\nsubprocess.Popen(['sleep', '1000'], start_new_session=True)",
    "at-exit": "import atexit, time\natexit.register(time.sleep, 1000)",
    "fork-answers-too": "import os\nos.fork()",
}

BREAKERS = {  # what stands in a cell above; how the submission is to be told
    "exit": ("import os\nos._exit(0)", "crashed"),
    "abort": ("import os\nos.abort()", "crashed"),
    "segmentation-fault": ("import ctypes\nctypes.string_at(0)", "crashed"),
    "system-exit": ("import sys\nsys.exit(1)", "graded"),
    "quit": ("quit()", "graded"),
    "plain-error": ("1 / 0", "graded"),
    "syntax-error": ("def f(:", "graded"),
    "keyboard-interrupt": ("raise KeyboardInterrupt", "graded"),
    "endless-loop": ("while True: pass", "graded"),
    "alarm-that-is-lost": (LATE, "graded"),
    "sleep": ("import time\ntime.sleep(1000)", "graded"),
    "endless-loop-that-swallows-interrupts": (SWALLOW, "timed out"),
    "endless-printing": ("while True: print('x' * 1000)", "graded"),
    "memory-at-once": ("x = [0] * 10 ** 10", "graded"),
    "memory-bit-by-bit": ("x = []\nwhile True: x.append(bytes(10 ** 7))", "graded"),
    "array-too-large": ("x = np.ones(10 ** 10)", "graded"),
    "memory-of-many-processes": (MANY, "out of memory"),
    "fork-bomb": ("import os\nwhile True:\n  try: os.fork()\n  except OSError: pass", "graded"),
}

LEFT_BEHIND = {  # what one submission leaves, and what another that looks for it says where it is found
    "shared-memory": (
        "import ctypes\nctypes.CDLL(None).shmget(4242, 4096, 0o1666)",
        "import ctypes\nraise ValueError('found' if ctypes.CDLL(None).shmget(4242, 0, 0) >= 0 else 'nothing')",
    ),
    "files": (
        "for place in ('/scratch', '/tmp', '/dev/shm', '/var/tmp', '/run'):\n"
        "    try: open(place + '/left', 'w').write('x')\n    except OSError: pass",
        "import os\nplaces = ('/scratch', '/tmp', '/dev/shm', '/var/tmp', '/run')\n"
        "raise ValueError('found' if any(os.path.exists(place + '/left') for place in places) else 'nothing')",
    ),
    "a-socket-without-a-file": (
        "import os, socket, time\nline = socket.socket(socket.AF_UNIX)\nline.bind('\\0left')\nline.listen()\n"
        "if os.fork() == 0: time.sleep(99)",
        "import socket\nfound = socket.socket(socket.AF_UNIX).connect_ex('\\0left') == 0\n"
        "raise ValueError('found' if found else 'nothing')",
    ),
}

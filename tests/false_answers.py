# ruff: noqa: E501 - what a student writes is kept on its line
"""Answers that try to cheat or to do harm: they stand in the answer cell; none may earn more than the points named."""

from hostile import SWALLOW

HELPER = """
import os, pickle
from gdcourse.optimizers import GradientDescent
(a, b), (c, d) = os.pipe(), os.pipe()
if os.fork() == 0:
    asked, told = os.fdopen(a, "rb"), os.fdopen(d, "wb")
    while True:
        w, gradient, rate = pickle.load(asked)
        pickle.dump(GradientDescent(rate).step(w, gradient, ())[0], told); told.flush()
ask, tell = os.fdopen(b, "wb"), os.fdopen(c, "rb")
def step(w, gradient, rate):
    pickle.dump((w, gradient, rate), ask); ask.flush()
    return pickle.load(tell)
"""  # a process that outlives its cell and goes on stepping

FALSE_ANSWERS = {  # exercise, what stands in its cell, and the most that may be earned
    "equal-to-everything": (
        "parabola-walk",
        "class E:\n    def __eq__(self, o): return True\n    def __float__(self): return 1.0\nparabola_walk = [E()] * 5",
        0,
    ),
    "lying-floats": (
        "parabola-walk",
        """
class F(float):
    def __eq__(self, o): return True
    def __sub__(self, o): return 0.0
    __rsub__ = __sub__
    def __abs__(self): return 0.0
parabola_walk = {"rows": [(F(7.5), F(7.5))] * 5, "monotone": "no", "graph": [F(0)] * 6}
""",
        0,
    ),
    "lying-arrays": (
        "code-step",
        """
class A(np.ndarray):
    def __array_ufunc__(self, *a, **k): return np.True_
    def __eq__(self, o): return np.True_
def step(w, gradient, rate): return np.zeros(np.shape(w)).view(A)
""",
        0,
    ),
    "equal-result": ("code-step", "class E:\n    __eq__ = lambda s, o: True\ndef step(*a): return E()", 0),
    "lying-text": (
        "bug-from-trajectory",
        """
class S(str):
    def __eq__(self, o): return True
    def __hash__(self): return hash("one-after-the-other")
    def strip(self): return self
    def casefold(self): return "one-after-the-other"
bug_from_trajectory = S("none")
""",
        0,
    ),
    "every-option": ("bug-from-trajectory", 'bug_from_trajectory = {"none", "sign-flipped", "one-after-the-other"}', 0),
    "option-list": ("bug-from-trajectory", 'bug_from_trajectory = "none, one-after-the-other"', 0),
    "counting-test": (
        "bug-by-test",
        "calls = []\ndef check_step(step):\n    calls.append(step)\n    return len(calls) <= 2",
        0,
    ),
    "remembering-test": (
        "bug-by-test",
        "seen = {}\ndef check_step(step):\n    return seen.setdefault(step.__qualname__ + str(id(step) % 7), len(seen) < 2)",
        0,
    ),
    "naming-test": (
        "bug-by-test",
        "def check_step(step): return 'planted' not in repr(vars(step)) and step.__name__ in ('step', 'function')",
        0,
    ),
    "test-that-accepts-all": ("bug-by-test", "def check_step(step): return True", 0),
    "courses-own-step": (
        "code-step",
        """
from gdcourse import GradientDescent
def step(w, gradient, rate): return GradientDescent(rate).step(w, gradient, ())[0]
""",
        0,
    ),
    "courses-own-step-put-away": (
        "code-step",
        """
from gdcourse.optimizers import GradientDescent
kept = GradientDescent.step
def step(w, gradient, rate): return kept(GradientDescent(rate), w, gradient, ())[0]
""",
        0,
    ),
    "courses-own-descend": (
        "code-walk",
        """
from gdcourse import LANDSCAPES, GradientDescent, descend
def walk(start, gradient, rate, steps):
    return descend(LANDSCAPES["bowl"], GradientDescent(rate), start, steps=steps, grad=lambda w, rng: gradient(w)).points
""",
        0,
    ),
    "courses-own-step-imported-anew": (
        "code-step",
        """
def step(w, gradient, rate):
    import sys
    for name in [name for name in sys.modules if name.startswith("gdcourse")]: del sys.modules[name]
    from gdcourse.optimizers import GradientDescent
    return GradientDescent(rate).step(w, gradient, ())[0]
""",
        0,
    ),
    "courses-own-step-loaded-twice": (
        "code-step",
        """
import sys, gdcourse.optimizers
first = {name: sys.modules.pop(name) for name in list(sys.modules) if name.startswith("gdcourse")}
from gdcourse.optimizers import GradientDescent as Second
sys.modules.update(first)
def step(w, gradient, rate): return Second(rate).step(w, gradient, ())[0]
""",
        0,
    ),
    "courses-own-code-put-away": (
        "code-step",
        """
import types
from gdcourse.optimizers import GradientDescent
theirs = GradientDescent.step
mine = types.FunctionType(theirs.__code__, dict(theirs.__globals__), closure=theirs.__closure__)
def step(w, gradient, rate): return mine(types.SimpleNamespace(rate=rate), w, gradient, ())[0]
""",
        0,
    ),
    "courses-own-file-loaded": (
        "code-step",
        """
import importlib.util, sys, gdcourse.optimizers
def step(w, gradient, rate):
    spec = importlib.util.spec_from_file_location("mine", gdcourse.optimizers.__file__)
    sys.modules["mine"] = module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.GradientDescent(rate).step(w, gradient, ())[0]
""",
        0,
    ),
    "courses-own-step-in-a-helper": (
        "code-step",
        HELPER,
        0,
    ),
    "courses-own-step-in-a-program": (
        "code-step",
        """
import json, subprocess, sys
text = (
    "import json, sys, numpy as np; from gdcourse.optimizers import GradientDescent as G; w, g, r = json.loads(sys.argv[1]);"
    "print(json.dumps(np.asarray(G(r).step(np.array(w), np.array(g), ())[0]).tolist()))"
)
def step(w, gradient, rate):
    asked = json.dumps([np.asarray(w).tolist(), np.asarray(gradient).tolist(), rate])
    told = json.loads(subprocess.run([sys.executable, "-c", text, asked], capture_output=True, text=True).stdout)
    return np.array(told) if np.ndim(w) else float(told)
""",
        0,
    ),
    "courses-own-step-with-the-hiding-patched": (
        "code-step",
        """
import gc, gdcourse.classroom.hiding as hiding
from gdcourse.optimizers import GradientDescent
hiding.prepared = hiding._hide = hiding._disarm = hiding._functions = lambda *a: []
gc.get_objects = hiding.get_objects = lambda *a: []
def step(w, gradient, rate): return GradientDescent(rate).step(w, gradient, ())[0]
""",
        0,
    ),
    "courses-own-step-taken-out-of-sight": (
        "code-step",
        """
import gc, sys
from gdcourse.optimizers import GradientDescent
gc.get_objects = lambda *a: []
for name in [name for name in sys.modules if name.startswith("gdcourse")]: del sys.modules[name]
def step(w, gradient, rate): return GradientDescent(rate).step(w, gradient, ())[0]
""",
        0,
    ),
    "courses-own-step-in-a-helper-that-is-not-killed": (
        "code-step",
        "import os\nos.kill, os.getpid = lambda *a: None, lambda: 7" + HELPER,
        0,
    ),
    "text-that-the-oracle-would-run": (
        "code-step",
        'step = "def step(w, gradient, rate): return w - rate * gradient"',
        0,
    ),
    "test-as-text": (
        "bug-by-test",
        'check_step = "def check_step(step): return abs(step(1.0, 2.0, 0.25) - 0.5) < 1e-9"',
        0,
    ),
    "calls-that-pile-up": (
        "bug-by-test",
        """
import json, sys, threading
def check_step(step):
    frame = sys._getframe()
    while "lines" not in frame.f_locals: frame = frame.f_back
    peer, channel, lines = (frame.f_locals[name] for name in ("peer", "channel", "lines"))
    given = peer.write([np.ones((5000, 1)), np.ones((1, 5000)), 0.1])
    asked = json.dumps({"nonce": peer.nonce, "call": 0, "arguments": given, "keywords": {"dict": []}}).encode() + b"\\n"
    def pour():
        while True: channel.sendall(asked)
    threading.Thread(target=pour, daemon=True).start()
    while True: lines.readline()
""",
        0,
    ),
    "coroutine": ("code-step", "async def step(w, gradient, rate): return w - rate * gradient", 0),
    "generator": ("code-step", "def step(w, gradient, rate): yield w - rate * gradient", 0),
    "not-a-number-with-a-message": (
        "code-step",
        "import struct\ndef step(w, gradient, rate): return np.zeros(np.shape(w)) + struct.unpack('d', b'right!\\xf8\\x7f')[0]",
        0,
    ),
    "truth-for-numbers": ("parabola-walk", "parabola_walk = {'rows': [(True, True)] * 5, 'graph': [True] * 6}", 0),
    "numbers-of-many-digits": (
        "parabola-walk",
        "from decimal import Decimal\nfrom fractions import Fraction\n"
        "parabola_walk = {'rows': [(Decimal('1e999999'), Fraction(10) ** 999), (Decimal('sNaN'), -0.0)] * 2}",
        0,
    ),
    "array-within-itself": (
        "parabola-walk",
        "parabola_walk = np.empty((), object)\nparabola_walk[()] = parabola_walk",
        0,
    ),
    "changes-what-it-is-given": (
        "code-step",
        "def step(w, gradient, rate):\n    if isinstance(w, np.ndarray):\n        w -= rate * gradient\n        return w\n    return w - rate * gradient",
        0,
    ),
    "right-only-where-it-is-known": (
        "code-step",
        "def step(w, gradient, rate):\n    return {3.0: 2.75, 5.0: 5.6}.get(w, 0.0) if np.ndim(w) == 0 else w",
        0,
    ),
    "asks-for-monsters": (
        "code-walk",
        """
def walk(start, gradient, rate, steps):
    for strange in (np.ones(99_999), "x" * 5000, None, [[]] * 1000, walk, {1: 2}, 10 ** 300):
        try: gradient(strange)
        except Exception: pass
    return start
""",
        0,
    ),
    "asks-for-ever": ("code-walk", "def walk(start, gradient, rate, steps):\n    while True: gradient(start)", 0),
    "calls-back-for-ever": (
        "bug-by-test",
        "def check_step(step):\n    return step(np.ones(2), np.ones(2), lambda *a: check_step(step))",
        0,
    ),
    "loops-for-ever": ("code-step", "def step(w, gradient, rate):\n    while True: pass", 0),
    "exits-when-asked": ("code-step", "import os\ndef step(w, gradient, rate): os._exit(0)", 0),
    "swallows-when-asked": (
        "code-step",
        "def step(w, gradient, rate):\n" + "\n".join("    " + line for line in SWALLOW.strip().splitlines()),
        0,
    ),
    "huge-list": ("parabola-walk", "parabola_walk = [(0.0, 0.0)] * 10 ** 6", 0),
    "endless-nest": ("parabola-walk", "parabola_walk = []\nparabola_walk.append(parabola_walk)", 0),
    "deep-nest": ("parabola-walk", "parabola_walk = 1\nfor _ in range(10_000): parabola_walk = [parabola_walk]", 0),
    "endless-generator": ("parabola-walk", "import itertools\nparabola_walk = itertools.count()", 0),
    "monstrous-number": ("parabola-walk", "parabola_walk = [(10 ** 10_000, float('nan'))] * 5", 0),
    "long-text": ("parabola-walk", "parabola_walk = 'x' * 50_000_000", 0),
    "pickled": ("parabola-walk", "class P:\n    def __reduce__(self): return print, ('x',)\nparabola_walk = P()", 0),
    "lying-class": ("code-step", "class C:\n    __class__ = float\n    __call__ = None\nstep = C()", 0),
    "metaclass": (
        "parabola-walk",
        "class M(type):\n    __name__ = property(lambda s: 1 / 0)\n    __instancecheck__ = lambda *a: True\n"
        "class T(metaclass=M): pass\nparabola_walk = {'rows': T(), T(): 1}",
        0,
    ),
    "hostile-keys": (
        "loss-clinic",
        "class K(str):\n    __hash__ = lambda s: 0\n    __eq__ = lambda s, o: True\nloss_clinic = {K('A'): 'plateau', K('Z'): 'x'}",
        1,
    ),
}

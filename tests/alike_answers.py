"""Answers to two exercises as different students write them by themselves, and ways to disguise a copy of one.

`HONEST` holds them by exercise. `DISGUISES` change a source as someone does who hands in a classmate's: each takes a
source and gives one that does the same. They were written for the tests; what real classes write may be more alike.
"""

import ast
import re

WALKS = (
    """
points = [np.array(start, dtype=float)]
for _ in range(steps):
    points.append(points[-1] - rate * gradient(points[-1]))
return np.array(points)""",
    """
w = np.asarray(start, dtype=float)
points = [w]
for k in range(steps):
    w = w - rate * gradient(w)
    points.append(w)
return np.array(points)""",
    """
w = np.array(start, dtype=float)
all_points = [w.copy()]
for _ in range(steps):
    w -= rate * gradient(w)
    all_points.append(w.copy())
return np.array(all_points)""",
    """
start = np.asarray(start, float)
points = np.empty((steps + 1,) + start.shape)
points[0] = start
for k in range(steps):
    points[k + 1] = points[k] - rate * gradient(points[k])
return points""",
    """
result = np.zeros((steps + 1, len(start)))
result[0, :] = start
for i in range(1, steps + 1):
    previous = result[i - 1, :]
    result[i, :] = previous - rate * gradient(previous)
return result""",
    """
def go(w, left):
    if left == 0:
        return [w]
    return [w, *go(w - rate * gradient(w), left - 1)]
return np.stack(go(np.array(start, dtype=float), steps))""",
    """
path = np.array([start], dtype=float)
while len(path) <= steps:
    w = path[-1]
    path = np.vstack([path, w - rate * gradient(w)])
return path""",
    """
from itertools import accumulate
move = lambda w, _: w - rate * gradient(w)
return np.array(list(accumulate(range(steps), move, initial=np.array(start, dtype=float))))""",
    """
w = [float(x) for x in start]
rows = [w]
for step in range(steps):
    g = gradient(np.array(w))
    w = [x - rate * s for x, s in zip(w, g)]
    rows.append(w)
return np.array(rows)""",
    """
# keep every place I have been to
places = []
current = np.array(start, dtype=float)
places.append(current)
count = 0
while count < steps:
    slope = gradient(current)
    current = current - rate * slope
    places.append(current)
    count += 1
return np.array(places)""",
    """
history = [np.array(start).astype(float)]
for i in range(0, steps):
    old = history[i]
    direction = -gradient(old)
    history.append(old + rate * direction)
return np.array(history)""",
    """
w = np.array(start, dtype=float)
points = [w]
for _ in range(steps):
    step = rate * gradient(w)
    w = w - step
    points.append(w)
points = np.array(points)
return points""",
    """
n = np.size(start)
points = np.full((steps + 1, n), np.nan)
points[0] = start
k = 0
while k < steps:
    w = points[k]
    g = np.asarray(gradient(w))
    points[k + 1] = w - rate * g
    k = k + 1
return points""",
    """
w = np.array(start, dtype=float)
def one():
    nonlocal w
    before = w
    w = w - rate * np.asarray(gradient(w))
    return before
earlier = [one() for _ in range(steps)]
return np.array(earlier + [w])""",
)
STOPS = (
    """
best, since = np.inf, 0
for epoch, loss in enumerate(losses):
    if loss < best:
        best, since = loss, 0
    else:
        since += 1
    if since == patience:
        return epoch
return len(losses) - 1""",
    """
best_epoch = 0
for epoch in range(len(losses)):
    if losses[epoch] < losses[best_epoch]:
        best_epoch = epoch
    if epoch - best_epoch >= patience:
        return epoch
return len(losses) - 1""",
    """
for epoch in range(len(losses)):
    if epoch - int(np.argmin(losses[: epoch + 1])) == patience:
        return epoch
return len(losses) - 1""",
    """
lowest = losses[0]
waited = 0
k = 0
while k < len(losses) - 1 and waited < patience:
    k += 1
    if losses[k] < lowest:
        lowest = losses[k]
        waited = 0
    else:
        waited += 1
return k""",
    """
minimum = float("inf")
bad = 0
for i, value in enumerate(losses):
    if value >= minimum:
        bad = bad + 1
        if bad >= patience:
            return i
    else:
        minimum = value
        bad = 0
return i""",
    """
smallest = np.minimum.accumulate(np.asarray(losses))
improved = np.flatnonzero(np.r_[True, np.diff(smallest) < 0])
ends = np.append(improved[1:], len(losses))
for place, end in zip(improved, ends):
    if end - place > patience:
        return int(place + patience)
return len(losses) - 1""",
    """
patience_left = patience
record = None
for epoch, loss in enumerate(losses):
    if record is None or loss < record:
        record = loss
        patience_left = patience
        continue
    patience_left -= 1
    if not patience_left:
        break
return epoch""",
    """
losses = list(losses)
def better(k):
    return k == 0 or losses[k] < min(losses[:k])
last = 0
for k in range(len(losses)):
    last = k if better(k) else last
    if k - last == patience:
        return k
return k""",
    """
counter = 0
best_loss = losses[0]
stop = len(losses) - 1
for e in range(1, len(losses)):
    if losses[e] < best_loss:
        best_loss = losses[e]
        counter = 0
    else:
        counter += 1
    if counter == patience:
        stop = e
        break
return stop""",
    """
# look at every window of the last epochs: does none of them beat what came before?
for end in range(patience, len(losses)):
    before, window = losses[: end - patience + 1], losses[end - patience + 1 : end + 1]
    if min(window) >= min(before):
        return end
return len(losses) - 1""",
    """
best = 1e300
count = 0
for n in range(0, len(losses)):
    count = count + 1
    if losses[n] < best:
        best = losses[n]
        count = 0
    if count >= patience:
        return n
return len(losses) - 1""",
    """
state = {"best": np.inf, "age": 0}
for epoch, loss in enumerate(losses):
    state["age"] = 0 if loss < state["best"] else state["age"] + 1
    state["best"] = min(state["best"], loss)
    if state["age"] == patience:
        return epoch
return len(losses) - 1""",
)


def _whole(head, bodies):
    indented = ["\n".join("    " + line for line in body.strip().splitlines()) for body in bodies]
    return tuple(f"{head}\n{body}\n" for body in indented)


HONEST = {
    "code-walk": _whole("def walk(start, gradient, rate, steps):", WALKS),
    "code-early-stop": _whole("def stops_after(losses, patience):", STOPS),
}
ARGUMENTS = ("start", "gradient", "rate", "steps", "losses", "patience", "walk", "stops_after", "np", "float", "int")


def renamed(source):
    """Other names for everything the student named."""
    made = {node.id for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name | ast.arg) and _stored(node)}
    for number, name in enumerate(sorted(made - set(ARGUMENTS))):
        source = re.sub(rf"(?<![\w.\"]){name}(?![\w\"]|=[^=])", f"my_thing_{number}", source)
    return source


def _stored(node):
    return isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)


def with_dead_lines(source):
    """Lines in between that do nothing."""
    head, *body = source.splitlines()
    return "\n".join(
        [head, "    unused = 17", "    message = 'now it begins'", *body[:-1], "    message = str(unused)", body[-1]]
    )


def remarked(source):
    """A remark at every line, blank lines, numbers written otherwise."""
    said = "\n\n".join(f"{line}  # here we do it" for line in source.rstrip().splitlines())
    return re.sub(r"\b0\b", "0x0", re.sub(r"\b1\b", "0b1", said))


class _Swap(ast.NodeTransformer):
    """Swaps the terms of sums and products and the sides of comparisons, and writes out `x += 1`."""

    def visit_BinOp(self, node):
        self.generic_visit(node)
        joins = any(isinstance(side, ast.Tuple | ast.List) for side in (node.left, node.right))  # these have an order
        if isinstance(node.op, ast.Add | ast.Mult) and not joins:
            node.left, node.right = node.right, node.left
        return node

    def visit_AugAssign(self, node):
        load = ast.parse(ast.unparse(node.target), mode="eval").body
        return ast.Assign([node.target], ast.BinOp(load, node.op, node.value), lineno=node.lineno)

    def visit_Compare(self, node):
        self.generic_visit(node)
        turned = {ast.Lt: ast.Gt, ast.GtE: ast.LtE}.get(type(node.ops[0]))
        return node if turned is None else ast.Compare(node.comparators[0], [turned()], [node.left])


def swapped(source):
    """Terms and comparisons the other way round, as another program would write them out."""
    return ast.unparse(_Swap().visit(ast.parse(source)))


def reordered(source):
    """The first two lines of the body exchanged, where they are plain lines of which each makes another name."""
    tree = ast.parse(source)
    body = tree.body[0].body
    if all(isinstance(line, ast.Assign) for line in body[:2]) and not _uses(body[1], body[0]):
        body[0], body[1] = body[1], body[0]
    return ast.unparse(tree)


def _uses(later, earlier):
    made = {node.id for node in ast.walk(earlier) if isinstance(node, ast.Name) and _stored(node)}
    return made & {node.id for node in ast.walk(later) if isinstance(node, ast.Name)}


def everything(source):
    """All of it."""
    return remarked(with_dead_lines(reordered(swapped(renamed(source)))))


DISGUISES = {
    "word-for-word": str,
    "renamed": renamed,
    "dead-lines": with_dead_lines,
    "remarked": remarked,
    "swapped": swapped,
    "reordered": reordered,
    "everything": everything,
}

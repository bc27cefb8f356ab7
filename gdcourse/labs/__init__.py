"""The labs, each a pure function from settings to a Scene. A new lab is one file of Python and one line here."""

from gdcourse.labs.arena import ARENA
from gdcourse.labs.basins import BASINS
from gdcourse.labs.batch import BATCH
from gdcourse.labs.dimension import DIMENSION
from gdcourse.labs.hiker import HIKER
from gdcourse.labs.lab import Lab, Setting
from gdcourse.labs.range_test import RANGE_TEST
from gdcourse.labs.rate import RATE
from gdcourse.labs.rates import RATES
from gdcourse.labs.ravine import RAVINE
from gdcourse.labs.saddle import SADDLE
from gdcourse.labs.scene import Scene
from gdcourse.labs.schedule import SCHEDULE
from gdcourse.labs.two_weights import TWO_WEIGHTS

_ALL = (HIKER, RATE, RATES, RANGE_TEST, SCHEDULE, BATCH, ARENA, RAVINE, SADDLE, BASINS, DIMENSION, TWO_WEIGHTS)
LABS = {lab.name: lab for lab in _ALL}

__all__ = ["LABS", "Lab", "Scene", "Setting"]

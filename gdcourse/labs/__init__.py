"""The labs, each a pure function from settings to a Scene. A new lab is one file of Python and one line here."""

from gdcourse.labs.arena import ARENA
from gdcourse.labs.basins import BASINS
from gdcourse.labs.batch import BATCH
from gdcourse.labs.dimension import DIMENSION
from gdcourse.labs.hiker import HIKER
from gdcourse.labs.inside_adam import INSIDE_ADAM
from gdcourse.labs.lab import Lab, Setting
from gdcourse.labs.race import RACE, race_with
from gdcourse.labs.range_test import RANGE_TEST
from gdcourse.labs.rate import RATE
from gdcourse.labs.rates import RATES
from gdcourse.labs.ravine import RAVINE
from gdcourse.labs.rotation import ROTATION
from gdcourse.labs.saddle import SADDLE
from gdcourse.labs.scene import Scene
from gdcourse.labs.schedule import SCHEDULE
from gdcourse.labs.training import TRAINING
from gdcourse.labs.two_weights import TWO_WEIGHTS

_IN_ORDER = (
    HIKER,
    RATE,
    RATES,
    RANGE_TEST,
    SCHEDULE,
    BATCH,
    ARENA,
    RAVINE,
    RACE,
    INSIDE_ADAM,
    ROTATION,
    SADDLE,
    BASINS,
    DIMENSION,
    TWO_WEIGHTS,
    TRAINING,
)
LABS = {lab.name: lab for lab in _IN_ORDER}

__all__ = ["LABS", "Lab", "Scene", "Setting", "race_with"]

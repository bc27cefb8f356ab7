"""The labs, each a pure function from settings to a Scene. A new lab is one file of Python and one line here."""

from gdcourse.labs.hiker import HIKER
from gdcourse.labs.lab import Lab, Setting
from gdcourse.labs.scene import Scene

LABS = {lab.name: lab for lab in (HIKER,)}

__all__ = ["LABS", "Lab", "Scene", "Setting"]

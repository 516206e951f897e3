"""Settings for grading the course with nbgrader: put this file into the folder of your nbgrader course.

README.md beside it says how to use it.
"""

import os

from nbconvert.preprocessors import TagRemovePreprocessor
from nbgrader.converters import GenerateAssignment

c = get_config()  # noqa: F821  (nbgrader provides it)

c.CourseDirectory.course_id = "twinclouds"

# What learners find in place of a solution, as in the course's own learners' version.
c.ClearSolutions.code_stub = {"python": "# Your code here."}

# Remarks on solutions, and the cells that offer to show them, are not released.
c.GenerateAssignment.preprocessors = [TagRemovePreprocessor, *GenerateAssignment.preprocessors.default()]
c.TagRemovePreprocessor.enabled = True
c.TagRemovePreprocessor.remove_cell_tags = {"solution", "ask"}

# Grading leaves no file about progress behind, and gives slow cells the time they need (seconds).
os.environ["TWINCLOUDS_PROGRESS"] = "off"
c.Execute.timeout = 120

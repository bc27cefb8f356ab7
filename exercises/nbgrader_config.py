# Made by `gdcourse release`.
c = get_config()  # noqa: F821
c.CourseDirectory.course_id = "gdcourse"
c.ClearSolutions.code_stub = {"python": ""}  # the blank answer stands above the solution already

"""The classroom: assignments from the exercise records, and grading that trusts nothing a student hands in.

    gdcourse release COURSE            assignments, personal numbers, the student edition of the package
    gdcourse grade SUBMISSIONS         runs the notebooks apart and judges the answers
    gdcourse report COURSE             pages for the teacher and for each student

Who knows what:

    answers, pictures, assignment      from the records to notebooks
    roster, dealing, own, release      whose numbers are whose, by a secret; a teacher's own records
    sources, edition                   the package without what graded exercises hide
    attempts, submission               what was handed in, whatever it is
    jail, plain, peer, child, runner   beside the student's code: nothing secret is ever loaded there
    asking, running, isolation         our end of the line to it
    judging, whose, oracle             judge, in another process
    worker, pool, tally, grading       many of them, side by side
    cluster, remote                    on many machines
    folders, faults                    what is there for a while, and what fails
    results, rules, gradebook, exports what is kept, and what is computed from it
    page, feedback, alike, report      what is shown
"""

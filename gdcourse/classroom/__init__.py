"""The classroom: assignments from the exercise records, and grading that trusts nothing a student hands in.

    gdcourse release COURSE            assignments, personal numbers, the student edition of the package
    gdcourse grade SUBMISSIONS         runs the notebooks apart and judges the answers

Who knows what:

    answers, assignment, release       teacher: from the records to notebooks
    dealing                            teacher: whose numbers are whose, by a secret
    sources, edition                   teacher: the package without what graded exercises hide
    submission                         reads what was handed in, whatever it is
    jail, runner, child, plain         beside the student's code: nothing secret is ever loaded there
    oracle, asking                     judges, in another process
    results, rules, gradebook          what is kept, and what is computed from it
"""

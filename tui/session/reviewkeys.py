"""The keys of review, laid over the other tables of a preset."""

from __future__ import annotations

REVIEW = {
    "all": """
        ctrl+e  review.toggle
        ctrl+f  review.filter
        ctrl+n  files.next_unlabeled
        ctrl+p  files.previous_unlabeled
        &      files.next_unverified
        !      image.note
        $      image.verify
        |      image.leave_out
    """,
    "review": """
        y      review.accept
        enter  review.accept
        n      review.reject
        x      review.reject
        e      review.edit
        m      review.model
        c      review.reclass
        1      review.reclass 0
        2      review.reclass 1
        3      review.reclass 2
        4      review.reclass 3
        5      review.reclass 4
        6      review.reclass 5
        7      review.reclass 6
        8      review.reclass 7
        9      review.reclass 8
        0      review.reclass 9
        A      review.accept_image
        u      review.undo
        ctrl+z  review.undo
        d      review.next
        tab    review.next
        a      review.previous
        shift+tab  review.previous
    """,
}

CVAT_REVIEW = {
    "review": """
        n      review.reject
        f      review.next
        d      review.previous
        c      -
        C      review.reclass
        a      -
    """,
}

VIM_REVIEW = {
    "all": """
        g f    review.filter
    """,
    "review": """
        1      -
        2      -
        3      -
        4      -
        5      -
        6      -
        7      -
        8      -
        9      -
        0      -
        ' 1    review.reclass 0
        ' 2    review.reclass 1
        ' 3    review.reclass 2
        ' 4    review.reclass 3
        ' 5    review.reclass 4
        ' 6    review.reclass 5
        ' 7    review.reclass 6
        ' 8    review.reclass 7
        ' 9    review.reclass 8
        ' 0    review.reclass 9
        d      -
        d d    review.reject
        a      -
        }      review.next
        {      review.previous
    """,
}

"""The key presets as text; `tui.session.keymap` says how a table is read.

Letters keep their meaning in every mode where they can. The default follows the AnyLabeling family: the
left hand has the images (a d), the prompts (q e), finish and clear (f b), the box (r) and, with shift, the
view (W A S D); the right hand keeps the cursor (h j k l or arrows).
"""

from __future__ import annotations

from dataclasses import dataclass

from tui.session.handkeys import HANDS, MODES
from tui.session.reviewkeys import CVAT_REVIEW, REVIEW, VIM_REVIEW


@dataclass(frozen=True, slots=True)
class Preset:
    """A keymap's name, whom it is for, the key that begins a count, and its layers of tables."""

    name: str
    doc: str
    count_prefix: str
    layers: tuple[dict[str, str], ...]


_BASE = {
    "all": """
        left   cursor.left
        h      cursor.left
        down   cursor.down
        j      cursor.down
        up     cursor.up
        k      cursor.up
        right  cursor.right
        l      cursor.right
        H      cursor.far_left
        J      cursor.far_down
        K      cursor.far_up
        L      cursor.far_right
        [      cursor.finer
        ]      cursor.coarser
        m      cursor.middle
        q      point.positive
        e      point.negative
        r      box.corner
        R      box.manual
        f      instance.confirm
        b      prompt.clear
        backspace  point.remove
        n      instance.next
        N      instance.previous
        x      instance.delete
        u      edit.undo
        ctrl+z  edit.undo
        U      edit.redo
        ctrl+r  edit.redo
        ctrl+y  edit.redo
        i      propose.detector
        E      propose.everything
        t      propose.text
        T      propose.tighten
        `      view.encode
        y      proposal.accept
        Y      proposal.accept_all
        X      proposal.reject_all
        c      class.choose
        1      class.set 0
        2      class.set 1
        3      class.set 2
        4      class.set 3
        5      class.set 4
        6      class.set 5
        7      class.set 6
        8      class.set 7
        9      class.set 8
        0      class.set 9
        z      view.in
        Z      view.out
        v      view.fit
        V      view.actual
        o      view.object
        W      view.up
        A      view.left
        S      view.down
        D      view.right
        d      files.next
        a      files.previous
        <      files.first
        G      files.last
        >      files.last
        g      files.goto
        F      files.list
        I      instance.list
        ctrl+t  stats.show
        @      app.settings
        s      files.save
        ctrl+s  files.save
        ctrl+g  files.reload
        ?      app.help
        :      app.palette
        escape  app.escape
        Q      app.quit
        ctrl+q  app.quit
        ctrl+c  app.quit
    """,
    "navigate": """
        f      hints.start
        enter  instance.at_cursor
        tab    instance.next
        shift+tab  instance.previous
    """,
    "points": """
        enter  instance.confirm
        tab    candidate.next
        shift+tab  candidate.previous
        u      point.remove
        ctrl+z  point.remove
    """,
    "box": """
        enter  box.close
        f      box.close
    """,
    "proposal": """
        enter  proposal.accept
        x      proposal.reject
        c      proposal.choose
        1      proposal.accept 0
        2      proposal.accept 1
        3      proposal.accept 2
        4      proposal.accept 3
        5      proposal.accept 4
        6      proposal.accept 5
        7      proposal.accept 6
        8      proposal.accept 7
        9      proposal.accept 8
        0      proposal.accept 9
    """,
}

_CVAT = {
    "all": """
        f      files.next
        d      files.previous
        v      files.next 10
        c      files.previous 10
        a      -
        n      instance.confirm
        N      -
        C      class.choose
        F      view.fit
        #      files.list
        `      files.goto
        ~      view.encode
        p      instance.previous
    """,
    "points": """
        p      mask.join
    """,
    "box": """
        n      box.close
    """,
    "navigate": """
        n      hints.start
        ctrl+b  instance.propagate
        "      instance.repeat
        P      polygon.start
        a      instance.anew
    """,
    "proposal": """
        C      proposal.choose
    """,
}

_CVAT_EDIT = {
    "edit": """
        C      class.choose
        a      instance.anew
    """,
}

_LABELIMG = {
    "all": """
        w      box.manual
        ctrl+w  edit.enter
        ctrl+a  look.hide
    """,
    "navigate": """
        space  image.verify
        $      grid.open
        ctrl+v  instance.repeat
        P      instance.paste
    """,
}

_VIM = {
    "all": """
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
        ' 1    class.set 0
        ' 2    class.set 1
        ' 3    class.set 2
        ' 4    class.set 3
        ' 5    class.set 4
        ' 6    class.set 5
        ' 7    class.set 6
        ' 8    class.set 7
        ' 9    class.set 8
        ' 0    class.set 9
        d      -
        a      -
        g      -
        z      -
        Z      -
        d d    instance.delete
        }      files.next
        ctrl+f  files.next
        {      files.previous
        ctrl+b  files.previous
        g g    files.first
        g o    files.goto
        z i    view.in
        z o    view.out
        z [    look.darker
        z ]    look.brighter
        z z    view.centre
        Z Z    app.quit
    """,
    "proposal": """
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
        ' 1    proposal.accept 0
        ' 2    proposal.accept 1
        ' 3    proposal.accept 2
        ' 4    proposal.accept 3
        ' 5    proposal.accept 4
        ' 6    proposal.accept 5
        ' 7    proposal.accept 6
        ' 8    proposal.accept 7
        ' 9    proposal.accept 8
        ' 0    proposal.accept 9
        d d    proposal.reject
    """,
}

PRESETS = {
    preset.name: preset
    for preset in (
        Preset(
            "anylabeling",
            "AnyLabeling's habits: a d images, q e points, f keeps, b clears",
            "'",
            (_BASE, HANDS, REVIEW, MODES),
        ),
        Preset(
            "cvat",
            "CVAT's habits: f d images, n finishes",
            "'",
            (_BASE, HANDS, REVIEW, _CVAT, CVAT_REVIEW, MODES, _CVAT_EDIT),
        ),
        Preset(
            "labelimg",
            "labelImg's habits: a d images, w draws a box",
            "'",
            (_BASE, HANDS, REVIEW, _LABELIMG, MODES),
        ),
        Preset(
            "vim",
            "digits are counts, ' and a digit is a class, } { images",
            "",
            (_BASE, HANDS, REVIEW, _VIM, VIM_REVIEW, MODES),
        ),
    )
}

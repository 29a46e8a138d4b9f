"""Keys of pointing, editing and looking: a layer over the base table that every preset shares."""

from __future__ import annotations

HANDS = {
    "all": """
        space  grid.open
        ;      cursor.snap
        {      look.darker
        }      look.brighter
        (      look.flatter
        )      look.stronger
        /      look.equalise
        O      look.outlines
        ctrl+o  look.fill
        =      look.names
        ctrl+u  look.bare
        M      look.minimap
        *      look.preview
        \\      look.keep
        _      words.cursor
        %      words.all
    """,
    "navigate": """
        .      look.hide
        ,      instance.mark
        ctrl+l  instance.mark_all
        ctrl+k  instance.copy
        ctrl+v  instance.paste
        ctrl+d  instance.duplicate
        P      instance.repeat
        "      instance.propagate
        p      polygon.start
        w      edit.enter
        B      instance.convert
        C      instance.anew
        -      instance.simplify
    """,
    "points": """
        .      point.next
        ,      point.previous
        x      point.delete
        B      box.keep
        p      mask.join
        /      mask.cut
        -      mask.fewer
        +      mask.more
    """,
    "box": """
        space  grid.open
    """,
    "grid": """
        1      grid.pick 1
        2      grid.pick 2
        3      grid.pick 3
        4      grid.pick 4
        5      grid.pick 5
        6      grid.pick 6
        7      grid.pick 7
        8      grid.pick 8
        9      grid.pick 9
        0      grid.pick 0
        q      grid.pick q
        w      grid.pick w
        e      grid.pick e
        r      grid.pick r
        t      grid.pick t
        y      grid.pick y
        u      grid.pick u
        i      grid.pick i
        o      grid.pick o
        p      grid.pick p
        a      grid.pick a
        s      grid.pick s
        d      grid.pick d
        f      grid.pick f
        g      grid.pick g
        h      grid.pick h
        j      grid.pick j
        k      grid.pick k
        l      grid.pick l
        ;      grid.pick ;
        z      grid.pick z
        x      grid.pick x
        c      grid.pick c
        v      grid.pick v
        b      grid.pick b
        n      grid.pick n
        m      grid.pick m
        ,      grid.pick ,
        .      grid.pick .
        /      grid.pick /
        space  grid.act
        enter  grid.take
        Q      grid.positive
        E      grid.negative
        R      grid.corner
        ctrl+r  grid.manual
        backspace  grid.back
        ?      app.help
        :      app.palette
        _      words.cursor
        %      words.all
        ctrl+s  files.save
        escape  app.escape
        ctrl+q  app.quit
        ctrl+c  app.quit
    """,
    "hints": """
        backspace  hints.back
    """,
}

MODES = {
    "edit": """
        left   edit.left
        h      edit.left
        down   edit.down
        j      edit.down
        up     edit.up
        k      edit.up
        right  edit.right
        l      edit.right
        H      edit.far_left
        J      edit.far_down
        K      edit.far_up
        L      edit.far_right
        tab    edit.next
        n      edit.next
        shift+tab  edit.previous
        N      edit.previous
        f      edit.hints
        q      edit.insert
        x      edit.remove
        e      edit.to_cursor
        /      instance.split
        *      instance.fill
        -      instance.simplify
        B      instance.convert
        C      instance.anew
        +      instance.clamp
        w      edit.leave
        enter  edit.leave
    """,
    "draw": """
        q      polygon.vertex
        p      polygon.vertex
        backspace  polygon.back
        u      polygon.back
        ctrl+z  polygon.back
        enter  polygon.close
        f      polygon.close
        b      polygon.drop
    """,
}
"""Modes of their own, laid over a preset's tables: what it moves elsewhere is not meant for them."""

# picture.py: cost against the number of clients, as an SVG
#
# SPDX-License-Identifier: GPL-3.0-or-later
#
# It has no background and only colours that can be seen on a light and on a dark page.

from math import log10

from cases import OURS, PANELS, PEERS, TITLES, cpu
from report import median_of, rounds_of

HEIGHT = 340
PANEL = 430
LEFT, TOP, RIGHT, BOTTOM = 48, 44, 66, 44
GREY = '#808890'
COLOURS = {OURS: '#e0442e', 'floor': GREY, 'node': '#3a9d4b', 'bun': '#b8862b'}


def text(x, y, content, anchor='start', colour=GREY, size=12, weight='normal'):
    return (f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}" font-size="{size}" '
            f'font-weight="{weight}">{content}</text>')


def nice_step(most):
    """A step of 1, 2 or 5 times a power of ten that gives four to eight lines."""
    step = 10 ** int(log10(most / 4))
    return next(step * factor for factor in (1, 2, 5, 10) if most / (step * factor) <= 8)


def short(clients):
    return f'{clients // 1000}k' if clients >= 1000 else str(clients)


class Panel:
    def __init__(self, left, title, lines):
        self.left = left
        self.title = title
        self.lines = lines
        points = [point for line in lines.values() for point in line]
        self.clients = sorted({x for x, _ in points})
        self.most = max(y for _, y in points) * 1.08

    def x(self, clients):
        first, last = log10(self.clients[0]), log10(self.clients[-1])
        share = (log10(clients) - first) / (last - first) if last > first else 0.5
        return self.left + LEFT + share * (PANEL - LEFT - RIGHT)

    def y(self, value):
        return HEIGHT - BOTTOM - value / self.most * (HEIGHT - TOP - BOTTOM)

    def draw_grid(self):
        right = self.left + PANEL - RIGHT
        step = nice_step(self.most)
        for i in range(int(self.most / step) + 1):
            y = self.y(i * step)
            yield (f'<line x1="{self.left + LEFT}" x2="{right}" y1="{y:.1f}" y2="{y:.1f}" '
                   f'stroke="{GREY}" stroke-opacity="0.3"/>')
            yield text(self.left + LEFT - 6, y + 4, f'{i * step:,g}', 'end')
        for clients in self.clients:
            yield text(self.x(clients), HEIGHT - BOTTOM + 18, short(clients), 'middle')
        yield text((self.left + LEFT + right) / 2, HEIGHT - BOTTOM + 36, 'clients', 'middle')
        yield text(self.left + LEFT, TOP - 20, self.title, weight='bold', size=13)

    def label_places(self):
        """Labels at the ends of the lines, moved apart where they would meet."""
        places, last = {}, HEIGHT
        for server, line in sorted(self.lines.items(), key=lambda item: item[1][-1][1]):
            last = min(self.y(line[-1][1]) + 4, last - 14)
            places[server] = last
        return places

    def draw_lines(self):
        places = self.label_places()
        for server, line in self.lines.items():
            colour = COLOURS[server]
            points = ' '.join(f'{self.x(x):.1f},{self.y(y):.1f}' for x, y in line)
            width = 3 if server == OURS else 1.8
            yield (f'<polyline points="{points}" fill="none" stroke="{colour}" '
                   f'stroke-width="{width}"/>')
            for x, y in line:
                yield f'<circle cx="{self.x(x):.1f}" cy="{self.y(y):.1f}" r="{width}" fill="{colour}"/>'
            yield text(self.x(line[-1][0]) + 8, places[server], TITLES[server], colour=colour,
                       weight='bold' if server == OURS else 'normal')


def line_of(results, server, points):
    values = {clients: median_of(rounds_of(results, case, server, cpu))
              for clients, case in points.items()}
    return [(clients, value) for clients, value in values.items() if value is not None]


def draw(results):
    """None if there is not enough for a line."""
    panels = []
    for title, points in PANELS:
        lines = {server: line_of(results, server, points) for server in (OURS,) + PEERS}
        lines = {server: line for server, line in lines.items() if len(line) > 1}
        if lines:
            panels.append(Panel(len(panels) * PANEL, title, lines))
    if not panels:
        return None

    parts = [part for panel in panels for part in (*panel.draw_grid(), *panel.draw_lines())]
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {PANEL * len(panels)} {HEIGHT}" '
            f'width="{PANEL * len(panels)}" height="{HEIGHT}" font-family="sans-serif">\n'
            + '\n'.join(parts) + '\n</svg>\n')

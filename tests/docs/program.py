# program.py: takes a program out of a page, so that what the page shows is what is compiled
#
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Its arguments: the page, which of its C programs (the first is 1), and the file to write.

import pathlib
import re
import sys

page, number, output = sys.argv[1:]
blocks = re.findall(r'^```c\n(.*?)^```$', pathlib.Path(page).read_text(), re.MULTILINE | re.DOTALL)
programs = [block for block in blocks if re.search(r'^main \(', block, re.MULTILINE)]
pathlib.Path(output).write_text(programs[int(number) - 1])

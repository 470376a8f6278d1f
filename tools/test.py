"""Runs the tests: every code cell of every notebook, in order, each notebook in a process of its own.

    python tools/test.py [--fast] [NAME ...]      # NAME: notebooks whose file names start so; all if there is none

The rules are those of `nbdev_test`. Beyond it, this counts cells, names each skipped one with the reason, and runs what
is marked `#| slow` (unless --fast), `#| torch` and `#| mnist` where these are there. A failing cell ends its notebook:
the cells after it count as failed too, because what they build on is missing.
"""
import argparse
import os
import sys
from importlib.util import find_spec
from multiprocessing import current_process, get_context
from pathlib import Path
from time import perf_counter

NOTEBOOKS = Path(__file__).resolve().parent.parent/'nbs'


def missing(fast):
    "Returns directive -> why cells that have it cannot run here"
    import pooch
    folders = [Path(folder)/'mnist' for folder in (os.environ.get('MINIDL_DATA'), pooch.os_cache('minidl')) if folder]
    reasons = {'notest': 'marked notest'}
    if fast: reasons['slow'] = 'slow, left out by --fast'
    if not find_spec('torch'): reasons['torch'] = 'torch is not installed'
    if not any(len(list(folder.glob('*-ubyte*'))) >= 4 for folder in folders):
        reasons['mnist'] = 'MNIST is not here (MINIDL_DATA)'
    return reasons


def why_skipped(cell, reasons):
    "Returns why `cell` is not to be run, or None"
    directives = cell.directives_
    if directives.get('eval:', [''])[0].lower() == 'false':
        comments = [line.lstrip('# ') for line in cell.source.splitlines() if line.startswith('#') and line[1:2] != '|']
        return comments[0] if comments else 'eval: false'
    if 'nbdev_export(' in cell.source: return 'exports'
    return next((reasons[name] for name in directives if name in reasons), None)


def run(job):
    "Returns the name of the notebook, the numbers of cells passed and failed, what was skipped, the error, the seconds"
    path, fast = job
    current_process().daemon = False   # or a page could not start processes that load data
    from execnb.shell import CaptureShell
    from nbdev.process import NBProcessor

    os.environ['IN_TEST'] = '1'
    os.chdir(path.parent)
    sys.path.insert(0, str(path.parent.parent))
    reasons, start, error = missing(fast), perf_counter(), None
    notebook = NBProcessor(path, process=True).nb
    cells = [cell for cell in notebook.cells if cell.cell_type == 'code' and cell.source.strip()]
    skipped = [(n, why) for n, cell in enumerate(cells, 1) if (why := why_skipped(cell, reasons))]
    left_out, passed, shell = {n for n, _ in skipped}, 0, CaptureShell(path)
    for n, cell in enumerate(cells, 1):
        if n in left_out: continue
        shell.cell(cell)
        if shell.exc:
            error = f'cell {n} of {len(cells)}:\n{cell.source}\n\n{shell.prettytb(fname=path)}'
            break
        passed += 1
    if 'torch._dynamo' in sys.modules: sys.modules['torch._dynamo'].reset()   # or it complains when the process ends
    return path.stem, passed, len(cells) - len(skipped) - passed, skipped, error, perf_counter() - start


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('names', nargs='*', metavar='NAME')
    parser.add_argument('--fast', action='store_true', help='leave out the cells marked slow')
    options = parser.parse_args()
    paths = [p for p in sorted(NOTEBOOKS.rglob('[0-9]*.ipynb')) if '.ipynb_checkpoints' not in p.parts
             and p.name.startswith(tuple(options.names) or '')]
    if not paths: parser.error(f'no notebook in {NOTEBOOKS} is named {" or ".join(options.names)}')

    # A process for each core, with one thread: more would wait for each other.
    for name in 'OMP_NUM_THREADS', 'OPENBLAS_NUM_THREADS': os.environ.setdefault(name, '1')
    totals = [0, 0, 0]
    jobs = [(path, options.fast) for path in paths]
    with get_context('spawn').Pool(min(len(jobs), os.cpu_count()), maxtasksperchild=1) as pool:
        for name, passed, failed, skipped, error, seconds in pool.imap_unordered(run, jobs, chunksize=1):
            print(f'{name}: {passed} cells passed, {failed} failed, {len(skipped)} skipped ({seconds:.0f} s)')
            for n, why in skipped: print(f'    skipped cell {n}: {why}')
            if error: print(f'{"-"*100}\n{name}, {error}\n{"-"*100}')
            sys.stdout.flush()
            totals = [a + b for a, b in zip(totals, (passed, failed, len(skipped)))]
    print(f'{totals[2]} skipped, each named above\n{totals[0]} passed, {totals[1]} failed')
    return int(totals[1] > 0)


if __name__ == '__main__': sys.exit(main())

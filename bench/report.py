"What was measured, as tables in the terminal and as a plot; all from the dict that `--json` writes"
import numpy as np
from rich.console import Console
from rich.table import Table

from bench.chains import CHAINS
from bench.contenders import CONTENDERS
from bench.goals import goals, growth
from bench.harness import SPREAD
from bench.imports import MODULES
from minidl.plots import COLORS, subplots

TITLES = {name: contender.title for name, contender in CONTENDERS.items()}
CHAIN_TITLES = {name: contender.title for name, contender in CHAINS.items()}
console = Console(width=110, highlight=False)


def show_machine(results):
    "Prints what the measurements run on"
    machine, peaks = results['machine'], results['peak']
    console.print(f'{machine["processor"]}, {machine["threads"]} thread; Python {machine["python"]}, '
                  f'NumPy {machine["numpy"]} ({machine["blas"]}), torch {machine["torch"]}; products of matrices: ' +
                  ', '.join(f'{value/1e9:.0f} GFLOP/s ({device})' for device, value in peaks.items()), '')


def table(title, columns):
    "Returns an empty table: a column of names, then columns of numbers"
    made = Table(title=title, title_justify='left')
    made.add_column('')
    for column in columns: made.add_column(column, justify='right')
    return made


def show(made, caption=''):
    "Prints a table and what is to be said about it"
    console.print(made, caption, '', sep='\n')


def steadiness(result):
    "Says how many rounds there were, whether they were repeated, and how many contenders are unsteady all the same"
    if result['rounds'] == 1: return 'one round'
    times = 'once' if result['repeated'] == 1 else f'{result["repeated"]} times'
    repeated = f', all repeated {times} and the steadiest kept' if result['repeated'] else ''
    unsteady = sum(spread > SPREAD for spread in result['spread'].values())
    return f'medians of {result["rounds"]} rounds{repeated}' + \
        (f'; spread above {SPREAD:.0%}: {unsteady} of {len(result["spread"])}' if unsteady else '')


def reasons(missing, titles):
    "Says who is missing, and why"
    return ''.join(f'\n{titles[name]}: {why.splitlines()[0]:.80}' for name, why in missing.items())


def spread(result, name):
    "Returns the spread as text"
    return f'{result["spread"][name]:.1%}' if result['rounds'] > 1 else '-'


def speed(result, peer, name, span=True):
    "Returns the speed relative to a peer as text"
    found = result['speed'].get(peer, {}).get(name)
    if not found: return '-'
    return f'{found[0]:.2f}' + (f'  ({found[1]:.2f}, {found[2]:.2f})' if span and result['rounds'] > 1 else '')


def show_training(result, peak):
    "Prints the table of a workload; `peak`: floating-point operations a second"
    unit, scale = ('ms', 1e3) if max(result['seconds'].values()) >= 1e-3 else ('µs', 1e6)
    columns = f'step\n({unit})', 'spread', 'speed, PyTorch eager = 1\n(lowest, highest)', \
        'torch.compile\n= 1', 'share of\npeak', 'memory\n(MB)'
    caption = f'{steadiness(result)}; losses agree; peak: {peak/1e9:.0f} GFLOP/s{reasons(result["missing"], TITLES)}'
    made = table(result['title'], columns)
    for name in CONTENDERS:
        if name in result['seconds']:
            memory = result['memory'].get(name)
            made.add_row(TITLES[name], f'{result["seconds"][name]*scale:.3g}', spread(result, name),
                         speed(result, 'eager', name), speed(result, 'compile', name, False),
                         f'{result["peak share"][name]:.1%}', '-' if memory is None else f'{memory/1e6:.2f}')
        elif name in result['missing']: made.add_row(TITLES[name], *['-']*len(columns))
    show(made, caption)


def show_chains(chains):
    "Prints the table of the operations in chains"
    columns = [f'{int(n):,}\n(µs; spread)' for n in chains] + ['longest /\nshortest', 'speed, PyTorch\neager = 1']
    caption = '\n'.join(f'{int(n):,}: {steadiness(r)}{reasons(r["missing"], CHAIN_TITLES)}' for n, r in chains.items())
    made = table('an operation on 4 numbers, forward and backward, in chains', columns)
    shortest = next(iter(chains.values()))
    for name in CHAINS:
        if not any(name in part for r in chains.values() for part in (r['seconds'], r['missing'])): continue
        cells = [f'{r["seconds"][name]*1e6:.2f}; {spread(r, name)}' if name in r['seconds'] else '-'
                 for r in chains.values()]
        multiple = growth(chains, name)
        made.add_row(CHAIN_TITLES[name], *cells, f'{multiple:.2f}' if multiple else '-',
                     speed(shortest, 'eager', name))
    show(made, caption)


def show_imports(result):
    "Prints the table of the imports"
    made = table('import, in a process of its own', ['time (s)', 'spread'])
    for name, module in MODULES.items():
        there = name in result['seconds']
        made.add_row(module, *([f'{result["seconds"][name]:.3f}', spread(result, name)] if there else '--'))
    show(made, steadiness(result) + reasons(result['missing'], MODULES))


def show_goals(results):
    "Prints which figures hold"
    made = table('what must hold', ['measured', 'limit', ''])
    for what, figure, limit, holds in goals(results, TITLES):
        made.add_row(what, f'{figure:.2f}', limit, 'holds' if holds else 'MISSED')
    if made.row_count: show(made)


def plot(results):
    "Returns a `Figure`: for each workload each contender's speed relative to PyTorch eager, with its range"
    panels = [(result, TITLES) for result in results['trainings'].values()]
    panels += [(result, CHAIN_TITLES) for result in results.get('operations', {}).values()]
    columns = min(len(panels), 2)
    rows, most = -(-len(panels)//columns), max(len(result['seconds']) for result, _ in panels)
    figure, axes = subplots(rows, columns, width=5.2*columns, height=rows*(0.8 + 0.22*most), squeeze=False)
    for ax in axes.flat[len(panels):]: ax.set_visible(False)
    for ax, (result, titles) in zip(axes.flat, panels): _draw_speeds(ax, result, titles, most)
    figure.supxlabel('speed relative to PyTorch eager (median and range of the rounds)', fontsize=9)
    return figure


def _draw_speeds(ax, result, titles, most):
    found = {titles[name]: result['speed']['eager'][name] for name in [*titles][::-1] if name in result['seconds']}
    middle, low, high = np.array([*found.values()]).T
    rows = range(len(found))
    ax.barh(rows, middle, color=[COLORS[0] if 'minidl' in title else '0.65' for title in found], height=0.7)
    ax.errorbar(middle, rows, xerr=(middle - low, high - middle), fmt='none', ecolor='0.1', elinewidth=1, capsize=2)
    ax.axvline(1, color='0.1', linewidth=1)
    for row, value, end in zip(rows, middle, high):
        ax.annotate(f'{value:.2f}', (end, row), (5, 0), textcoords='offset points', va='center', fontsize=8,
                    bbox={'facecolor': 'white', 'edgecolor': 'none', 'pad': 0.5})
    ax.set_yticks(rows, found, fontsize=8)
    ax.set(xlim=(0, 1.15*high.max()), ylim=(len(found) - most - 0.6, len(found) - 0.4))   # bars of one height
    ax.set_title(result['title'], fontsize=9, loc='left')
    ax.grid(False, axis='y')

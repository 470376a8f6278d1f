"""minidl beside PyTorch and other libraries, on one thread.

A training step of five networks, an operation on few numbers in long chains, and `import`: times, the speed relative
to PyTorch, the share of the machine's peak, and the memory of a step. All contenders compute the same; their losses
are compared before anything is timed. `python -m bench.ops` measures single operations, `python -m bench.data` what
batches cost.
"""
import argparse
import json
from pathlib import Path

import torch

from bench import report
from bench.chains import CHAINS, LENGTHS, operations
from bench.contenders import CONTENDERS
from bench.harness import machine, peak
from bench.imports import imports
from bench.trainings import training
from bench.workloads import WORKLOADS

QUICK = {'repeats': 0, 'window': {'warm_up': 0., 'seconds': 0.05}}


def chosen(*choices):
    "Returns a function that reads names with commas between them, each one of `choices`"
    def names(text):
        wrong = [name for name in text.split(',') if name not in choices]
        if wrong: raise argparse.ArgumentTypeError(f'{", ".join(wrong)}: not among {", ".join(choices)}')
        return text.split(',')
    return names


def arguments():
    parser = argparse.ArgumentParser(prog='python -m bench', description=__doc__)
    what, who = [*WORKLOADS, 'operations', 'import'], [*CONTENDERS, *(CHAINS.keys() - CONTENDERS.keys())]
    parser.add_argument('--only', type=chosen(*what), default=what, metavar='WORKLOADS', help=','.join(what))
    parser.add_argument('--contenders', type=chosen(*who), metavar='NAMES',
                        help=f'{",".join(who)}; eager always takes part')
    parser.add_argument('--rounds', type=int, help='rounds of windows; 7 unless told otherwise')
    parser.add_argument('--quick', action='store_true',
                        help='see that everything runs: one short round, nothing compiled, the shortest chain')
    parser.add_argument('--json', type=Path, metavar='FILE', help='write what was measured')
    parser.add_argument('--plot', type=Path, metavar='FILE', help='draw the speeds; a PNG, SVG or PDF')
    options = parser.parse_args()
    for file in options.json, options.plot:   # before an hour of measuring, not after it
        if file and not file.parent.is_dir(): parser.error(f'{file}: there is no folder {file.parent}')
    if options.plot and options.only == ['import']: parser.error('--plot: an import has no speed relative to PyTorch')
    names = options.contenders or [name for name in who if not options.quick or name not in CONTENDERS or
                                   CONTENDERS[name].quick]
    options.contenders = ['eager', *(name for name in names if name != 'eager')]
    options.rounds = options.rounds or (1 if options.quick else 7)
    return options


def main():
    options, results = arguments(), {}
    try: run(options, results)
    finally:   # what was measured before something went wrong is kept
        if options.json: options.json.write_text(json.dumps(results, indent=1))
    if options.plot: report.plot(results).savefig(options.plot, dpi=150)


def run(options, results):
    "Measures what the options say, adds it to the dict `results` and prints it"
    settings, devices = QUICK if options.quick else {}, ['cpu', *['cuda']*torch.cuda.is_available()]
    results |= {'machine': machine(), 'peak': {device: peak(device) for device in devices}, 'trainings': {}}
    report.show_machine(results)
    for key in WORKLOADS:
        for device in devices if key in options.only else ():
            names = [name for name in options.contenders if name in CONTENDERS]
            found = training(key, device, names, options.rounds, results['peak'][device], **settings)
            results['trainings'][key if device == 'cpu' else f'{key}, {device}'] = found
            report.show_training(found, results['peak'][device])
    if 'operations' in options.only:
        lengths = LENGTHS[:1] if options.quick else LENGTHS
        results['operations'] = operations(options.contenders, options.rounds, lengths, **settings)
        report.show_chains(results['operations'])
    if 'import' in options.only:
        results['import'] = imports(options.rounds, **{name: settings[name] for name in settings if name == 'repeats'})
        report.show_imports(results['import'])
    if not options.quick: report.show_goals(results)


if __name__ == '__main__': main()

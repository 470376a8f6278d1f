"The time of `import`, in processes of their own"
import os
import subprocess
import sys
from importlib.util import find_spec

from bench.harness import measure, result

MODULES = {'minidl': 'minidl', 'eager': 'torch', 'alone': 'numpy', 'autograd': 'autograd', 'mygrad': 'mygrad',
           'tinygrad': 'tinygrad', 'jax': 'jax'}


def import_seconds(module):
    "Returns the seconds of processor time that a new Python needs for `import module`"
    code = f'from time import process_time as now; start = now(); import {module}; print(now() - start)'
    # As for every user, from the second time on: the compiled modules are kept.
    environment = {name: value for name, value in os.environ.items() if name != 'PYTHONDONTWRITEBYTECODE'}
    return float(subprocess.run([sys.executable, '-c', code], env=environment, check=True, capture_output=True).stdout)


def imports(rounds, **options):
    "Returns the `result`; the options are those of `measure`"
    there = {name: module for name, module in MODULES.items() if find_spec(module)}
    missing = {name: 'not installed' for name in MODULES if name not in there}
    for module in there.values(): import_seconds(module)
    taken = measure(lambda i: {name: import_seconds(module) for name, module in there.items()}, rounds, **options)
    return result('import', taken, missing)

"Fails when a notebook is committed without its pictures, or with an error in it: `python tools/outputs.py`."
import json
import sys
from pathlib import Path

problems = []
for path in sorted((Path(__file__).resolve().parent.parent/'nbs').rglob('[0-9]*.ipynb')):
    outputs = [o for cell in json.loads(path.read_text(encoding='utf-8'))['cells'] for o in cell.get('outputs', [])]
    if not any('image/png' in o.get('data', {}) for o in outputs): problems.append(f'{path.name}: no picture; run it')
    problems += [f'{path.name}: a widget, which nobody else can see; run it without ipywidgets' for o in outputs
                 if 'application/vnd.jupyter.widget-view+json' in o.get('data', {})]
    problems += [f'{path.name}: {o["ename"]}: {o["evalue"]}' for o in outputs if o['output_type'] == 'error']
print('\n'.join(problems) or 'every notebook has its outputs')
sys.exit(bool(problems))

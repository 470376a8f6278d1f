"""Builds the site in `_docs/` from the notebooks, the package and this folder: `python docs/build.py`.

Nothing is executed: the pages show the outputs that are committed in the notebooks. Any warning fails the build.
"""
import json
import re
import shutil
import sys
from configparser import ConfigParser
from importlib import import_module
from inspect import getdoc
from pathlib import Path
from types import ModuleType

from sphinx.cmd.build import main as sphinx_build

ROOT = Path(__file__).resolve().parent.parent
DOCS, SITE = ROOT/'docs', ROOT/'_docs'
WORK = ROOT/'build'/'docs'
SOURCE = WORK/'source'   # what Sphinx reads, put together here


def for_readers(notebook):
    "Returns the notebook without what only nbdev needs: hidden cells, and the lines that start with `#|`"
    cells = []
    for cell in notebook['cells']:
        if cell['cell_type'] == 'code':
            lines = ''.join(cell['source']).splitlines(keepends=True)
            directives = {line[2:].strip() for line in lines if line.startswith('#|')}
            cell['source'] = ''.join(line for line in lines if not line.startswith('#|')).strip('\n')
            if 'hide' in directives or not cell['source'].strip(): continue
            if 'code-fold: true' in directives:   # an answer: the reader opens it with a click
                cell['metadata'].setdefault('tags', []).append('hide-input')
        cells.append(cell)
    # nbdev_clean removes the language that a kernel reports, and without it the code would have no colours.
    notebook['metadata']['language_info'] = {'name': 'python', 'pygments_lexer': 'ipython3'}
    return {**notebook, 'cells': cells}


def describe(notebook):
    "Returns the title of a notebook, the question it asks, and the module it exports or None"
    first = next(''.join(cell['source']) for cell in notebook['cells'] if cell['cell_type'] == 'markdown')
    heading, _, text = first.strip().partition('\n')
    paragraphs = re.split(r'\n\s*\n', text.strip())
    question = next((p for p in paragraphs if p.startswith('**Question.**')), paragraphs[0])
    code = '\n'.join(''.join(cell['source']) for cell in notebook['cells'] if cell['cell_type'] == 'code')
    export = re.search(r'^#\|\s*default_exp\s+(\S+)', code, re.M)
    return heading.removeprefix('# '), question.removeprefix('**Question.**').strip(), export and export[1]


def table_row(*columns):
    "Returns one row of a Markdown table. A line break or a bar would end the cell"
    return '| ' + ' | '.join(re.sub(r'(?<!\\)\|', r'\\|', ' '.join(column.split())) for column in columns) + ' |'


def toctree(caption, entries):
    "Returns the directive that puts the pages `entries` under `caption` in the side bar"
    return '\n'.join(['```{toctree}', ':hidden:', f':caption: {caption}', '', *entries, '```'])


def facade(package):
    "Returns the page of a package that only imports: its names, what they are, and where they are described"
    rows = [table_row('Name', 'What it is', 'Described in'), table_row('---', '---', '---')]
    for name, value in sorted(vars(import_module(package)).items()):
        if name.startswith('_') or isinstance(value, ModuleType): continue
        kind = 'number' if isinstance(value, float) else 'dtype'
        first = (getdoc(value) or '').partition('\n')[0].replace('*', '\\*') if callable(value) else kind
        home = getattr(value, '__module__', '')
        rows.append(table_row(f'`{package}.{name}`', first, f'[`{home}`]({home}.md)' if 'minidl' in home else ''))
    return f'# {package}\n\nWhat `import {package}` gives.\n\n' + '\n'.join(rows) + '\n'


def write_sources(settings):
    "Fills `SOURCE`: the chapters, a page for each module that they export, and the front page"
    # Pictures beside the notebooks come along; nbdev, too, passes over names that start with `_` or `.`.
    shutil.copytree(ROOT/settings['nbs_path'], SOURCE/'chapters', ignore=shutil.ignore_patterns('_*', '.*'))
    (SOURCE/'api').mkdir()
    chapters, modules = [], {}
    rows = [table_row('Chapter', 'The question it answers', 'Module'), table_row('---', '---', '---')]
    for path in sorted((SOURCE/'chapters').glob('*.ipynb')):
        notebook = json.loads(path.read_text(encoding='utf-8'))
        title, question, export = describe(notebook)
        module = export and f'{settings["lib_name"]}.{export.removesuffix(".__init__")}'
        path.write_text(json.dumps(for_readers(notebook)), encoding='utf-8')
        chapters.append(f'{re.split("[:,]", title)[0]} <chapters/{path.stem}>')
        rows.append(table_row(f'[{title}](chapters/{path.name})', question,
                              f'[`{module}`](api/{module}.md)' if module else ''))
        if module: modules.setdefault(module, []).append(f'[{title}](../chapters/{path.name})')
    for module, links in modules.items():
        (SOURCE/'api'/f'{module}.md').write_text(
            f'# {module}\n\nWritten, explained and tested in {" and ".join(links)}.\n\n'
            f'```{{eval-rst}}\n.. automodule:: {module}\n```\n', encoding='utf-8')
    parts = '', '.autograd', '.linalg', '.nn', '.nn.functional', '.optim'
    facades = [f'{settings["lib_name"]}{part}' for part in parts]
    for package in facades: (SOURCE/'api'/f'{package}.md').write_text(facade(package), encoding='utf-8')
    index = (DOCS/'index.md').read_text(encoding='utf-8')
    for name, value in ('title', settings['title']), ('git_url', settings['git_url']), ('chapters', '\n'.join(rows)):
        index = index.replace('{{ ' + name + ' }}', value)
    index += '\n' + '\n\n'.join([toctree('Chapters', chapters),
                                 toctree('Modules', [f'{m} <api/{m}>' for m in [*facades, *modules]])]) + '\n'
    (SOURCE/'index.md').write_text(index, encoding='utf-8')
    shutil.copy(DOCS/'learnt.png', SOURCE)


def build():
    "Builds the site afresh, so that no page of a deleted chapter stays behind. Returns the exit code"
    config = ConfigParser(delimiters=['='], interpolation=None)
    config.read(ROOT/'settings.ini', encoding='utf-8')
    shutil.rmtree(WORK, ignore_errors=True)
    write_sources(config['DEFAULT'])
    # Not straight into `_docs`: myst-nb leaves the pictures it takes out of the notebooks beside the site.
    code = sphinx_build(['-b', 'html', '-q', '-W', '--keep-going', '-c', str(DOCS), '-d', str(WORK/'doctrees'),
                         str(SOURCE), str(WORK/'html')])
    if not code:
        shutil.rmtree(SITE, ignore_errors=True)
        shutil.move(WORK/'html', SITE)
        print(f'open {SITE/"index.html"}')
    return code


if __name__ == '__main__': sys.exit(build())

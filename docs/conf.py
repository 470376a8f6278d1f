"Sphinx's settings, and the two things it lacks: docstrings in Markdown, and parameters described by comments."
import ast
import inspect
import io
import sys
import textwrap
import tokenize
from configparser import ConfigParser
from pathlib import Path
from types import ModuleType

from docutils import utils
from myst_parser.parsers.sphinx_ import MystParser
from sphinx.util.docutils import SphinxDirective
from sphinx.util.inspect import isroutine, object_description

root = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(root))   # the package of this checkout, before an installed one

config = ConfigParser(delimiters=['='], interpolation=None)
config.read(root/'settings.ini', encoding='utf-8')
settings = config['DEFAULT']
project, version, release = settings['title'], settings['version'], settings['version']
author, project_copyright = settings['author'], settings['copyright']

# sphinx-mathjax-offline puts MathJax among the site's own files, so that formulas need no other host.
extensions = ['myst_nb', 'sphinx.ext.autodoc', 'sphinx.ext.mathjax', 'sphinx-mathjax-offline']
nb_execution_mode = 'off'
nb_merge_streams = True          # lines printed one by one are one output
nb_code_prompt_show = 'Show the code'
nb_code_prompt_hide = 'Hide the code'
myst_enable_extensions = ['amsmath', 'dollarmath', 'fieldlist', 'html_image']
myst_dmath_double_inline = True   # $$ inside a paragraph too, as Jupyter takes it
myst_heading_anchors = 4          # [...](#the-name-of-a-section)

autodoc_default_options = {'members': True, 'undoc-members': True, 'no-value': True}
autodoc_member_order = 'bysource'
autodoc_preserve_defaults = True
add_module_names = False
python_maximum_signature_line_length = 80
toc_object_entries_show_parents = 'hide'

html_theme = 'sphinx_book_theme'
html_title = f'{project} {version}'
html_static_path = ['_static']
html_css_files = ['custom.css']
html_favicon = '_static/favicon.svg'
html_copy_source = False
html_theme_options = {
    'repository_url': settings['git_url'], 'repository_branch': settings['branch'], 'use_repository_button': True,
    'use_download_button': False,   # it would hand out the copy without the hidden cells, which need not run
    'navbar_persistent': [],        # the search field is in the side bar
    'footer_content_items': ['copyright.html'], 'home_page_in_toc': True,
    'pygments_light_style': 'a11y-high-contrast-light', 'pygments_dark_style': 'a11y-dark'}


class Markdown(SphinxDirective):
    "`.. markdown::` reads its content as the chapters are read: code in single backticks, formulas in dollars"
    has_content = True

    def run(self):
        part = utils.new_document(self.state.document.current_source, self.state.document.settings)
        MystParser().parse('\n'.join(self.content), part)
        return part.children


def comments_beside(obj):
    "Yields the arguments of a function, or the fields of a class, that have a comment on their line, and the comment"
    try: source = textwrap.dedent(inspect.getsource(inspect.unwrap(obj)))
    except (OSError, TypeError): return   # not written in Python
    node = ast.parse(source).body[0]
    if isinstance(node, ast.ClassDef):
        init = [n for n in node.body if isinstance(n, ast.FunctionDef) and n.name == '__init__']
        fields = [(n.lineno, n.target.id) for n in node.body if isinstance(n, ast.AnnAssign)]
    else: init, fields = [node], []
    for arguments in (n.args for n in init if hasattr(n, 'args')):
        named = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
        fields += [(a.lineno, a.arg) for a in named if a.arg not in ('self', 'cls')]
        fields += [(a.lineno, stars + a.arg) for a, stars in ((arguments.vararg, '*'), (arguments.kwarg, '**')) if a]
    comments = {token.start[0]: token.string.lstrip('# ')
                for token in tokenize.generate_tokens(io.StringIO(source).readline) if token.type == tokenize.COMMENT}
    for line in sorted({line for line, _ in fields} & comments.keys()):
        yield [name for at, name in fields if at == line], comments[line]


def write_docstring(app, what, name, obj, options, lines):
    "Has the docstring read as Markdown, and adds the comments beside the parameters, and the constants of a module"
    if what in ('function', 'method', 'class', 'exception'):
        rows = [f'    - {", ".join(f"`{n}`" for n in names)}: {comment}' for names, comment in comments_beside(obj)]
        if rows: lines += ['', ':Parameters:', *rows]
    if any(lines): lines[:] = ['.. markdown::', '', *('   ' + line for line in lines), '']
    if what == 'module':   # autodoc passes over a constant that has no docstring
        for constant in getattr(obj, '__all__', ()):
            value = getattr(obj, constant)
            if not isroutine(value) and not isinstance(value, (type, ModuleType)):
                short = textwrap.shorten(object_description(value), 160, placeholder=' ...')
                if short.startswith('<'): short = type(value).__name__   # `<minidl.Thing object>` says no more
                lines += [f'.. py:data:: {constant}', '', f'   ``{short}``', '']


def skip_member(app, what, name, obj, skip, options):
    "Leaves out the fields of a class, which stand among its parameters: Sphinx would say `Alias for field number 0`"
    is_code = isroutine(obj) or isinstance(obj, (property, classmethod, staticmethod, type))
    return True if what == 'class' and not is_code else None


def setup(app):
    app.add_directive('markdown', Markdown)
    app.connect('autodoc-process-docstring', write_docstring)
    app.connect('autodoc-skip-member', skip_member)

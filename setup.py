"Package metadata: everything is read from settings.ini, which nbdev shares."
from configparser import ConfigParser
from pathlib import Path

from setuptools import find_packages, setup

here = Path(__file__).parent
config = ConfigParser(delimiters=['='], interpolation=None)
config.read(here/'settings.ini', encoding='utf-8')
settings = config['DEFAULT']
extras = {key.removesuffix('_requirements'): value.split()
          for key, value in settings.items() if key.endswith('_requirements')}

setup(
    name=settings['lib_name'], version=settings['version'], description=settings['description'],
    long_description=(here/'README.md').read_text(encoding='utf-8'), long_description_content_type='text/markdown',
    author=settings['author'], author_email=settings['author_email'], url=settings['git_url'],
    license='Apache-2.0', license_files=['LICENSE', 'NOTICE'], keywords=settings['keywords'].split(),
    python_requires=f">={settings['min_python']},<3.14",
    install_requires=settings['requirements'].split(), extras_require=extras,
    packages=find_packages(include=['minidl', 'minidl.*']),
    package_data={'minidl': ['py.typed', 'data/*.gz']}, zip_safe=False,
    entry_points={'console_scripts': settings['console_scripts'].split()},
    classifiers=['Development Status :: 3 - Alpha', 'Intended Audience :: Education', 'Intended Audience :: Developers',
                 'Topic :: Scientific/Engineering :: Artificial Intelligence', 'Typing :: Typed',
                 *(f'Programming Language :: Python :: 3.{minor}' for minor in range(10, 14))],
)

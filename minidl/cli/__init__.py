"The command `minidl`: its parts add themselves to `app` when they are imported."
from minidl.cli import app as _app, train, predict
from minidl.cli.app import app

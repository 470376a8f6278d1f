"The command `minidl`, and its three parts: what they add to `app` is there once they are imported."
from minidl.cli.app import app

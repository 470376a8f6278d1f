import sys
from minidl.operations.creation import _switches
sys.modules[__name__] = _switches("mps")

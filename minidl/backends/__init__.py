from minidl.operations.creation import _switches
def __getattr__(name):
    if name.startswith('__'): raise AttributeError(name)
    return _switches(name)

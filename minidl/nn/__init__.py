from minidl.nn import functional

from minidl.nn.modules import Parameter

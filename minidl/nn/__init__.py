from minidl.nn import functional, init, parameter, utils
from minidl.nn.modules import Module, ModuleDict, ModuleList, Parameter, ParameterDict, ParameterList, Sequential
from minidl.nn.attention import *
from minidl.nn.convolution import *
from minidl.nn.layers import *
from minidl.nn.losses import *
from minidl.nn.normalisation import *
from minidl.nn.recurrent import *
from minidl.nn.summaries import summary

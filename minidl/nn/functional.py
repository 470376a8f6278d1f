from minidl.operations.activations import *
from minidl.operations.attention import *
from minidl.operations.convolution import *
from minidl.operations.losses import *
from minidl.operations.normalisation import *
from minidl.operations.pointwise import sigmoid, tanh
from minidl.nn.attention import _multi_head_attention_forward as multi_head_attention_forward

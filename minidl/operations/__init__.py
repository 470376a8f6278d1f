from minidl.autograd.engine import OPERATIONS, operation
from minidl.operations.activations import *
from minidl.operations.attention import *
from minidl.operations.catalogue import CATALOGUE, agree, check, gradient_of, kernel, public, published, reference
from minidl.operations.convolution import *
from minidl.operations.creation import *
from minidl.operations.indexing import *
from minidl.operations.losses import *
from minidl.operations.normalisation import *
from minidl.operations.pointwise import *
from minidl.operations.products import *
from minidl.operations.reductions import *
from minidl.operations.shapes import *

__version__ = "0.1.0"

from builtins import tuple as Size
from math import e, inf, nan, pi

from minidl import autograd
from minidl.arrays import bfloat16, bool_ as bool, device, dtype, float16, float32, float64, get_default_device
from minidl.arrays import float16 as half, float32 as float, float64 as double, int16 as short, int32 as int
from minidl.arrays import int64 as long
from minidl.arrays import get_default_dtype, int8, int16, int32, int64, promote_types, set_default_device
from minidl.arrays import set_default_dtype, uint8
from minidl.autograd import enable_grad, inference_mode, is_grad_enabled, is_inference_mode_enabled, no_grad
from minidl.autograd import set_grad_enabled
from minidl.tensors import Tensor, set_printoptions
from minidl import backends, cuda, linalg, nn
from minidl.operations.activations import _dropout as dropout, _log_softmax as log_softmax, _softmax as softmax, celu
from minidl.operations.activations import celu_, hardshrink, prelu, relu_, selu, selu_, threshold, threshold_
from minidl.operations.convolution import adaptive_avg_pool1d, adaptive_max_pool1d, avg_pool1d, conv1d, conv2d
from minidl.operations.convolution import conv_transpose1d, conv_transpose2d, max_pool1d, max_pool2d
from minidl.operations.creation import *
from minidl.operations.creation import _get_num_threads as get_num_threads, _set_num_threads as set_num_threads
from minidl.operations.creation import _use_deterministic_algorithms as use_deterministic_algorithms
from minidl.operations.indexing import *
from minidl.operations.losses import cdist, cosine_similarity, pairwise_distance
from minidl.operations.normalisation import group_norm, layer_norm, rms_norm
from minidl.operations.pointwise import *
from minidl.operations.products import *
from minidl.operations.reductions import *
from minidl.operations.shapes import *
from minidl import optim
from minidl.nn.summaries import summary
from minidl.compilation import compile
from minidl.profiler import profile
from minidl.serialization import load, save

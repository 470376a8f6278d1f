from minidl.tensors import Tensor   # first: what follows needs it, and it needs minidl.autograd.engine only
from minidl.autograd import functional
from minidl.autograd.engine import backward, enable_grad, grad, inference_mode, is_grad_enabled
from minidl.autograd.engine import is_inference_mode_enabled, no_grad, set_grad_enabled
from minidl.autograd.function import Function
from minidl.autograd.functional import GradcheckError, gradcheck, gradgradcheck
from minidl.autograd.graphs import detect_anomaly, draw_graph, set_detect_anomaly

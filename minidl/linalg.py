from minidl.operations.reductions import _linalg_norm as norm, _vector_norm as vector_norm
from minidl.operations.products import _linalg_cross as cross, _multi_dot as multi_dot
from minidl.operations.products import _vecdot as vecdot, matmul
